"""`fkd overview PROJECT`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json, print_table

if TYPE_CHECKING:
    from fkd_core.overview import Overview

_ROWS = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    arguments.json_output(parser)
    parser.add_argument("--csv", type=Path, metavar="FOLDER", help="write the numbers of each picture there")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="draw them there, as PNG and SVG")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="of the pictures (light)")


def run(chosen: argparse.Namespace) -> int:
    """See the data.

    Raises:
        FkdError: if the project cannot be read, a folder cannot be written, or Qt lacks a library.
    """
    from fkd_core.files import write_atomic
    from fkd_core.overview import overview_of
    from fkd_core.project import Project
    from fkd_core.rules import ensure_rules

    for folder in (chosen.csv, chosen.pictures):
        if folder is not None:
            arguments.make_folder(folder)
    with Project(chosen.project) as project, job_for("looking at the data") as job:
        if "train" in project.faces:
            ensure_rules(project, job)
        overview = overview_of(project, job)
    if chosen.csv is not None:
        for chart in overview.charts:
            write_atomic(chosen.csv / f"{chart.key}.csv", chart.csv().encode())
    if chosen.json:
        print_json(overview.to_dict())
    else:
        _print(overview)
    if chosen.pictures is None:
        return 0
    from fkd_core.cli.window import need_libraries
    from fkd_core.doctor.check import OFFSCREEN

    # The core draws nothing: the window's own pictures are drawn by a program that has Qt.
    need_libraries([OFFSCREEN])
    words = [str(chosen.project), str(chosen.pictures), "--theme", chosen.theme]
    return subprocess.call([sys.executable, "-m", "fkd_gui.overview", *words])


def _print(overview: Overview) -> None:
    for finding in overview.findings:
        print(finding)
    for chart in overview.charts:
        print()
        if chart.missing:
            print(f"{chart.title}: {chart.finding}")
            continue
        shown = [place for place, name in enumerate(chart.series) if name not in chart.hidden]
        rows = [
            [part.label, *("" if part.values[place] is None else part.values[place] for place in shown)]
            for part in chart.parts[:_ROWS]
        ]
        print_table(chart.title, [chart.first, *(chart.series[place] for place in shown)], rows)
        if len(chart.parts) > _ROWS:
            print(f"… and {len(chart.parts) - _ROWS:,} more; --csv FOLDER writes all")
        if chart.note:
            print(chart.note)
