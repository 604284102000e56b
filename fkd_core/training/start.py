"""A training from a project to a finished run: what the engine does when it is asked to train."""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from fkd_core.errors import Cancelled, FkdError, RunError
from fkd_core.inference.export import export_weights
from fkd_core.jobs import Job
from fkd_core.models import devices
from fkd_core.project import Project
from fkd_core.runs import Run, RunWriter, layout
from fkd_core.runs.attended import AttendedJob
from fkd_core.training.checkpoint import Checkpoint
from fkd_core.training.config import TrainingConfig
from fkd_core.training.extending import added_to, take_extended
from fkd_core.training.fit import FitResult, fit
from fkd_core.training.labelled import Labelled, Marked
from fkd_core.training.out_of_fold import keep_fold, merge_folds
from fkd_core.training.run_sink import RunSink
from fkd_core.training.split import Source, Task, gather, prepared, split
from fkd_core.training.tensorboard import EventFiles, check_backend


def train_run(
    job: Job,
    project: str,
    config: dict[str, Any] | None = None,
    name: str | None = None,
    hold_out: str | None = None,
    elapsed: float = 0.0,
    resume: bool = False,
    runs: str | None = None,
    extend: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Train a network on a project's labels as they stand now, and leave a run.

    Emits `started` with the run's name, then what `fit` emits. With folds, one network after the other; then
    the run also keeps what each row looks like to the network that never saw its face.

    Args:
        job: is told how far the training is; cancelling it ends the run as `stopped`, weights kept.
        project: the project's folder; it is opened for reading, edits may go on meanwhile.
        config: see `TrainingConfig`; nothing where a run is resumed.
        name: of the run; the next free one if None.
        hold_out: a text file of 0-based rows to keep out of training and to validate on; the frozen faces of
            the project are kept out in any case.
        elapsed: seconds of the time budget that were spent before this call.
        resume: go on with the run `name` from its last checkpoint.
        runs: the folder of the run's folder; the project's runs if None.
        extend: `epochs` or `minutes` to add to the resumed run, which may be finished, after all that it has.

    Returns:
        `run`, its name; `status`, `seconds` and what else `FitResult` holds, of the last fold where there are
        several.

    Raises:
        FkdError: if the data or the configuration cannot be used.
    """
    started = time.monotonic() - elapsed
    attended = AttendedJob(job)
    with Project(Path(project)) as opened:
        folder = opened.runs_folder if runs is None else Path(runs)
        if resume:
            writer, source, tasks = _reopen(opened, folder, name or "", attended, extend)
        else:
            writer, source, tasks = _create(opened, folder, config or {}, name, hold_out, attended)
    try:
        attended.attend(writer.folder)
        return _train_to_end(writer, source, tasks, attended, started)
    finally:
        attended.leave()


def _train_to_end(
    writer: RunWriter, source: Source, tasks: list[Task], job: AttendedJob, started: float
) -> dict[str, Any]:
    try:
        job.emit("started", {"run": writer.name})
        result = _train_all(writer, source, tasks, job, started)
    except Cancelled:
        begun = bool(Run.open(writer.folder).metrics)
        writer.finish("stopped", "Stopped by the user" if begun else "Stopped before the first step")
        raise
    except FkdError as error:
        writer.finish("failed", str(error))
        raise
    except BaseException as error:
        writer.finish("failed", f"{type(error).__name__}: {error}")
        raise
    told = {"run": writer.name} | attrs.asdict(result)
    if result.status != "stopped":
        writer.finish("finished", _ending(result.status, result.epochs, source.config.folds), told)
    elif job.wish == "stop-after-epoch":
        writer.finish("stopped", f"Stopped by the user at the end of epoch {result.epochs}", told)
    else:
        writer.finish("stopped", f"Stopped by the user in epoch {result.epochs}", told)
    return told


def _create(
    project: Project,
    runs: Path,
    config: dict[str, Any],
    name: str | None,
    hold_out: str | None,
    job: Job,
) -> tuple[RunWriter, Source, list[Task]]:
    chosen = TrainingConfig.from_dict(config)
    # Before there is a run: what cannot start leaves nothing behind.
    devices.choose(chosen.device)
    if chosen.tensorboard:
        check_backend()
    # With its random changes in full: what a name stands for may be another thing one day.
    chosen = attrs.evolve(chosen, augment=chosen.augmentation())
    source, frozen = gather(project, chosen, hold_out, job)
    parts, tasks = split(source, job)
    kept_out = {"frozen": frozen} if frozen else {}
    fingerprints = {"fingerprint": project.manifest.fingerprint, "labels": project.label_fingerprint()}
    writer = RunWriter.create(
        runs,
        model=chosen.model,
        config=chosen.to_dict() | {"hold_out": hold_out},
        seed=chosen.seed,
        data=fingerprints | {"project": project.name, "rules": list(source.marked.names)} | kept_out,
        split=parts,
        name=name,
        devices=[device.name for device in devices.devices()],
    )
    return writer, source, tasks


def _reopen(
    project: Project, runs: Path, name: str, job: Job, extend: dict[str, Any] | None
) -> tuple[RunWriter, Source, list[Task]]:
    run = Run.find(runs, name)
    config = run.config
    extended = take_extended(config)
    if extend is not None:
        extended = added_to(run, extend)
    held_out = config.pop("hold_out", None) is not None or bool(run.data.get("frozen"))
    chosen = TrainingConfig.from_dict(config)
    devices.choose(chosen.device)
    if chosen.tensorboard:
        check_backend()
    if run.data.get("fingerprint") != project.manifest.fingerprint:
        raise RunError(
            f"run {name!r} cannot be resumed", where=run.folder, found="the project has other faces now"
        )
    if run.data.get("labels") != project.label_fingerprint():
        job.log("Labels were changed since this run began; it goes on with the labels as they stand now")
    marked = Marked.of(project, chosen, job)
    if list(marked.names) != run.data.get("rules"):
        raise RunError(
            f"run {name!r} cannot be resumed",
            where=run.folder,
            expected=f"the marking rules {', '.join(run.data.get('rules', []))}",
            found=", ".join(marked.names),
            todo="Train a new run",
        )
    parts = {part: np.array(rows, np.int64) for part, rows in run.split.items()}
    if run.folds:
        everything = parts["train"]
        tasks = [
            Task(np.setdiff1d(everything, held), np.array(held, np.int64), fold)
            for fold, held in run.folds.items()
        ]
    else:
        tasks = [Task(parts["train"], parts["validation"])]
    kept_out = parts["validation"] if held_out else None
    source = Source(chosen, Labelled.of(project, chosen), marked, kept_out, extended)
    return RunWriter.reopen(run.folder, extended=extended if extend else None), source, tasks


def _train_all(writer: RunWriter, source: Source, tasks: list[Task], job: Job, started: float) -> FitResult:
    run = Run.open(writer.folder)
    done = {
        task.fold for task in tasks if task.fold and layout.fold_name(task.fold) in run.predicted_splits()
    }
    result, epochs_before = None, 0
    for task in tasks:
        job.rest()
        records = [record for record in run.metrics if record.get("fold") == task.fold]
        if task.fold in done:
            epochs_before += len(records)
            continue
        path = writer.checkpoint_path(task.fold)
        kept = Checkpoint.read(path) if path.is_file() else None
        writer.keep_epochs(epochs_before + (kept.state["counters"]["_recorded"] if kept else 0))
        if task.fold is not None:
            job.log(f"Fold {task.fold} of {len(tasks)}")
        with contextlib.ExitStack() as stack:
            events = None
            if source.config.tensorboard:
                events = EventFiles(writer.folder, source.data.schema.keypoints)
                stack.callback(events.close)
            sink = RunSink(writer, task.fold, epochs_before, events)
            scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="fkd-"))
            result = _train_one(source, task, sink, kept, Path(scratch), job, started)
        if result.status == "stopped":
            return result
        epochs_before += result.epochs
        weights = run.weights_paths(task.fold)[0]
        export_weights(weights, source.data.schema, source.data.images, job)
        if task.fold is not None:
            keep_fold(run, task.fold, task.validation, source.data, source.marked, job)
        # Only now is nothing left to go on with, but for one network, which can be extended.
        if task.fold is not None:
            path.unlink(missing_ok=True)
        started = time.monotonic()
    if tasks[0].fold is not None:
        merge_folds(run)
    if result is None:
        raise RunError(f"run {run.name!r} has nothing left to train", where=run.folder)
    return result


def _train_one(
    source: Source,
    task: Task,
    sink: RunSink,
    kept: Checkpoint | None,
    scratch: Path,
    job: Job,
    started: float,
) -> FitResult:
    config = source.config
    data, train, validation, marked = prepared(source, task, scratch, job)
    return fit(
        config,
        data.schema,
        data.images,
        data.points,
        data.weights,
        train,
        validation,
        job,
        sink,
        started=started,
        rules=marked.numbers,
        rule_names=marked.names,
        sources=data.sources,
        resume=kept,
        extended=source.extended,
    )


def _ending(status: str, epochs: int, folds: int | None) -> str:
    text = f"Finished after {epochs} epoch{'' if epochs == 1 else 's'}"
    if folds is not None:
        text = f"Finished with {folds} folds, the last after {epochs} epoch{'' if epochs == 1 else 's'}"
    return f"{text}; the validation loss had stopped improving" if status == "early" else text
