"""`fkd`: finds the subcommand, runs it, and turns what went wrong into one line and an exit status."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from fkd_core import __version__
from fkd_core.errors import Cancelled, FkdError

COMMANDS = {
    "import": ("import_data", "make a project from the competition's download, a folder or a CSV file"),
    "info": ("info", "what is in a project"),
    "impute": ("impute", "fill missing keypoints, or take filled ones away"),
    "train": ("train", "train a network and leave a run"),
    "evaluate": ("evaluate", "measure a run on faces with human labels"),
    "predict": ("predict", "find the keypoints of test faces or of any faces"),
    "submit": ("submit", "write the competition's submission"),
    "export": ("export", "write the labels as a table"),
    "demo": ("demo", "make a project of drawn faces"),
    "gui": ("gui", "open the window"),
    "tour": ("tour", "walk through the windows without a display and leave pictures"),
}

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
    wanted = next((word for word in words if not word.startswith("-")), None)
    parser = argparse.ArgumentParser(
        prog="fkd", description="Facial keypoints: browse, correct, train, submit."
    )
    parser.add_argument("--version", action="version", version=f"fkd {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (_, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == wanted:
            importlib.import_module(f"fkd_core.cli.{COMMANDS[name][0]}").add_arguments(command)
    try:
        chosen = parser.parse_args(words)
    except SystemExit as stop:
        return int(stop.code or 0)
    command_module = importlib.import_module(f"fkd_core.cli.{COMMANDS[chosen.command][0]}")
    try:
        return int(command_module.run(chosen) or DONE)
    except FkdError as error:
        print(f"fkd {chosen.command}: {error}", file=sys.stderr)
        return FAILED
    except (Cancelled, KeyboardInterrupt):
        print(f"fkd {chosen.command}: stopped; what was done is kept", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
