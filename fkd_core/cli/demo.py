"""`fkd demo PROJECT`."""

from __future__ import annotations

import argparse
from pathlib import Path

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("project", type=Path, metavar="PROJECT", help="the folder to make, NAME.fkd")
    parser.add_argument("--seed", type=arguments.whole, default=0, metavar="N", help="other faces (0)")


def run(chosen: argparse.Namespace) -> None:
    """Draw the faces and make the project."""
    from fkd_core.demo.project import make_demo_project

    with job_for("drawing faces") as job:
        make_demo_project(chosen.project, job, seed=chosen.seed)
    print(f"made {chosen.project}; open it with: fkd gui {chosen.project}")
