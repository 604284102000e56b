"""A training from a project to a finished run: what the engine does when it is asked to train."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import attrs
import keras
import numpy as np
from numpy.typing import NDArray

from fkd_core.augment.sampling import materialise, notebook_training_set
from fkd_core.errors import BadInputError, Cancelled, FkdError, RunError
from fkd_core.formats.npy_writer import NpyWriter
from fkd_core.formats.row_list import read_rows
from fkd_core.impute.registry import fill
from fkd_core.inference.export import export_weights
from fkd_core.jobs import Job
from fkd_core.labels.values import OriginKind
from fkd_core.models import devices, registry
from fkd_core.project import Project
from fkd_core.rules import ensure_rules
from fkd_core.runs import RunWriter
from fkd_core.training.checks import drawn_rows, split_rows
from fkd_core.training.config import TrainingConfig
from fkd_core.training.fit import fit
from fkd_core.training.sink import save_model


def train_run(
    job: Job,
    project: str,
    config: dict[str, Any],
    name: str | None = None,
    hold_out: str | None = None,
    elapsed: float = 0.0,
) -> dict[str, Any]:
    """Train a network on a project's labels as they stand now, and leave a run.

    Emits `started` with the run's name, then what `fit` emits.

    Args:
        job: is told how far the training is; cancelling it ends the run as `stopped`, weights kept.
        project: the project's folder; it is opened for reading, edits may go on meanwhile.
        config: see `TrainingConfig`.
        name: of the run; the next free one if None.
        hold_out: a text file of 0-based rows to keep out of training and to validate on.
        elapsed: seconds of the time budget that were spent before this call.

    Returns:
        `run`, its name; `status`, `seconds` and what else `FitResult` holds.

    Raises:
        FkdError: if the data or the configuration cannot be used.
    """
    started = time.monotonic() - elapsed
    chosen = TrainingConfig.from_dict(config)
    # Before there is a run: what cannot start leaves nothing behind.
    devices.choose(chosen.device)
    with Project(Path(project)) as opened:
        data = _Labels.of(opened, chosen)
        marked = _marked(opened, chosen, job)
        held_out = read_rows(Path(hold_out), len(data.images)) if hold_out else None
        fingerprints = {"fingerprint": opened.manifest.fingerprint, "labels": opened.label_fingerprint()}
        schema = opened.schema
        train, validation = _split(data, chosen, held_out)
        writer = RunWriter.create(
            opened.runs_folder,
            model=chosen.model,
            config=chosen.to_dict() | {"hold_out": hold_out},
            seed=chosen.seed,
            data=fingerprints | {"project": opened.name, "rules": list(marked.names)},
            split={"train": train, "validation": validation},
            name=name,
            devices=[device.name for device in devices.devices()],
        )
    job.emit("started", {"run": writer.name})
    sink = _RunSink(writer)
    try:
        with tempfile.TemporaryDirectory(prefix="fkd-") as scratch:
            if chosen.recipe().complete:
                marked = _Marked()
                data, train, validation = _as_the_notebook(
                    data, chosen, train, validation, Path(scratch), job
                )
                if held_out is None:
                    train, validation = split_rows(train, chosen.recipe().validation_share, chosen.seed)
            result = fit(
                chosen,
                schema,
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
            )
            if result.status != "stopped":
                export_weights(writer.weights_path("best"), schema, data.images, job)
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
        writer.finish("finished", _ending(result.status, result.epochs))
    return {"run": writer.name} | attrs.asdict(result)


@attrs.frozen(eq=False)
class _Labels:
    """Training faces, what is known of them, and how much it counts."""

    schema: Any
    images: NDArray[np.uint8]
    points: NDArray[np.float32]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, project: Project, config: TrainingConfig) -> _Labels:
        if "train" not in project.faces:
            raise RunError(
                "the project has no training faces",
                where=project.folder,
                todo="Import a folder or zip with training.csv",
            )
        span = project.span("train")
        table = project.labels.table
        imputed = table.is_kind(OriginKind.IMPUTED)[span]
        predicted = table.is_kind(OriginKind.PREDICTED)[span]
        # What a person accepted counts as theirs, wherever it came from.
        guessed = (imputed | predicted) & ~table.reviewed[span]
        weights = np.where(guessed, np.where(imputed, config.imputed_weight, 0.0), 1.0)
        weights = np.where(table.mask[span], weights, 0.0).astype(np.float32)
        return cls(project.schema, project.faces["train"].images, table.points[span].copy(), weights)


@attrs.frozen(eq=False)
class _Marked:
    """By which rule each training face is marked; numbers are None where all are marked alike."""

    numbers: NDArray[np.int64] | None = None
    names: tuple[str, ...] = registry.ONE_RULE


def _marked(project: Project, config: TrainingConfig, job: Job) -> _Marked:
    if not registry.get(config.model).heeds_rules:
        return _Marked()
    rules = ensure_rules(project, job)
    if len(rules.names) < 2:
        return _Marked()
    # A row that nobody marked teaches nothing, so any rule will do for it.
    return _Marked(np.maximum(rules.of_row, 0).astype(np.int64), rules.names)


def _split(
    data: _Labels, config: TrainingConfig, held_out: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows to train on and to validate on; only faces with a label that counts are in either.

    Raises:
        BadInputError: if no row is left to train on.
    """
    labelled = np.flatnonzero((data.weights > 0).any(axis=1))
    if held_out is not None:
        train, validation = np.setdiff1d(labelled, held_out), np.intersect1d(labelled, held_out)
    elif config.recipe().complete:
        # The notebook sets its share aside after it has augmented.
        train, validation = labelled, np.array([], np.int64)
    else:
        train, validation = split_rows(labelled, config.recipe().validation_share, config.seed)
    if not len(train):
        raise BadInputError(
            "there is nothing to learn from",
            expected="at least one training face with a labelled keypoint",
            found="none",
            todo="Label some faces, or leave some out of the held-out rows",
        )
    return drawn_rows(train, config), validation


def _as_the_notebook(
    data: _Labels,
    config: TrainingConfig,
    train: NDArray[np.int64],
    validation: NDArray[np.int64],
    scratch: Path,
    job: Job,
) -> tuple[_Labels, NDArray[np.int64], NDArray[np.int64]]:
    """Fill what is missing by backfill, then add rotated and shifted copies, up to 15,000 faces.

    The copies go to a file as they are made; held-out faces follow them with their known labels alone.
    """
    points, images = data.points[train], data.images[train]
    if np.isnan(points).any():
        job.log(
            "Missing keypoints are filled by backfill for this run; the project's labels stay as they are"
        )
        points = fill("backfill", points, data.schema, seed=config.seed, job=job).points
    plan = notebook_training_set(images, points, seed=config.seed)
    copied = np.empty((len(plan) + len(validation), *points.shape[1:]), np.float32)
    path = scratch / "faces.npy"
    with NpyWriter(path) as writer:
        done = 0
        for faces, labels in materialise(plan, images, points):
            writer.append(np.ascontiguousarray(faces))
            copied[done : done + len(labels)] = labels
            done += len(labels)
            job.progress(done, len(plan), "Augmenting")
        writer.append(np.ascontiguousarray(data.images[validation]))
        copied[done:] = data.points[validation]
        writer.finish((len(copied), *images.shape[1:]))
    weights = np.ones(copied.shape[:2], np.float32)
    weights[done:] = data.weights[validation]
    merged = _Labels(data.schema, np.load(path, mmap_mode="r"), copied, weights)
    return merged, np.arange(done), np.arange(done, len(copied))


class _RunSink:
    """Leaves epochs and weights in a run's folder."""

    def __init__(self, writer: RunWriter) -> None:
        self._writer = writer

    def epoch(self, record: dict[str, Any]) -> None:
        """Append the figures of an epoch."""
        self._writer.epoch(record)

    def save_best(self, model: keras.Model) -> None:
        """Keep the weights that have validated best so far."""
        save_model(model, self._writer.weights_path("best"))

    def save_last(self, model: keras.Model) -> None:
        """Keep the weights as they are now."""
        save_model(model, self._writer.weights_path("last"))


def _ending(status: str, epochs: int) -> str:
    text = f"Finished after {epochs} epoch{'' if epochs == 1 else 's'}"
    return f"{text}; the validation loss had stopped improving" if status == "early" else text
