"""Memory of large arrays goes back to the system when they are done with."""

from __future__ import annotations

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h of the GNU C library
_LARGE = 1 << 20


def give_back_large_blocks() -> None:
    """Fix the size from which the GNU C library takes memory from the system for each block alone.

    By itself it raises that size to 32 MB with the first blocks that are freed, and keeps what lies between
    others: after some filters over a million faces 100 to 200 MB that nobody uses. Other systems' libraries
    need no such word.
    """
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    # Other C libraries than GNU's have no such function.
    if hasattr(library, "mallopt"):
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_M_TRIM_THRESHOLD, 4 * _LARGE)
