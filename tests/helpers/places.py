"""Places that refuse to be written to, for tests of what is said and kept then."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of that size at `folder`; the test is skipped where this user may not make one."""
    folder.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small file system can be mounted by root on Linux only")
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if (done := subprocess.run(command, capture_output=True, text=True)).returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def read_only_copy(source: Path, folder: Path) -> Iterator[Path]:
    """`source` on a file system that nobody can write to, not even root; skipped where that needs root."""
    with small_disk(folder, 64):
        place = folder / source.name
        shutil.copytree(source, place)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield place


def without_privileges() -> list[str]:
    """Words that, put before a command, run it as one whom permissions of files bind, also for root."""
    if os.name == "nt":
        pytest.skip("permissions of files do not bind in this way on Windows")
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root is bound by no permission, and there is no setpriv to give that up")
    gone = "-dac_override,-dac_read_search,-fowner"
    return ["setpriv", f"--bounding-set={gone}", f"--inh-caps={gone}"]
