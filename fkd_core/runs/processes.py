"""Whether a process of this computer still runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_STILL_ACTIVE = 259
_QUERY = 0x1000
"""PROCESS_QUERY_LIMITED_INFORMATION of winnt.h"""


def is_alive(pid: int) -> bool:
    """Whether there is a process of that number that has not ended."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        return _alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return not isinstance(sys.exc_info()[1], OverflowError)
    return not _ended(pid)


def _ended(pid: int) -> bool:
    """Whether it has ended and only nobody took note of it yet; Linux alone says so."""
    try:
        # The name before the state may hold any character.
        state = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state in ("Z", "X")


def _alive_on_windows(pid: int) -> bool:
    import ctypes

    windows = ctypes.__dict__["windll"]
    kernel = windows.kernel32
    kernel.OpenProcess.restype = ctypes.c_void_p
    process = kernel.OpenProcess(_QUERY, False, pid)
    if not process:
        return False
    handle, code = ctypes.c_void_p(process), ctypes.c_ulong()
    try:
        known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        return bool(known) and code.value == _STILL_ACTIVE
    finally:
        kernel.CloseHandle(handle)
