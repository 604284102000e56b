"""`fkd impute PROJECT --method METHOD`."""

from __future__ import annotations

import argparse

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for
from fkd_core.impute.registry import available


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    parser.add_argument("--method", required=True, choices=available(), help="none takes filled values away")
    parser.add_argument("--seed", type=arguments.whole, default=0, metavar="N", help="of the shuffle (0)")
    parser.add_argument("--no-shuffle", action="store_true", help="fill from the next row of the file")


def run(chosen: argparse.Namespace) -> None:
    """Fill missing keypoints as one edit that can be undone."""
    from fkd_core.pipeline import imputation_edit
    from fkd_core.project import Project

    with Project(chosen.project, write=True) as project, job_for("imputing") as job:
        edit, _ = imputation_edit(
            project, chosen.method, seed=chosen.seed, shuffle=not chosen.no_shuffle, job=job
        )
        if not len(edit.changes):
            print(
                "nothing to do: no keypoint is missing" if chosen.method != "none" else "nothing to take away"
            )
            return
        project.labels.apply(edit)
        verb = "removed" if chosen.method == "none" else "set"
        print(f"{verb} {len(edit.changes):,} keypoints of {len(edit.faces):,} faces")
