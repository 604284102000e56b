"""`fkd impute PROJECT --method METHOD`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for
from fkd_core.errors import ProjectError
from fkd_core.impute.registry import Method, available, get

if TYPE_CHECKING:
    from fkd_core.fills import Acceptable
    from fkd_core.project import Project


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    parser.add_argument("--method", required=True, choices=available(), help="none takes filled values away")
    parser.add_argument("--run", metavar="RUN", help="name of the run that looks at the faces (model)")
    arguments.how_to_predict(parser)
    parser.add_argument("--seed", type=arguments.whole, default=0, metavar="N", help="of the shuffle (0)")
    parser.add_argument("--no-shuffle", action="store_true", help="fill from the next row of the file")
    parser.add_argument(
        "--accept-under",
        type=arguments.duration,
        metavar="PX",
        help="take those values alone whose uncertainty is under PX pixels, and count them as looked at",
    )
    parser.set_defaults(refuse=parser.error)


def run(chosen: argparse.Namespace) -> None:
    """Fill missing keypoints as one edit that can be undone."""
    from fkd_core.engine.client import Engine
    from fkd_core.fills import Acceptable, fill_faces
    from fkd_core.pipeline import imputation_edit
    from fkd_core.project import Project

    method = get(chosen.method)
    _check(chosen, method)
    with ExitStack() as stack:
        project = stack.enter_context(Project(chosen.project, write=True))
        engine = stack.enter_context(Engine()) if method.needs_run else None
        job = stack.enter_context(job_for("imputing"))
        how = {
            "seed": chosen.seed,
            "shuffle": not chosen.no_shuffle,
            "run": chosen.run,
            "rule": chosen.rule,
            "engine": engine,
            "fast": chosen.fast,
            "job": job,
        }
        if chosen.accept_under is not None:
            made = fill_faces(project, method.name, **how)
            _accept(project, Acceptable(project.labels.table, made), chosen.accept_under)
            return
        edit, _ = imputation_edit(project, method.name, **how)
        if not len(edit.changes):
            print(
                "nothing to do: no keypoint is missing" if method.name != "none" else "nothing to take away"
            )
            return
        project.labels.apply(edit)
        with suppress(ProjectError):  # the edit is saved, whatever comes of its backup
            project.back_up()
        verb = "removed" if method.name == "none" else "set"
        print(f"{verb} {len(edit.changes):,} keypoints of {len(edit.faces):,} faces")


def _accept(project: Project, ledger: Acceptable, limit: float) -> None:
    edit = ledger.edit(limit)
    if not len(edit.changes):
        print(f"nothing to do: no missing keypoint is known to within {limit:g} px")
        return
    project.labels.apply(edit)
    print(f"accepted {len(edit.changes):,} keypoints of {len(edit.faces):,} faces")


def _check(chosen: argparse.Namespace, method: Method) -> None:
    """Refuse words that do not go together, before the project is held for writing."""
    refuse: Callable[[str], None] = chosen.refuse
    if chosen.accept_under is not None and method.name == "none":
        refuse("--method none fills nothing in: leave --accept-under out")
    if method.needs_run and chosen.run is None:
        refuse(f"--method {method.name} needs --run RUN; {_runs(chosen.project)}")
    if chosen.run is not None and not method.needs_run:
        refuse(f"--method {method.name} looks at no face: leave --run out")
    if chosen.rule != "auto" and not method.heeds_rules:
        refuse(f"--method {method.name} fills in by no marking rule: leave --rule out")


def _runs(project: Path) -> str:
    """Which runs there are, in words."""
    from fkd_core.project import Project
    from fkd_core.runs import list_runs

    with Project(project) as opened:
        names = [run.name for run in list_runs(opened.runs_folder)]
    return f"there are: {', '.join(names)}" if names else "there is none yet: fkd train PROJECT makes one"
