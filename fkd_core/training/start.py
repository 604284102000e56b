"""A training from a project to a finished run: what the engine does when it is asked to train."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError, Cancelled, FkdError, RunError
from fkd_core.formats.row_list import read_rows
from fkd_core.inference.export import export_weights
from fkd_core.jobs import Job
from fkd_core.models import devices
from fkd_core.project import Project
from fkd_core.proof.frozen import load_frozen
from fkd_core.runs import Run, RunWriter, layout
from fkd_core.training.checkpoint import Checkpoint
from fkd_core.training.checks import drawn_rows
from fkd_core.training.config import TrainingConfig
from fkd_core.training.fit import FitResult, fit
from fkd_core.training.folds import FaceGroups, folds, set_aside
from fkd_core.training.labelled import Labelled, Marked
from fkd_core.training.notebook_faces import as_the_notebook
from fkd_core.training.out_of_fold import keep_fold, merge_folds
from fkd_core.training.run_sink import RunSink

Rows = NDArray[np.int64]


@attrs.frozen(eq=False)
class _Task:
    """One training of a run: all of it, or a fold."""

    train: Rows
    validation: Rows
    fold: int | None = None


@attrs.frozen(eq=False)
class _Source:
    """What the trainings of a run learn from."""

    config: TrainingConfig
    data: Labelled
    marked: Marked
    held_out: bool


def train_run(
    job: Job,
    project: str,
    config: dict[str, Any] | None = None,
    name: str | None = None,
    hold_out: str | None = None,
    elapsed: float = 0.0,
    resume: bool = False,
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

    Returns:
        `run`, its name; `status`, `seconds` and what else `FitResult` holds, of the last fold where there are
        several.

    Raises:
        FkdError: if the data or the configuration cannot be used.
    """
    started = time.monotonic() - elapsed
    with Project(Path(project)) as opened:
        if resume:
            writer, source, tasks = _reopen(opened, name or "", job)
        else:
            writer, source, tasks = _create(opened, config or {}, name, hold_out, job)
    job.emit("started", {"run": writer.name})
    try:
        result = _train_all(writer, source, tasks, job, started)
    except Cancelled:
        writer.finish("stopped", "Stopped before the first step")
        raise
    except FkdError as error:
        writer.finish("failed", str(error))
        raise
    except BaseException as error:
        writer.finish("failed", f"{type(error).__name__}: {error}")
        raise
    if result.status == "stopped":
        writer.finish("stopped", f"Stopped by the user in epoch {result.epochs}")
    else:
        writer.finish("finished", _ending(result.status, result.epochs, source.config.folds))
    return {"run": writer.name} | attrs.asdict(result)


def _create(
    project: Project, config: dict[str, Any], name: str | None, hold_out: str | None, job: Job
) -> tuple[RunWriter, _Source, list[_Task]]:
    chosen = TrainingConfig.from_dict(config)
    # Before there is a run: what cannot start leaves nothing behind.
    devices.choose(chosen.device)
    data = Labelled.of(project, chosen)
    marked = Marked.of(project, chosen, job)
    held_out = read_rows(Path(hold_out), len(data.images)) if hold_out else None
    frozen = load_frozen(project)
    if frozen is not None:
        job.log(f"{len(frozen):,} frozen faces are kept out of training and measured on")
        held_out = frozen.rows if held_out is None else np.union1d(held_out, frozen.rows)
    source = _Source(chosen, data, marked, held_out is not None)
    split, tasks = _split(source, held_out, job)
    kept_out = {} if frozen is None else {"frozen": len(frozen)}
    fingerprints = {"fingerprint": project.manifest.fingerprint, "labels": project.label_fingerprint()}
    writer = RunWriter.create(
        project.runs_folder,
        model=chosen.model,
        config=chosen.to_dict() | {"hold_out": hold_out},
        seed=chosen.seed,
        data=fingerprints | {"project": project.name, "rules": list(marked.names)} | kept_out,
        split=split,
        name=name,
        devices=[device.name for device in devices.devices()],
    )
    return writer, source, tasks


def _reopen(project: Project, name: str, job: Job) -> tuple[RunWriter, _Source, list[_Task]]:
    run = Run.find(project.runs_folder, name)
    config = run.config
    held_out = config.pop("hold_out", None) is not None or bool(run.data.get("frozen"))
    chosen = TrainingConfig.from_dict(config)
    devices.choose(chosen.device)
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
    split = {part: np.array(rows, np.int64) for part, rows in run.split.items()}
    if run.folds:
        everything = split["train"]
        tasks = [
            _Task(np.setdiff1d(everything, held), np.array(held, np.int64), fold)
            for fold, held in run.folds.items()
        ]
    else:
        tasks = [_Task(split["train"], split["validation"])]
    source = _Source(chosen, Labelled.of(project, chosen), marked, held_out)
    return RunWriter.reopen(run.folder), source, tasks


def _split(source: _Source, held_out: Rows | None, job: Job) -> tuple[dict[str, Rows], list[_Task]]:
    """Rows of each part of the run and its trainings; only faces with a label that counts are in any.

    Raises:
        BadInputError: if no row is left to train on.
    """
    config, data = source.config, source.data
    labelled = data.rows
    validation = np.array([], np.int64)
    # The notebook sets its share aside after it has augmented, and knows no like faces.
    aside = held_out is None and config.folds is None and not config.recipe().complete
    groups = None
    if aside or config.folds is not None:
        groups = FaceGroups.find(data.images, job)
        job.log(groups.describe())
    if held_out is not None:
        train, validation = np.setdiff1d(labelled, held_out), np.intersect1d(labelled, held_out)
    elif aside and groups is not None:
        train, validation = set_aside(labelled, groups, config.recipe().validation_share, config.seed)
    else:
        train = labelled
    if not len(train):
        raise BadInputError(
            "there is nothing to learn from",
            expected="at least one training face with a labelled keypoint",
            found="none",
            todo="Label some faces, or leave some out of the held-out rows",
        )
    train = drawn_rows(train, config)
    split = {"train": train, "validation": validation}
    if config.folds is None or groups is None:
        return split, [_Task(train, validation)]
    known = (data.weights > 0).sum(axis=1)
    kinds = known if source.marked.numbers is None else source.marked.numbers
    parts = folds(train, groups, np.asarray(kinds, np.int64), config.folds, config.seed)
    tasks = [_Task(np.setdiff1d(train, part), part, fold) for fold, part in enumerate(parts, start=1)]
    return split | {layout.fold_name(fold): part for fold, part in enumerate(parts, start=1)}, tasks


def _train_all(writer: RunWriter, source: _Source, tasks: list[_Task], job: Job, started: float) -> FitResult:
    run = Run.open(writer.folder)
    done = {
        task.fold for task in tasks if task.fold and layout.fold_name(task.fold) in run.predicted_splits()
    }
    result, epochs_before = None, 0
    for task in tasks:
        records = [record for record in run.metrics if record.get("fold") == task.fold]
        if task.fold in done:
            epochs_before += len(records)
            continue
        path = writer.checkpoint_path(task.fold)
        kept = Checkpoint.read(path) if path.is_file() else None
        writer.keep_epochs(epochs_before + (kept.state["counters"]["_recorded"] if kept else 0))
        if task.fold is not None:
            job.log(f"Fold {task.fold} of {len(tasks)}")
        sink = RunSink(writer, task.fold, epochs_before)
        with tempfile.TemporaryDirectory(prefix="fkd-") as scratch:
            result = _train_one(source, task, sink, kept, Path(scratch), job, started)
        if result.status == "stopped":
            return result
        epochs_before += result.epochs
        weights = run.weights_paths(task.fold)[0]
        export_weights(weights, source.data.schema, source.data.images, job)
        if task.fold is not None:
            keep_fold(run, task.fold, task.validation, source.data, source.marked, job)
        # Only now is nothing left to go on with.
        path.unlink(missing_ok=True)
        started = time.monotonic()
    if tasks[0].fold is not None:
        merge_folds(run)
    if result is None:
        raise RunError(f"run {run.name!r} has nothing left to train", where=run.folder)
    return result


def _train_one(
    source: _Source,
    task: _Task,
    sink: RunSink,
    kept: Checkpoint | None,
    scratch: Path,
    job: Job,
    started: float,
) -> FitResult:
    config, data, marked = source.config, source.data, source.marked
    train, validation = task.train, task.validation
    if config.recipe().complete:
        marked = Marked()
        data, train, validation = as_the_notebook(data, train, validation, scratch, job, seed=config.seed)
        if not source.held_out and task.fold is None:
            alone = FaceGroups(np.arange(len(data.images)), 0, 0)
            share = config.recipe().validation_share
            train, validation = set_aside(train, alone, share, config.seed)
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
        resume=kept,
    )


def _ending(status: str, epochs: int, folds: int | None) -> str:
    text = f"Finished after {epochs} epoch{'' if epochs == 1 else 's'}"
    if folds is not None:
        text = f"Finished with {folds} folds, the last after {epochs} epoch{'' if epochs == 1 else 's'}"
    return f"{text}; the validation loss had stopped improving" if status == "early" else text
