"""`fkd compare PROJECT RUN RUN …`, and what `fkd retrain` prints."""

from __future__ import annotations

import argparse
import math

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json, print_table
from fkd_core.comparison.table import RunComparison
from fkd_core.proof.compare import Comparison


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    parser.add_argument("runs", metavar="RUN", nargs="+", help="the others are compared with the first")
    parser.add_argument(
        "--broken",
        type=arguments.whole,
        default=10,
        metavar="N",
        help="list so many faces that got worse (10)",
    )
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Measure runs on faces that none of them was trained on; two of them on the frozen ones, if any."""
    from fkd_core.comparison.measure import compare_runs
    from fkd_core.engine.client import Engine
    from fkd_core.project import Project
    from fkd_core.proof.compare import compare, keep_comparison
    from fkd_core.proof.frozen import load_frozen

    with Project(chosen.project) as project, Engine() as engine, job_for("predicting") as job:
        if len(chosen.runs) == 2 and load_frozen(project) is not None:
            made = compare(engine, project, chosen.runs[0], chosen.runs[1], job)
            keep_comparison(project, made)
            tell(made, as_json=chosen.json)
            return
        found = compare_runs(engine, project, chosen.runs, job)
    if chosen.json:
        print_json(found.to_dict())
    else:
        _tell_many(found, chosen.broken)


def _tell_many(found: RunComparison, broken: int) -> None:
    print(f"{found.describe()}\n\nMeasured on {found.about}, each in its own marking rule\n")
    rows: list[tuple[str, ...]] = [
        (keypoint, *(f"{value:.3f}" for value in values))
        for keypoint, values in zip(found.keypoints, found.per_keypoint.T, strict=True)
        if not math.isnan(values[0])
    ]
    ends = [f" ({low:.2f}–{high:.2f})" if not math.isnan(low) else "" for low, high in found.intervals]
    rows.append(("all", *(f"{rmse:.3f}{end}" for rmse, end in zip(found.rmse, ends, strict=True))))
    print_table("RMSE in pixels", ("keypoint", *found.runs), rows, right=found.runs)
    said = found.describe_spreads()
    if said:
        print(f"\n{said}")
        spread_rows = [
            (name, *(f"{spread.per_keypoint[name]:.2f}" for spread in found.spreads))
            for name in found.keypoints
            if not math.isnan(found.spreads[0].per_keypoint[name])
        ]
        spread_rows.append(("all", *(f"{spread.ratio:.2f}" for spread in found.spreads)))
        title = "spread of the predictions over faces, times that of the labels"
        print_table(title, ("keypoint", *found.runs), spread_rows, right=found.runs)
    errors = found.face_errors
    for which, difference in enumerate(found.differences, 1):
        print(
            f"\n{difference.run} errs less than {found.runs[0]} on {difference.better:,} faces, "
            f"more on {difference.worse:,}"
        )
        worst = [
            (int(found.rows[face]), f"{errors[0, face]:.2f}", f"{errors[which, face]:.2f}")
            for face in found.broken(which, broken)
        ]
        if worst:
            header = ("row", found.runs[0], difference.run)
            print_table(f"faces that {difference.run} broke, RMSE in pixels", header, worst, right=header[1:])


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
    for spread in made.spreads:
        print(spread.describe())
    if made.dropped:
        print(f"{made.dropped:,} frozen keypoints are no person's any more and were left out")
