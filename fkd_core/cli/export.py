"""`fkd export PROJECT -o labels.csv`."""

from __future__ import annotations

import argparse

from fkd_core.cli import arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    parser.add_argument("--split", default="train", metavar="SPLIT", help="train or test (train)")
    arguments.output(parser, "row, the coordinates, and the origin of each keypoint")


def run(chosen: argparse.Namespace) -> None:
    """Write the labels as they stand now."""
    from fkd_core.formats.labels_csv import write_labels
    from fkd_core.project import Project

    arguments.check_output(chosen.output)
    with Project(chosen.project) as project:
        count = write_labels(chosen.output, project.labels.table, project.span(chosen.split), project.schema)
    print(f"wrote the labels of {count:,} faces to {chosen.output}")
