"""`fkd submit PROJECT --run RUN -o submission.csv`."""

from __future__ import annotations

import argparse

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    arguments.run_name(parser)
    arguments.output(parser, "the submission, RowId,Location")


def run(chosen: argparse.Namespace) -> None:
    """Predict the test faces if the run has not, then check and write the submission."""
    from fkd_core.engine.client import Engine
    from fkd_core.pipeline import predict_split, submission
    from fkd_core.project import Project
    from fkd_core.runs import Run

    arguments.check_output(chosen.output)
    with Project(chosen.project) as project:
        run = Run.find(project.runs_folder, chosen.run)
        if project.lookup is not None and "test" not in run.predicted_splits():
            with Engine() as engine, job_for("predicting") as job:
                predict_split(engine, project, chosen.run, "test", job)
        made = submission(project, chosen.run)
        made.write(chosen.output)
    print(f"wrote {len(made.row_ids):,} rows to {chosen.output}; {made.clipped} clipped to the frame")
