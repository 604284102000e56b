"""The training of a model that is no network, from a project to a finished run. No Keras comes near it."""

from __future__ import annotations

import importlib
import time
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.baselines.arrays import spoken_size
from fkd_core.baselines.lesson import Lesson, Outcome, Place, Trainer
from fkd_core.baselines.model import ArrayModel
from fkd_core.errors import Cancelled, FkdError, RunError
from fkd_core.inference.tables import predict_with
from fkd_core.inference.views import FAST
from fkd_core.jobs import Job
from fkd_core.models import registry
from fkd_core.project import Project
from fkd_core.runs import Run, RunWriter, layout
from fkd_core.runs.attended import AttendedJob
from fkd_core.training.checkpoint import Checkpoint
from fkd_core.training.config import TrainingConfig
from fkd_core.training.folds import FaceGroups
from fkd_core.training.labelled import Labelled, Marked
from fkd_core.training.merging import merge_folds
from fkd_core.training.split import Source, Task, gather, split

_DEVICE = "cpu:0"


def train_run(
    job: Job,
    project: str,
    config: dict[str, Any] | None = None,
    name: str | None = None,
    hold_out: str | None = None,
    elapsed: float = 0.0,
    resume: bool = False,
    runs: str | None = None,
) -> dict[str, Any]:
    """Train a model that is no network, and leave a run; see `fkd_core.training.start.train_run`.

    Returns:
        `run`, its name; `status`, `epochs` (records: trees of a forest), `seconds`, `device`, `size` of its
        files in bytes, and `best`, the last record, whose model is the one to use.

    Raises:
        FkdError: if the data or the configuration cannot be used.
    """
    started = time.monotonic() - elapsed
    attended = AttendedJob(job)
    with Project(Path(project)) as opened:
        folder = opened.runs_folder if runs is None else Path(runs)
        if resume:
            writer, source, tasks = _reopen(opened, folder, name or "", attended)
        else:
            writer, source, tasks = _create(opened, folder, config or {}, name, hold_out, attended)
    try:
        attended.attend(writer.folder)
        return _train_to_end(writer, source, tasks, attended, started)
    finally:
        attended.leave()


def _train_to_end(
    writer: RunWriter, source: Source, tasks: list[Task], job: Job, started: float
) -> dict[str, Any]:
    spec = registry.get(source.config.model)
    try:
        job.emit("started", {"run": writer.name})
        outcome = _train_all(writer, source, tasks, job, started, spec)
    except Cancelled:
        writer.finish("stopped", f"Stopped before the first {spec.unit}")
        raise
    except FkdError as error:
        writer.finish("failed", str(error))
        raise
    except BaseException as error:
        writer.finish("failed", f"{type(error).__name__}: {error}")
        raise
    result = {
        "run": writer.name,
        "status": outcome.status,
        "epochs": outcome.units,
        "seconds": time.monotonic() - started,
        "device": _DEVICE,
        "size": outcome.size,
        "best": dict(outcome.last),
    }
    told = f"{outcome.units:,} {registry.unit_of(spec.name, outcome.units)}, {spoken_size(outcome.size)}"
    if outcome.status == "stopped":
        writer.finish("stopped", f"Stopped by the user after {told}", result)
    else:
        of = "" if source.config.folds is None else f"{source.config.folds} folds, the last with "
        writer.finish("finished", f"Finished with {of}{told}", result)
    return result


def _create(
    project: Project, runs: Path, config: dict[str, Any], name: str | None, hold_out: str | None, job: Job
) -> tuple[RunWriter, Source, list[Task]]:
    chosen = TrainingConfig.from_dict(config)
    # In full, since what a model does by itself may be another thing one day.
    chosen = attrs.evolve(chosen, options=registry.get(chosen.model).check_options(chosen.options))
    source, frozen = gather(project, chosen, hold_out, job)
    parts, tasks = split(source, job)
    fingerprints = {"fingerprint": project.manifest.fingerprint, "labels": project.label_fingerprint()}
    kept_out = {"frozen": frozen} if frozen else {}
    writer = RunWriter.create(
        runs,
        model=chosen.model,
        config=chosen.to_dict() | {"hold_out": hold_out},
        seed=chosen.seed,
        data=fingerprints | {"project": project.name, "rules": list(source.marked.names)} | kept_out,
        split=parts,
        name=name,
        devices=[_DEVICE],
    )
    return writer, source, tasks


def _reopen(project: Project, runs: Path, name: str, job: Job) -> tuple[RunWriter, Source, list[Task]]:
    run = Run.find(runs, name)
    config = run.config
    config.pop("hold_out", None)
    chosen = TrainingConfig.from_dict(config)
    if run.data.get("fingerprint") != project.manifest.fingerprint:
        raise RunError(
            f"run {name!r} cannot be resumed", where=run.folder, found="the project has other faces now"
        )
    if run.data.get("labels") != project.label_fingerprint():
        job.log("Labels were changed since this run began; it goes on with the labels as they stand now")
    parts = {part: np.array(rows, np.int64) for part, rows in run.split.items()}
    tasks = [
        Task(np.setdiff1d(parts["train"], held), np.array(held, np.int64), fold)
        for fold, held in run.folds.items()
    ] or [Task(parts["train"], parts["validation"])]
    source = Source(chosen, Labelled.of(project, chosen), Marked(), parts["validation"])
    return RunWriter.reopen(run.folder), source, tasks


def _train_all(
    writer: RunWriter, source: Source, tasks: list[Task], job: Job, started: float, spec: registry.ModelSpec
) -> Outcome:
    run = Run.open(writer.folder)
    train = _trainer(spec)
    alike = FaceGroups.find(source.data.images, job).of_row if spec.unit == "tree" else None
    outcome, before, size = None, 0, 0
    for task in tasks:
        if task.fold is not None and layout.fold_name(task.fold) in run.predicted_splits():
            before += len([record for record in run.metrics if record.get("fold") == task.fold])
            continue
        path = writer.checkpoint_path(task.fold)
        kept = Checkpoint.read(path) if path.is_file() else None
        writer.keep_epochs(before + (int(kept.state["trees"]) if kept else 0))
        if task.fold is not None:
            job.log(f"Fold {task.fold} of {len(tasks)}")
        place = Place(writer, job, task.fold, before)
        outcome = train(_lesson(source, task, started, alike), place, job, kept)
        if outcome.status == "stopped":
            return outcome
        before, size = before + outcome.units, size + outcome.size
        if task.fold is not None:
            _keep_fold(run, task, place, source.data, job)
        path.unlink(missing_ok=True)
        started = time.monotonic()
    if tasks[0].fold is not None:
        merge_folds(run)
    if outcome is None:
        raise RunError(f"run {run.name!r} has nothing left to train", where=run.folder)
    return attrs.evolve(outcome, size=size)


def _trainer(spec: registry.ModelSpec) -> Trainer:
    module, _, function = spec.trainer.partition(":")
    trainer: Trainer = getattr(importlib.import_module(module), function)
    return trainer


def _lesson(source: Source, task: Task, started: float, alike: NDArray[np.int64] | None) -> Lesson:
    data, config = source.data, source.config
    return Lesson(
        data.schema,
        data.images,
        data.points,
        data.weights,
        task.train,
        task.validation,
        config.seed,
        registry.get(config.model).check_options(config.options),
        started,
        alike,
    )


def _keep_fold(run: Run, task: Task, place: Place, data: Labelled, job: Job) -> None:
    """Predict a fold's rows by its model and keep that, as the sign that the fold is done."""
    model = ArrayModel.read(place.path)
    found = predict_with([model], data.images[task.validation], data.schema, views=FAST, job=job)
    name = layout.fold_name(task.fold or 0)
    run.save_predictions(name, found.points, task.validation, std=found.std)
