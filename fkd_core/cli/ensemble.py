"""`fkd ensemble PROJECT RUN RUN …`."""

from __future__ import annotations

import argparse

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    parser.add_argument("runs", metavar="RUN", nargs="+", help="runs of one kind of network")
    parser.add_argument("--name", metavar="NAME", help="of the new run; the next free one")
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Join runs."""
    from fkd_core.comparison.ensemble import ensemble
    from fkd_core.engine.client import Engine
    from fkd_core.project import Project

    with Project(chosen.project) as project, Engine() as engine, job_for("copying networks") as job:
        made = ensemble(engine, project, chosen.runs, job, name=chosen.name)
        error = next((record.get("val_rmse") for record in made.metrics), None)
    faces = len(made.split["validation"])
    if chosen.json:
        print_json({"run": made.name, "runs": chosen.runs, "val_rmse": error, "faces": faces})
        return
    measured = (
        f"RMSE {error:.3f} px on {faces:,} faces that none of them saw"
        if error is not None
        else "there is no face that none of them saw, so its error is not known"
    )
    print(f"{made.name} predicts as the mean of {', '.join(chosen.runs)}: {measured}")
