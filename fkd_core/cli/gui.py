"""`fkd gui`: starts the window's program; the core itself never imports it."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("project", type=Path, nargs="?", metavar="PROJECT", help="the last one if left out")
    parser.add_argument("--demo", action="store_true", help="open the demo project, made where it is missing")


def run(chosen: argparse.Namespace) -> int:
    """Open the window and wait until it is closed."""
    words = [str(chosen.project)] if chosen.project else []
    words += ["--demo"] if chosen.demo else []
    return subprocess.call([sys.executable, "-m", "fkd_gui", *words])
