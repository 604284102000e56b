"""What each row's face looks like to the network that never saw it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.inference.predict import load_model, predict_full
from fkd_core.jobs import Job
from fkd_core.runs import Run, layout
from fkd_core.training.labelled import Labelled, Marked

_OWN = "-own"


def keep_fold(run: Run, fold: int, rows: NDArray[np.int64], data: Labelled, marked: Marked, job: Job) -> None:
    """Predict a fold's rows by its network and keep that, as the sign that the fold is done.

    Args:
        run: takes the predictions.
        fold: its number, from 1.
        rows: that its network never saw.
        data: the faces.
        marked: by which rule each is marked.
        job: is told how far the work is and may stop it.
    """
    model = load_model(run.weights_paths(fold)[0])
    images = data.images[rows]
    name = layout.fold_name(fold)
    if marked.numbers is not None:
        own = predict_full(model, images, data.schema, rule=marked.numbers[rows], job=job)
        run.save_predictions(f"{name}{_OWN}", own.points, rows, std=own.std)
    found = predict_full(model, images, data.schema, job=job)
    run.save_predictions(name, found.points, rows, std=found.std)


def merge_folds(run: Run) -> None:
    """Make one table, ascending by row, of what the folds left, and remove theirs.

    Raises:
        RunError: if the predictions of a fold are missing or damaged.
    """
    names = [layout.fold_name(fold) for fold in run.folds]
    own = all(f"{name}{_OWN}" in run.predicted_splits() for name in names)
    targets = {layout.OUT_OF_FOLD: ""} | ({layout.OUT_OF_FOLD_OWN: _OWN} if own else {})
    for target, ending in targets.items():
        parts = [f"{name}{ending}" for name in names]
        rows = np.concatenate([np.array(run.prediction_rows(part) or [], np.int64) for part in parts])
        order = np.argsort(rows)
        points = np.concatenate([run.predictions(part) for part in parts])[order]
        deviations = [run.deviations(part) for part in parts]
        known = [part for part in deviations if part is not None]
        std = np.concatenate(known)[order] if len(known) == len(parts) else None
        run.save_predictions(target, points, rows[order], std=std)
    for name in names:
        for ending in ("", _OWN):
            run.drop_predictions(f"{name}{ending}")
