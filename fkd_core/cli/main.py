"""`fkd`: finds the subcommand, runs it, and turns what went wrong into one line and an exit status."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from fkd_core import __version__
from fkd_core.errors import Cancelled, FkdError

COMMANDS = {
    "import": ("import_data", "make a project from the competition's download, a folder or a CSV file"),
    "info": ("info", "what is in a project"),
    "overview": ("overview", "see the data: counts, places, light and likeness, each with its faces"),
    "rules": ("rules", "by which rules the faces are marked, found from the labels"),
    "impute": ("impute", "fill missing keypoints, or take filled ones away"),
    "augment": ("augment", "see the very batches that a training will be fed; settings by name"),
    "train": ("train", "train a network and leave a run"),
    "search": ("search", "search for good settings by many short trainings; the best becomes a run"),
    "review": ("review", "find labels that are likely to be wrong, and say why"),
    "history": ("history", "who said what of a face and when; restore a version, note, bookmark"),
    "evaluate": ("evaluate", "measure a run on faces with human labels"),
    "runs": ("runs", "the table of runs; rename, note, tag, pin, delete or pack one"),
    "freeze": ("freeze", "set faces aside for good, to measure errors on and never to train on"),
    "compare": ("compare", "measure runs on faces that none of them saw, and say how sure differences are"),
    "retrain": ("retrain", "train as before on the labels as they are now, and compare"),
    "ensemble": ("ensemble", "make a run that predicts as the mean of chosen runs"),
    "predict": ("predict", "find the keypoints of test faces or of any faces"),
    "report": ("report", "write all that is known of a run as one page"),
    "submit": ("submit", "check, write, hand in and keep the competition's submissions"),
    "restore": ("restore", "check the labels, and bring damaged ones back from their last good backup"),
    "export": ("export", "write the labels as a table"),
    "demo": ("demo", "make a project of drawn faces"),
    "gui": ("gui", "open the window"),
    "tour": ("tour", "walk through the windows without a display and leave pictures"),
}

ALL_OR_NOTHING = {"import", "demo"}
"""Commands whose project appears when it is complete."""

DEBUG = "FKD_DEBUG"
"""Environment variable that shows where an unexpected failure came from."""

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: its words; those of the process if None.

    Returns:
        0 done, 1 failed (one line on standard error says why), 2 wrong usage, 130 stopped by Ctrl-C.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    # Only the module of the command at hand is imported: `fkd info` must not wait for the others.
    wanted = next((word for word in words if not word.startswith("-")), "")
    name = f"fkd {wanted}" if wanted in COMMANDS else "fkd"
    _print_any_name()
    try:
        status = _run(words, wanted)
        sys.stdout.flush()
        return status
    except FkdError as error:
        return _failed(f"{name}: {error}")
    except (Cancelled, KeyboardInterrupt):
        kept = "nothing was made" if wanted in ALL_OR_NOTHING else "what was done is kept"
        print(f"{name}: stopped; {kept}", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is left in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        places = " to ".join(repr(place) for place in (error.filename, error.filename2) if place is not None)
        return _failed(f"{name}: {places or 'the system'}: {error.strerror or error}")
    except MemoryError:
        return _failed(f"{name}: there is not enough memory. Close other programs and try again.")
    except Exception as error:
        if os.environ.get(DEBUG):
            traceback.print_exc()
        first = (str(error).splitlines() or [""])[0]
        return _failed(
            f"{name}: this should not have happened: {type(error).__name__}: {first[:500]}."
            f" Run it again with {DEBUG}=1 in the environment for the details of a report."
        )


def _run(words: list[str], wanted: str) -> int:
    parser = argparse.ArgumentParser(
        prog="fkd", description="Facial keypoints: browse, correct, train, submit."
    )
    parser.add_argument("--version", action="version", version=f"fkd {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (_, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == wanted:
            _module(name).add_arguments(command)
    try:
        chosen = parser.parse_args(words)
        return int(_module(chosen.command).run(chosen) or DONE)
    except SystemExit as stop:
        # A command, too, may find that its words do not go together.
        return int(stop.code or 0)


def _module(command: str) -> Any:
    return importlib.import_module(f"fkd_core.cli.{COMMANDS[command][0]}")


def _failed(text: str) -> int:
    print(text, file=sys.stderr)
    return FAILED


def _print_any_name() -> None:
    """Names of files may hold what the terminal's encoding does not: show an escape, do not fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
