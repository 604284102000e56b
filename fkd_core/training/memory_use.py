"""How much memory a training takes, of the machine and of its GPU."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import keras

_MEGA = 1e6
_PROC_PIDTASKINFO = 4
"""Of macOS's <sys/proc_info.h>; its structure begins with two 64-bit numbers, of which the second is the
resident size."""
_TASK_INFO_SIZE = 96


def memory_mb() -> float | None:
    """Resident memory of this process in megabytes (10⁶ bytes); None where the system does not say."""
    try:
        found = _resident_bytes()
    except (OSError, ValueError, AttributeError, IndexError):
        return None
    return None if found is None else round(found / _MEGA, 1)


def gpu_memory_mb(members: tuple[str, ...]) -> float | None:
    """Memory taken on GPUs in megabytes (10⁶ bytes), all of them together.

    Args:
        members: names of single devices, such as `gpu:0`.

    Returns:
        None where there is no GPU among them, or the backend does not say.
    """
    gpus = [name for name in members if name.startswith("gpu:")]
    if not gpus:
        return None
    try:
        if keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            taken: int = sum(tf.config.experimental.get_memory_info(name.upper())["current"] for name in gpus)
        elif keras.backend.backend() == "torch":
            import torch

            taken = sum(torch.cuda.memory_reserved(int(name.removeprefix("gpu:"))) for name in gpus)
        else:
            return None
    except (ValueError, RuntimeError, KeyError):
        return None
    return round(float(taken) / _MEGA, 1)


def _resident_bytes() -> int | None:
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    import ctypes

    if sys.platform == "win32":
        return _resident_on_windows()
    if sys.platform == "darwin":
        told = (ctypes.c_uint64 * (_TASK_INFO_SIZE // 8))()
        library = ctypes.CDLL("/usr/lib/libproc.dylib")
        size = library.proc_pidinfo(
            os.getpid(), _PROC_PIDTASKINFO, ctypes.c_uint64(0), ctypes.byref(told), _TASK_INFO_SIZE
        )
        return int(told[1]) if size == _TASK_INFO_SIZE else None
    return None


def _resident_on_windows() -> int | None:
    import ctypes

    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of psapi.h."""

        _fields_ = (
            ("size", ctypes.c_ulong),
            ("faults", ctypes.c_ulong),
            *((name, ctypes.c_size_t) for name in ("peak", "resident", "a", "b", "c", "d", "e", "f")),
        )

    told = Counters(size=ctypes.sizeof(Counters))
    windows = ctypes.__dict__["windll"]
    kernel = windows.kernel32
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    process = ctypes.c_void_p(kernel.GetCurrentProcess())
    known = kernel.K32GetProcessMemoryInfo(process, ctypes.byref(told), told.size)
    return int(told.resident) if known else None
