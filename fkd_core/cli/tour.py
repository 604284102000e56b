"""`fkd tour`: starts the window's program; the core itself never imports it."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path("tour"), metavar="FOLDER", help="for the pictures (tour)"
    )


def run(chosen: argparse.Namespace) -> int:
    """Walk through the windows, drawn offscreen, and leave a picture of each step."""
    return subprocess.call([sys.executable, "-m", "fkd_gui.tour", str(chosen.folder)])
