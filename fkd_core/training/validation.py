"""How well a network does on the faces kept out of its training, once an epoch."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from fkd_core.evaluation.intervals import ratio_interval, root


def scores(
    points: NDArray[np.float32],
    predicted: NDArray[np.float32],
    weights: NDArray[np.float32],
    loss: keras.losses.Loss,
) -> dict[str, float]:
    """Scores of predictions, over keypoints whose weight is above 0.

    Args:
        points: float32 `(N, K, 2)`.
        predicted: float32 `(N, K, 2)`.
        weights: float32 `(N, K)`.
        loss: the one trained with.

    Returns:
        `val_loss`, `val_rmse` and `val_mae` in pixels, `val_argmax_match`, and where there are two faces or
        more the ends of the 95 % interval of the RMSE, `val_rmse_low` and `val_rmse_high`; nothing if no
        keypoint counts.
    """
    known = weights > 0
    if not known.any():
        return {}
    truth = np.where(known[..., None], points, 0).astype(np.float32)
    error = (predicted - truth)[known].astype(np.float64)
    squares = np.where(known, ((predicted - truth).astype(np.float64) ** 2).sum(axis=2), 0.0).sum(axis=1)
    low, high = root(ratio_interval(squares, 2.0 * known.sum(axis=1)))
    ends = {"val_rmse_low": low, "val_rmse_high": high} if np.isfinite(low) else {}
    return ends | {
        "val_loss": float(keras.ops.convert_to_numpy(loss(truth, predicted, sample_weight=weights))),
        "val_rmse": float(np.sqrt(np.mean(error**2))),
        "val_mae": float(np.mean(np.abs(error))),
        "val_argmax_match": argmax_match(truth, predicted, known),
    }


def keypoint_errors(
    points: NDArray[np.float32], predicted: NDArray[np.float32], weights: NDArray[np.float32]
) -> list[float | None]:
    """RMSE of each keypoint in pixels, over the faces where its weight is above 0; None where there are none.

    Args:
        points: float32 `(N, K, 2)`.
        predicted: float32 `(N, K, 2)`.
        weights: float32 `(N, K)`.
    """
    known = weights > 0
    squared = np.where(known[..., None], predicted - points, 0).astype(np.float64) ** 2
    count = known.sum(axis=0)
    errors = np.sqrt(squared.mean(axis=2).sum(axis=0) / np.maximum(count, 1))
    return [float(error) if faces else None for error, faces in zip(errors, count, strict=True)]


def argmax_match(
    points: NDArray[np.float32], predicted: NDArray[np.float32], known: NDArray[np.bool_]
) -> float:
    """Share of faces whose largest coordinate is predicted to be the largest.

    This is what Keras calls 'accuracy' for a network of this kind, and what the published notebook
    reports as 70 %. It is not a share of pixel-perfect keypoints and says nothing about distances:
    see RMSE and PCK for those. Unknown coordinates are left out; faces without known ones too.

    Args:
        points: `(N, K, 2)`.
        predicted: `(N, K, 2)`.
        known: `(N, K)`.
    """
    rows = known.any(axis=1)
    if not rows.any():
        raise ValueError("known must not be empty, received no known keypoint")
    hidden = ~np.repeat(known[rows], 2, axis=1)
    largest = [
        np.where(hidden, -np.inf, array[rows].reshape(len(hidden), -1)).argmax(axis=1)
        for array in (points, predicted)
    ]
    return float(np.mean(largest[0] == largest[1]))
