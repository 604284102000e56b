"""`fkd import SOURCE PROJECT`."""

from __future__ import annotations

import argparse
from pathlib import Path

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument(
        "source",
        type=Path,
        nargs="?",
        metavar="SOURCE",
        help="the downloaded zip, a folder with its files, or one CSV file; none with --kaggle",
    )
    parser.add_argument("project", type=Path, metavar="PROJECT", help="the folder to make, NAME.fkd")
    parser.add_argument(
        "--empty-pixel",
        type=arguments.grey,
        default=128,
        metavar="GREY",
        help="for empty pixel tokens (128)",
    )
    parser.add_argument(
        "--kaggle",
        action="store_true",
        help="download the data first, by the user's own kaggle program, beside the project",
    )
    arguments.json_output(parser)
    parser.set_defaults(refuse=parser.error)


def run(chosen: argparse.Namespace) -> None:
    """Make the project and say what is in it."""
    from fkd_core.importing import check_free, import_kaggle
    from fkd_core.info import project_info
    from fkd_core.project import Project

    if (chosen.source is None) != chosen.kaggle:
        chosen.refuse("either SOURCE or --kaggle is needed")
    with job_for("importing") as job:
        source = chosen.source
        if source is None:
            from fkd_core.submitting.kaggle_client import download

            check_free(chosen.project)
            source = download(chosen.project.absolute().parent, job)
        report = import_kaggle(source, chosen.project, job, stand_in=chosen.empty_pixel)
    if chosen.json:
        with Project(chosen.project) as project:
            print_json(project_info(project) | {"import": report})
    else:
        print(f"made {chosen.project}; see what is in it with: fkd info {chosen.project}")
