"""A run that predicts as the mean of chosen runs."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import known_points
from fkd_core.engine.client import Engine
from fkd_core.errors import BadInputError, RunError
from fkd_core.evaluating import placed_points
from fkd_core.evaluation.intervals import ratio_interval, root
from fkd_core.evaluation.metrics import differences, rmse
from fkd_core.files import writing
from fkd_core.jobs import Job
from fkd_core.predicting import predict_images
from fkd_core.project import Project
from fkd_core.runs import Run, RunWriter, layout

MOST = 50
"""networks of one ensemble, at most"""


def ensemble(
    engine: Engine, project: Project, names: Sequence[str], job: Job, *, name: str | None = None
) -> Run:
    """Copy the networks of chosen runs into a new one, whose predictions are their mean.

    Its validation faces are those that none of its networks was trained on, and its one record is the error
    on them. A run with folds brings all its networks.

    Args:
        engine: predicts where a run was not exported.
        names: of two runs or more.
        job: is told how far the work is and may stop it.
        name: of the new run; the next free one like `run-3` if None.

    Raises:
        BadInputError: if these are not two different runs or more, or they do not fit together.
        RunError: if one does not exist or has no weights, or the new name is taken.
        ProjectError: if it cannot be written.
        Cancelled: if the job was stopped; no run is left.
    """
    if len(names) < 2 or len(set(names)) != len(names):
        raise BadInputError(
            "there is nothing to join",
            expected="two different runs or more",
            found=", ".join(names) or "none",
        )
    runs = [Run.find(project.runs_folder, each) for each in names]
    _check(project, runs)
    paths = [path for run in runs for path in run.weights_paths()]
    if len(paths) > MOST:
        raise BadInputError("these are too many networks", expected=f"at most {MOST}", found=str(len(paths)))
    # A face that a fold's network never saw was seen by the others of that run.
    seen = np.unique(np.concatenate([np.array(run.split["train"], np.int64) for run in runs]))
    truth = placed_points(project)[project.span("train")]
    known: NDArray[np.bool_] = np.asarray(known_points(truth).any(axis=1))
    left = np.setdiff1d(np.flatnonzero(known), seen)
    writer = RunWriter.create(
        project.runs_folder,
        model=runs[0].model,
        config={"model": runs[0].model, "ensemble": list(names)},
        seed=runs[0].seed,
        data=runs[0].data,
        split={"train": seen, "validation": left},
        name=name,
        job=job,
    )
    try:
        with writer:
            for number, path in enumerate(paths, 1):
                job.progress(number, len(paths), f"copying {path.parent.name}")
                folder = writer.folder / layout.fold_name(number)
                with writing(folder):
                    folder.mkdir()
                    copied = folder / (
                        layout.ARRAYS if path.name == layout.ARRAYS else layout.WEIGHTS["last"]
                    )
                    shutil.copy2(path, copied)
                    exported = layout.exported_beside(path)
                    if exported.is_file() and exported != path:
                        shutil.copy2(exported, layout.exported_beside(copied))
            record: dict[str, float] = {}
            if len(left):
                images = project.faces["train"].images[left]
                run = Run.open(writer.folder)
                found = predict_images(engine, run, images, project.schema, job)
                record["val_rmse"] = rmse(found.points, truth[left])
                record |= _interval(found.points, truth[left])
            writer.epoch(record)
            writer.finish("finished", f"The mean of {len(paths)} networks of {', '.join(names)}")
    except BaseException:
        shutil.rmtree(writer.folder, ignore_errors=True)
        raise
    return Run.open(writer.folder)


def _interval(points: NDArray[np.float32], truth: NDArray[np.float32]) -> dict[str, float]:
    """The ends of the 95 % interval of the RMSE, as an epoch has them; nothing where nobody can say."""
    gaps = differences(points, truth) ** 2
    known = np.isfinite(gaps).sum(axis=(1, 2)).astype(np.float64)
    low, high = root(ratio_interval(np.nansum(gaps, axis=(1, 2)), known))
    return {"val_rmse_low": low, "val_rmse_high": high} if np.isfinite(low) else {}


def _check(project: Project, runs: Sequence[Run]) -> None:
    first = runs[0]
    for run in runs:
        if run.status not in ("finished", "stopped"):
            raise RunError(f"run {run.name!r} has not ended well", where=run.folder, found=run.status)
        if run.data.get("fingerprint") != project.manifest.fingerprint:
            raise RunError(f"run {run.name!r} was trained on other faces than these", where=run.folder)
        if (run.model, run.data.get("rules")) != (first.model, first.data.get("rules")):
            raise BadInputError(
                "only runs of one kind of network, trained with the same marking rules, have a mean",
                where=run.folder,
                expected=f"{first.model} with the rules {', '.join(first.data.get('rules') or ['none'])}",
                found=f"{run.model} with the rules {', '.join(run.data.get('rules') or ['none'])}",
                todo="Choose runs that are alike",
            )
