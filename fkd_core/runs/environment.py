"""Where a run was trained: the machine and the versions, without importing any of the heavy packages."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_PACKAGES = {
    "fkd": ("fkd",),
    "numpy": ("numpy",),
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-macos"),
    "keras": ("keras",),
    "onnxruntime": ("onnxruntime",),
    "scikit-learn": ("scikit-learn",),
    "opencv": ("opencv-python-headless", "opencv-python"),
}


def describe_environment(devices: Sequence[str] = ()) -> dict[str, Any]:
    """Platform, processor, memory in bytes and package versions, as plain values; None where unknown.

    Args:
        devices: names of the devices that train, as the caller found them.
    """
    return {
        "platform": platform.platform(),
        "python": platform.python_version(),
        "processor": processor_name(),
        "cpu_count": os.cpu_count(),
        "memory": _memory(),
        "versions": {name: _version(candidates) for name, candidates in _PACKAGES.items()},
        "devices": list(devices),
    }


def _version(candidates: Sequence[str]) -> str | None:
    # Imported here: it brings the parser of e-mails with it, and who reads runs need not wait for that.
    from importlib import metadata

    for name in candidates:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return None


def processor_name() -> str | None:
    """What the maker calls the processor; None if the system does not say."""
    # Linux gives no processor name through the platform module
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine() or None


def _memory() -> int | None:
    if sys.platform == "win32":
        import ctypes

        class Status(ctypes.Structure):
            _fields_ = (
                ("length", ctypes.c_ulong),
                ("load", ctypes.c_ulong),
                *((name, ctypes.c_ulonglong) for name in ("total", "a", "b", "c", "d", "e", "f")),
            )

        status = Status(length=ctypes.sizeof(Status))
        return (
            int(status.total) if ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else None
        )
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None
