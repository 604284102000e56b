"""Predictions by a run: at once by its exported networks, or by its weights where it has none.

An exported network is computed here, by ONNX Runtime, on the thread that asks, and so is a model that is no
network, by NumPy. Weights need TensorFlow, so they go to the engine; arrays go there and come back as files.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.engine.client import Engine
from fkd_core.errors import ProjectError, RunError
from fkd_core.inference.onnx_model import Networks
from fkd_core.inference.rules import Rule
from fkd_core.inference.tables import predict_with
from fkd_core.inference.views import views
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.runs import Run
from fkd_core.schema import KeypointSchema


@attrs.frozen(eq=False)
class Predicted:
    """What a run sees in some faces.

    Attributes:
        points: float32 `(N, K, 2)` in pixels, not clipped.
        std: float32 `(N, K)`, standard deviation along one axis in pixels; NaN where it does not say.
    """

    points: NDArray[np.float32]
    std: NDArray[np.float32]


def predict_images(
    engine: Engine,
    run: Run,
    images: NDArray[np.uint8],
    schema: KeypointSchema,
    job: Job,
    *,
    fast: bool = False,
    rule: Rule = None,
    asked: NDArray[np.bool_] | None = None,
    networks: Networks | None = None,
    fold: int | None = None,
) -> Predicted:
    """Keypoints of any faces by a run's network, or by those of all its folds together.

    Args:
        engine: predicts where the run was not exported; not started elsewhere.
        run: gives the networks.
        images: uint8 `(N, H, W)`.
        schema: of the keypoints.
        job: is told how far the work is and may stop it.
        fast: show each face once, not in all of `fkd_core.inference.views.VIEWS`: quicker and less exact.
        rule: name of the marking rule to follow, or for each face the number of its rule, below 0 where it is
            not known; where it is None or `auto` the answer is the one of least expected squared error.
        asked: bool `(N, K)`, which keypoints are wanted of each face, where that tells of its rule.
        networks: keeps what was read for the next call; read anew if None.
        fold: ask the network of this fold alone, counted from 1; those of all folds together if None.

    Raises:
        BadInputError: if the network knows no such rule.
        RunError: if the run has no weights, was made for other faces, or its exported network is damaged.
        Cancelled: if the job was stopped.
    """
    exported = run.exported_paths(fold)
    if not exported:
        weights = run.weights_paths(fold)
        return _by_engine(engine, weights, images, schema, job, fast=fast, rule=rule, asked=asked)
    networks = networks or Networks()
    asked_of = [networks.get(path) for path in exported]
    found = predict_with(
        asked_of,
        images,
        schema,
        views=views(fast=fast or any(model.one_view for model in asked_of)),
        rule=rule,
        asked=asked,
        job=job,
    )
    return Predicted(found.points, found.std)


def _by_engine(
    engine: Engine,
    weights: tuple[Path, ...],
    images: NDArray[np.uint8],
    schema: KeypointSchema,
    job: Job,
    *,
    fast: bool,
    rule: Rule,
    asked: NDArray[np.bool_] | None,
) -> Predicted:
    job.progress(0, text="Starting TensorFlow")
    with tempfile.TemporaryDirectory(prefix="fkd-") as scratch:
        folder = Path(scratch)
        files = {name: str(folder / f"{name}.npy") for name in ("images", "output", "std")}
        np.save(files["images"], images)
        arguments: dict[str, Any] = files | {
            "weights": [str(path.absolute()) for path in weights],
            "schema": schema.to_dict(),
            "fast": fast,
            "rule": rule if isinstance(rule, str) else None,
        }
        if rule is not None and not isinstance(rule, str):
            arguments["rules"] = str(folder / "rules.npy")
            np.save(arguments["rules"], rule)
        if asked is not None:
            arguments["asked"] = str(folder / "asked.npy")
            np.save(arguments["asked"], asked)
        engine.call("predict", arguments, job)
        points: NDArray[np.float32] = np.load(files["output"], allow_pickle=False)
        std: NDArray[np.float32] = np.load(files["std"], allow_pickle=False)
    return Predicted(points, std)


def predict_split(
    engine: Engine,
    project: Project,
    name: str,
    split: str,
    job: Job,
    *,
    fast: bool = False,
    rule: str | None = None,
    networks: Networks | None = None,
) -> Predicted:
    """Predict all faces of a split and keep that under the run; see `predict_images`.

    What the lookup table asks of each test face helps to tell its marking rule.
    """
    run = Run.find(project.runs_folder, name)
    if split not in project.faces:
        raise ProjectError(
            f"the project has no {split} faces", where=project.folder, found=", ".join(project.faces)
        )
    images = project.faces[split].images
    asked = asked_of_test(project) if split == "test" else None
    predicted = predict_images(
        engine,
        run,
        images,
        project.schema,
        job,
        fast=fast,
        rule=rule,
        asked=asked,
        networks=networks,
    )
    how = {"rule": rule or "auto", "fast": fast}
    run.save_predictions(split, predicted.points, std=predicted.std, how=how)
    return predicted


def predict_out_of_fold(
    engine: Engine,
    project: Project,
    run: Run,
    job: Job,
    *,
    fast: bool = False,
    rule: Rule = None,
    networks: Networks | None = None,
) -> tuple[NDArray[np.int64], Predicted]:
    """What each training row looks like to the network of the fold that never saw its face.

    Args:
        rule: as in `predict_images`; numbers are those of all training rows `(N,)`.

    Returns:
        The rows, ascending, and what is seen in them.

    Raises:
        RunError: if the run has no folds, or a fold has no weights.
    """
    if not run.folds:
        raise RunError(f"run {run.name!r} has no folds", where=run.folder, todo="Train one with --folds 5")
    rows, parts = [], []
    for fold, members in run.folds.items():
        held = np.array(members, np.int64)
        followed = rule if rule is None or isinstance(rule, str) else rule[held]
        images = project.faces["train"].images[held]
        parts.append(
            predict_images(
                engine,
                run,
                images,
                project.schema,
                job,
                fast=fast,
                rule=followed,
                networks=networks,
                fold=fold,
            )
        )
        rows.append(held)
    every = np.concatenate(rows)
    order = np.argsort(every)
    points = np.concatenate([part.points for part in parts])[order]
    return every[order], Predicted(points, np.concatenate([part.std for part in parts])[order])


def predict_blindly(
    engine: Engine,
    project: Project,
    run: Run,
    rows: NDArray[np.integer[Any]],
    job: Job,
    *,
    rule: Rule = None,
    asked: NDArray[np.bool_] | None = None,
    fast: bool = False,
    networks: Networks | None = None,
) -> Predicted:
    """What training rows look like, each to the network that never saw it where the run has one.

    Args:
        rows: 0-based training rows, in any order; answers are in theirs.
        rule, asked: as in `predict_images`; arrays have a line for each of these rows.
    """
    shape = (len(rows), len(project.schema))
    points, std = np.full((*shape, 2), np.nan, np.float32), np.full(shape, np.nan, np.float32)
    left = np.ones(len(rows), np.bool_)
    parts: list[tuple[int | None, NDArray[np.bool_]]] = []
    for number, members in run.folds.items():
        mine = np.isin(rows, members)
        parts.append((number, mine))
        left &= ~mine
    for fold, mine in (*parts, (None, left)):
        if mine.any():
            images = project.faces["train"].images[rows[mine]]
            followed = rule if rule is None or isinstance(rule, str) else rule[mine]
            found = predict_images(
                engine,
                run,
                images,
                project.schema,
                job,
                fast=fast,
                rule=followed,
                asked=None if asked is None else asked[mine],
                networks=networks,
                fold=fold,
            )
            points[mine], std[mine] = found.points, found.std
    return Predicted(points, std)


def asked_of_test(project: Project) -> NDArray[np.bool_] | None:
    """`(N, K)`: what the lookup table asks of each test face; None where it leaves a face out."""
    if project.lookup is None or "test" not in project.faces:
        return None
    asked = project.lookup.asked(project.faces["test"].ids, len(project.schema))
    return asked if asked.any(axis=1).all() else None
