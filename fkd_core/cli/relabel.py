"""`fkd rules PROJECT --relabel X --as Y`: whole blocks of rows labelled anew in another marking rule."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from typing import Any

import attrs

from fkd_core.cli.output import job_for, print_json
from fkd_core.errors import BadInputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of a relabelling."""
    group = parser.add_argument_group("labelling rows anew in another rule, as one edit")
    group.add_argument("--relabel", metavar="X[,Z]", help="the rules whose rows are labelled anew")
    group.add_argument("--as", dest="into", metavar="Y", help="the rule in which they are labelled")
    group.add_argument("--run", metavar="RUN", help="where this run sees it; else by the measured offset")
    group.add_argument(
        "--all", action="store_true", help="also labels that a person corrected or accepted; else they stay"
    )
    group.add_argument("--fast", action="store_true", help="show each face to the run once: less exact")
    group.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")


def is_asked(chosen: argparse.Namespace) -> bool:
    """Whether rows are to be labelled anew.

    Raises:
        BadInputError: if words do not go together.
    """
    if (chosen.relabel is None) != (chosen.into is None):
        raise BadInputError("--relabel X goes with --as Y, and the other way round")
    if chosen.relabel is None and (chosen.run or chosen.all or chosen.fast or chosen.dry_run):
        raise BadInputError("--run, --all, --fast and --dry-run go with --relabel X --as Y")
    if chosen.fast and chosen.run is None:
        raise BadInputError("--fast goes with --run RUN")
    if chosen.relabel is not None and (chosen.find or chosen.set is not None or chosen.unset):
        raise BadInputError(
            "--relabel does not go with --find, --set or --unset", todo="Do one after the other"
        )
    return chosen.relabel is not None


def run(chosen: argparse.Namespace) -> None:
    """Label rows anew, or say what that would change."""
    from fkd_core.engine.client import Engine
    from fkd_core.project import Project
    from fkd_core.relabelling import relabelling
    from fkd_core.rules.outcome import in_words

    sources = [name.strip() for name in chosen.relabel.split(",") if name.strip()]
    with ExitStack() as stack:
        project = stack.enter_context(Project(chosen.project, write=not chosen.dry_run))
        engine = stack.enter_context(Engine())
        job = stack.enter_context(job_for("labelling anew"))
        found = relabelling(
            project,
            list(dict.fromkeys(sources)),
            chosen.into,
            run=chosen.run,
            engine=engine,
            everything=chosen.all,
            fast=chosen.fast,
            job=job,
        )
        if found.labels and not chosen.dry_run:
            project.labels.apply(found.edit)
        if chosen.json:
            print_json(_value(found, applied=bool(found.labels) and not chosen.dry_run))
            return
    if not found.labels:
        print("nothing to do: no label of these rows would change")
    else:
        verb = "would label" if chosen.dry_run else "labelled"
        print(
            f"{verb} {found.faces:,} faces of {', '.join(found.sources)} as {found.rule}:"
            f" {found.labels:,} labels"
        )
    for line in in_words(found):
        print(line)


def _value(found: Any, *, applied: bool) -> dict[str, Any]:
    return {
        "applied": applied,
        "sources": list(found.sources),
        "rule": found.rule,
        "method": found.method,
        "faces": found.faces,
        "labels": found.labels,
        "stay": {
            "by_people": found.kept,
            "placed_alike": found.alike,
            "unknown": found.unknown,
            "filled_in": found.guesses,
            "faces": found.untouched,
        },
        "expected": attrs.asdict(found.expected),
    }
