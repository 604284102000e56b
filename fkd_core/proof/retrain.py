"""Training again as before, on the labels as they stand now, to see what corrections were worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fkd_core.engine.client import Engine
from fkd_core.errors import RunError
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.proof.compare import unfit
from fkd_core.proof.frozen import FrozenSet, needed
from fkd_core.runs import Run, list_runs
from fkd_core.training.extending import as_one


def run_before(project: Project, name: str | None = None) -> Run | None:
    """The run that a new training is to be compared with: the named one, or the newest that will do.

    Returns:
        None where no name was given and no finished run has left the frozen faces out.

    Raises:
        ProjectError: if there is no frozen set, or it is damaged.
        RunError: if the named run does not exist or will not do.
    """
    frozen = needed(project)
    if name is None:
        fitting = [run for run in list_runs(project.runs_folder) if not _why_not(run, project, frozen)]
        return fitting[-1] if fitting else None
    run = Run.find(project.runs_folder, name)
    why = _why_not(run, project, frozen)
    if why:
        raise RunError(
            f"run {name!r} is nothing to compare with",
            where=run.folder,
            expected="a finished run that never saw the frozen faces",
            found=why,
            todo="Leave the name out, or train one now that the set is frozen",
        )
    return run


def retrain(
    engine: Engine, project: Path, before: Run, job: Job, *, started: float | None = None
) -> dict[str, Any]:
    """Train with a run's settings and seed on the labels as they stand now; see `fkd_core.pipeline.train`."""
    from fkd_core.pipeline import train

    config, hold_out = settings_of(before)
    return train(engine, project, config, job, hold_out=hold_out, started=started)


def settings_of(run: Run) -> tuple[dict[str, Any], Path | None]:
    """What a run was trained with, and the list of rows it kept out besides the frozen ones.

    Raises:
        RunError: if that list is gone.
    """
    config = as_one(run.config)
    listed = config.pop("hold_out", None)
    if listed is None:
        return config, None
    path = Path(listed)
    if not path.is_file():
        raise RunError(
            f"run {run.name!r} cannot be repeated",
            where=path,
            expected="the list of rows that it kept out of training",
            found="no such file",
            todo="Put the list back, or train a run without it to compare with",
        )
    return config, path


def _why_not(run: Run, project: Project, frozen: FrozenSet) -> str:
    if run.status != "finished":
        return f"it is {run.status}"
    return unfit(run, project, frozen)
