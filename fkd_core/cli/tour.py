"""`fkd tour`: starts the walk through the windows; the core itself never imports it."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from fkd_core.cli.window import need_libraries
from fkd_core.doctor.check import OFFSCREEN


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path("tour"), metavar="FOLDER", help="for the pictures (tour)"
    )
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="colours (light)")


def run(chosen: argparse.Namespace) -> int:
    """Walk through the windows, drawn offscreen, and leave a picture of each step.

    Raises:
        FkdError: if Qt lacks a library of the system.
    """
    need_libraries([OFFSCREEN])
    return subprocess.call(
        [sys.executable, "-m", "fkd_gui.tour", str(chosen.folder), "--theme", chosen.theme]
    )
