"""What each row's face looks like to the network that never saw it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.inference.predict import load_model, predict_full
from fkd_core.jobs import Job
from fkd_core.runs import Run, layout
from fkd_core.training.labelled import Labelled, Marked
from fkd_core.training.merging import OWN, merge_folds

__all__ = ["keep_fold", "merge_folds"]


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
        run.save_predictions(f"{name}{OWN}", own.points, rows, std=own.std)
    found = predict_full(model, images, data.schema, job=job)
    run.save_predictions(name, found.points, rows, std=found.std)
