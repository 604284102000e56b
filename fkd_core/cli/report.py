"""`fkd report PROJECT --run RUN -o report.html`."""

from __future__ import annotations

import argparse

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    arguments.run_name(parser)
    arguments.output(parser, "the page (HTML), one file that needs nothing else")
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Measure the run and write the page."""
    from fkd_core.engine.client import Engine
    from fkd_core.project import Project
    from fkd_core.reporting.page import write_report

    arguments.check_output(chosen.output)
    with Project(chosen.project) as project, Engine() as engine, job_for("measuring") as job:
        value = write_report(engine, project, chosen.run, chosen.output, job)
    size = chosen.output.stat().st_size
    if chosen.json:
        print_json(value | {"file": chosen.output, "bytes": size})
    else:
        print(f"wrote the report of {chosen.run} to {chosen.output} ({size / 1e6:.1f} MB)")
