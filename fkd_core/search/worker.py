"""What a process that works on a search is called."""

from __future__ import annotations

import os
import platform
import re


def host() -> str:
    """This machine, in letters and digits."""
    return re.sub(r"[^A-Za-z0-9]+", "", platform.node())[:24] or "host"


def worker_name() -> str:
    """This process on this machine."""
    return f"{host()}-{os.getpid()}"
