"""`fkd gui`: starts the window's program; the core itself never imports it."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from fkd_core.cli.window import need_libraries
from fkd_core.doctor.display import find_display
from fkd_core.errors import FkdError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("project", type=Path, nargs="?", metavar="PROJECT", help="the last one if left out")
    parser.add_argument("--demo", action="store_true", help="open the demo project, made where it is missing")


def run(chosen: argparse.Namespace) -> int:
    """Open the window and wait until it is closed.

    Raises:
        FkdError: if there is no display, or Qt lacks a library of the system.
    """
    if not os.environ.get("QT_QPA_PLATFORM"):
        display = find_display(os.environ, sys.platform)
        if not display.available:
            raise FkdError(
                "there is no display for a window",
                found=display.reason,
                todo="Start it from a desktop, or walk through the windows without one: fkd tour",
            )
        need_libraries(display.plugins)
    words = [str(chosen.project)] if chosen.project else []
    words += ["--demo"] if chosen.demo else []
    return subprocess.call([sys.executable, "-m", "fkd_gui", *words])
