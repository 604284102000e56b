"""`fkd retrain PROJECT`."""

from __future__ import annotations

import argparse
import time

from fkd_core.cli import arguments
from fkd_core.cli.compare import tell
from fkd_core.cli.output import job_for
from fkd_core.errors import RunError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    parser.add_argument(
        "--run",
        metavar="BEFORE",
        help="to train like and to compare with; the newest that never saw the frozen faces",
    )
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> int:
    """Train as before on the labels as they stand now, and say what that changed."""
    from fkd_core.engine.client import Engine
    from fkd_core.project import Project
    from fkd_core.proof.compare import compare, keep_comparison
    from fkd_core.proof.retrain import retrain, run_before

    started = time.monotonic()
    with Engine() as engine, job_for("starting TensorFlow") as job, Project(chosen.project) as project:
        before = run_before(project, chosen.run)
        if before is None:
            raise RunError(
                "there is nothing to compare with",
                where=project.runs_folder,
                expected="a finished run that never saw the frozen faces",
                todo="Train one: fkd train PROJECT",
            )
        result = retrain(engine, chosen.project, before, job, started=started)
        if result["status"] == "stopped":
            return 130
        made = compare(engine, project, before.name, result["run"], job)
        keep_comparison(project, made)
    tell(made, as_json=chosen.json)
    return 0
