"""`fkd freeze PROJECT`."""

from __future__ import annotations

import argparse
from pathlib import Path

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json
from fkd_core.proof.frozen import MOST, SHARE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--rows", type=Path, metavar="ROWS.txt", help="the training rows to freeze")
    which.add_argument(
        "--count",
        type=arguments.positive,
        metavar="N",
        help=f"draw about N labelled faces ({100 * SHARE:g} in 100 of them, {MOST} at most)",
    )
    which.add_argument("--clear", action="store_true", help="give the frozen set up: it is trained on again")
    parser.add_argument("--seed", type=arguments.whole, default=0, metavar="N", help="of the draw (0)")
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Set faces aside for good, or give them up."""
    from fkd_core.formats.row_list import read_rows
    from fkd_core.project import Project
    from fkd_core.proof.frozen import freeze, thaw

    with Project(chosen.project, write=True) as project, job_for("looking for like faces") as job:
        if chosen.clear:
            thaw(project)
            if chosen.json:
                print_json({"faces": 0, "keypoints": 0})
            else:
                print("no faces are frozen now")
            return
        span = project.span("train")
        rows = None if chosen.rows is None else read_rows(chosen.rows, span.stop - span.start)
        made = freeze(project, job, rows=rows, count=chosen.count, seed=chosen.seed)
    if chosen.json:
        print_json({"faces": len(made), "keypoints": made.points, "rows": made.rows, "created": made.created})
    else:
        print(
            f"{len(made):,} faces with {made.points:,} keypoints that people placed are frozen; "
            "trainings from now on leave them out"
        )
