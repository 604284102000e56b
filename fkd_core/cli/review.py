"""`fkd review PROJECT`."""

from __future__ import annotations

import argparse

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json, print_table
from fkd_core.review.queue import Queue

_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    parser.add_argument(
        "--run",
        metavar="RUN",
        help="with folds; if left out the newest one, or a quick one that is trained first (13 minutes)",
    )
    parser.add_argument(
        "--first",
        type=arguments.positive,
        default=_SHOWN,
        metavar="N",
        help=f"print the N most suspicious faces ({_SHOWN}); --json gives all",
    )
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Find the labels that are likely to be wrong."""
    from fkd_core.engine.client import Engine
    from fkd_core.project import Project
    from fkd_core.reviewing import review, run_for_review, train_quick

    with Engine() as engine, job_for("looking at the labels") as job, Project(chosen.project) as project:
        found = run_for_review(project, chosen.run)
        if found is None:
            job.log("No run with folds has seen these faces, so a quick one is trained first")
            name = train_quick(engine, chosen.project, job)
            found = run_for_review(project, name)
            assert found is not None
        queue = review(engine, project, found, job)
    if chosen.json:
        print_json(
            {
                "run": queue.run,
                "expected_errors": round(queue.expected, 1),
                "faces": [finding.to_dict() for finding in queue.findings],
            }
        )
        return
    _print(queue, chosen.first)


def _print(queue: Queue, count: int) -> None:
    title = (
        f"{len(queue.findings):,} labelled faces, by run {queue.run}; "
        f"about {queue.expected:,.0f} labels are likely to be wrong"
    )
    rows = [
        (str(found.row), f"{found.suspicion:.3f}", found.keypoint.replace("_", " "), found.why)
        for found in queue.findings[:count]
    ]
    print_table(title, ("row", "suspicion", "keypoint", "why"), rows)
