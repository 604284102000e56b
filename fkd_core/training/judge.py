"""What a training is judged by once an epoch, and the few faces whose predictions are looked at meanwhile."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from fkd_core.inference.predict import predict_batches, rule_names
from fkd_core.inference.rules import mixed
from fkd_core.jobs import Job
from fkd_core.schema import KeypointSchema
from fkd_core.training.checks import Data
from fkd_core.training.validation import keypoint_errors, scores

WATCHED = 8
_BATCH = 64
SCORES = (
    *("val_loss", "val_rmse", "val_rmse_low", "val_rmse_high", "val_mae", "val_argmax_match"),
    "val_keypoints",
)
"""What an epoch's record says of its validation; all of it None where there was none."""


class Judge:
    """Predicts the validation faces of one training.

    Args:
        data: of the training.
        schema: of the keypoints.
        model: gets the weights that are judged.
        loss: the one trained with.
        seed: of the training; it draws the watched faces.
    """

    def __init__(
        self, data: Data, schema: KeypointSchema, model: keras.Model, loss: keras.losses.Loss, seed: int
    ) -> None:
        self._data, self._schema, self._model, self._loss = data, schema, model, loss
        self._watched = watched(data, seed)
        self.rows = data.sources[data.validation_rows[self._watched]]

    def judge(self, job: Job) -> tuple[dict[str, Any], NDArray[np.float32]]:
        """Predict all validation faces.

        Returns:
            `SCORES`, and the points `(M, K, 2)` of the watched faces, which are those of `rows`.

        Raises:
            Cancelled: if the job was stopped.
        """
        data, rows = self._data, self._data.validation_rows
        tables = []
        for _, table in predict_batches(self._model, data.images[rows], self._schema, batch_size=_BATCH):
            job.check()
            tables.append(table)
        found = mixed(np.concatenate(tables), rule_names(self._model)).points
        truth, judged = data.points[rows], data.judged[rows]
        told: dict[str, Any] = dict(scores(truth, found, judged, self._loss))
        if told:
            told["val_keypoints"] = keypoint_errors(truth, found, judged)
        return told, found[self._watched].astype(np.float32)


def watched(data: Data, seed: int) -> NDArray[np.int64]:
    """Up to `WATCHED` validation faces to look at while a network learns: those with all keypoints first.

    One is drawn from each of as many even parts of the faces, so that they are spread over all of them.
    Faces that are no pictures of the file, but changed copies of one, are left out.

    Returns:
        int64 `(M,)`, positions in `data.validation_rows`, ascending.
    """
    rows = data.validation_rows
    there = data.sources[rows] >= 0
    whole = there & (data.judged[rows] > 0).all(axis=1)
    generator = np.random.default_rng((seed, 7))
    first = _spread(np.flatnonzero(whole), WATCHED, generator)
    more = _spread(np.flatnonzero(there & ~whole), WATCHED - len(first), generator)
    return np.sort(np.concatenate([first, more]))


def _spread(places: NDArray[np.int64], count: int, generator: np.random.Generator) -> NDArray[np.int64]:
    parts = np.array_split(places, min(count, len(places))) if count and len(places) else []
    return np.array([generator.choice(part) for part in parts], np.int64)
