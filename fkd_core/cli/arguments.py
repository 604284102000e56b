"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from fkd_core.errors import BadInputError


def project(parser: argparse.ArgumentParser) -> None:
    """`PROJECT`."""
    parser.add_argument("project", type=Path, metavar="PROJECT", help="the project's folder, NAME.fkd")


def run_name(parser: argparse.ArgumentParser) -> None:
    """`--run RUN`."""
    parser.add_argument("--run", required=True, metavar="RUN", help="name of the run")


def json_output(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")


def output(parser: argparse.ArgumentParser, what: str) -> None:
    """`-o FILE`."""
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=what)


def check_output(path: Path) -> None:
    """Find out before the work, not after it, that the result has no place.

    Raises:
        BadInputError: if the folder does not exist or `path` is one.
    """
    parent = path.absolute().parent
    if not parent.is_dir():
        raise BadInputError("there is no such folder", where=parent, todo="Make it first")
    if path.is_dir():
        raise BadInputError("this is a folder", where=path, expected="the name of a file to write")


def make_folder(path: Path) -> None:
    """Make a folder for results before the work, where it is not there yet.

    Raises:
        BadInputError: if that is not possible.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(
            "the folder cannot be made", where=path, found=error.strerror or str(error), todo="Choose another"
        ) from error


def how_to_predict(parser: argparse.ArgumentParser, *, own: bool = False) -> None:
    """`--rule NAME` and `--fast`."""
    also = "; own: each row's own" if own else ""
    parser.add_argument(
        "--rule",
        default="auto",
        metavar="NAME",
        help=f"marking rule to follow; auto: least expected error where it is not known{also} (auto)",
    )
    parser.add_argument("--fast", action="store_true", help="show each face once: quicker, less exact")


def whole(text: str) -> int:
    """A whole number, 0 or more."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"must be 0 or more, received {text}")
    return value


def grey(text: str) -> int:
    """A grey level, 0 to 255."""
    value = int(text)
    if not 0 <= value <= 255:
        raise argparse.ArgumentTypeError(f"must be from 0 to 255, received {text}")
    return value


def positive(text: str) -> int:
    """A whole number, 1 or more."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, received {text}")
    return value


def duration(text: str) -> float:
    """A time above 0."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be above 0, received {text}")
    return value
