"""`fkd compare PROJECT BEFORE AFTER`, and what `fkd retrain` prints."""

from __future__ import annotations

import argparse
import math

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json, print_table
from fkd_core.proof.compare import Comparison


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    parser.add_argument("before", metavar="BEFORE", help="name of the older run")
    parser.add_argument("after", metavar="AFTER", help="name of the newer run")
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Measure two runs on the frozen faces."""
    from fkd_core.engine.client import Engine
    from fkd_core.project import Project
    from fkd_core.proof.compare import compare, keep_comparison

    with Project(chosen.project) as project, Engine() as engine, job_for("predicting") as job:
        made = compare(engine, project, chosen.before, chosen.after, job)
        keep_comparison(project, made)
    tell(made, as_json=chosen.json)


def tell(made: Comparison, *, as_json: bool) -> None:
    """Print a comparison."""
    if as_json:
        print_json(made.to_dict())
        return
    print(f"{made.describe()}\n")
    rows = [
        (name, f"{before:.3f}", f"{after:.3f}", f"{after - before:+.3f}")
        for name, (before, after) in made.per_keypoint.items()
        if not math.isnan(before)
    ]
    header = ("keypoint", made.before.run, made.after.run, "difference")
    print_table("RMSE in pixels, each face in its own marking rule", header, rows, right=header[1:])
    print(
        f"\n{made.faces:,} frozen faces with {made.points:,} keypoints that people placed; "
        f"{made.changed_points:,} keypoints of {made.changed_faces:,} faces were changed "
        f"after {made.before.run} was begun"
    )
    if made.dropped:
        print(f"{made.dropped:,} frozen keypoints are no person's any more and were left out")
