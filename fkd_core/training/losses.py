"""Losses on the keypoints that are known; an unknown one weighs nothing."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from fkd_core.errors import BadInputError

HUBER_DELTA = 4.0
RULE_WEIGHT = 1.0
STD_WEIGHT = 0.1
BLIND_WEIGHT = 0.5
"""How misjudged rules, misjudged deviations and the answer without a rule count; see the training notes."""


def split(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """True points `(N, K, 2)`, and what is predicted under each face's own marking rule.

    `y_true` is `(N, K, 2)`, or `(N, K, 4)` with the number of the face's rule and 1 where it is mirrored.
    `y_pred` is points `(N, K, 2)`, which are given back as they are, or the table `(N, R, K, 7)` of
    `fkd_core.models.layers.RuleTable`, of which the rows `(N, K, 7)` of the face's rule are.
    """
    # A metric is handed what the caller gave, on PyTorch also as an array that its tensors do not mix with.
    y_true = ops.convert_to_tensor(y_true)
    points = y_true[..., :2]
    if len(y_pred.shape) == 3:
        return points, y_pred
    if y_true.shape[-1] == 2:
        return points, y_pred[:, 0]
    own = ops.one_hot(ops.cast(y_true[:, 0, 2], "int32"), y_pred.shape[1])
    found = ops.einsum("nr,nrkc->nkc", own, y_pred)
    return points - y_true[..., 3:] * found[..., 5:], found


def squared_error(y_true: Any, y_pred: Any) -> Any:
    """Mean of the squared errors in x and y, `(N, K)`, under each face's own rule; see `split`."""
    points, found = split(y_true, y_pred)
    return ops.mean(ops.square(points - found[..., :2]), axis=-1)


def doubts(y_true: Any, y_pred: Any) -> Any:
    """What it costs to misjudge the error and the rule of each face, `(N, K)`.

    The first, whose gradient reaches neither points nor features, is the negative log-likelihood of the
    error under Student's t distribution in the plane with four degrees of freedom and the stated deviation
    along each axis: its tails are heavy, so a few wrong labels do not make every point look doubtful, and
    its 90 % region nearly is that of a Gaussian. The second is the cross-entropy of the rule, given that the
    keypoint is known.
    """
    points, found = split(y_true, y_pred)
    if found.shape[-1] == 2:
        return 0.0
    error = ops.stop_gradient(ops.mean(ops.square(points - found[..., :2]), axis=-1))
    log_std = found[..., 2]
    cost = STD_WEIGHT * (log_std + 1.5 * ops.log1p(error * ops.exp(-2 * log_std)))
    if y_pred.shape[1] > 1:
        every = y_pred[..., 3] + y_pred[..., 4]
        cost = cost + RULE_WEIGHT * (ops.logsumexp(every, axis=1) - found[..., 3] - found[..., 4])
    return cost


def blind_error(y_true: Any, y_pred: Any) -> Any:
    """Mean of the squared errors in x and y, `(N, K)`, where nobody says which rule a face is marked by.

    The answer is then the mean over the rules, weighed by what the table says of them.
    """
    share = ops.softmax(y_pred[..., 3] + y_pred[..., 4], axis=1)
    places = y_pred[..., :2]
    if y_true.shape[-1] > 2:
        places = places + y_true[:, None, :, 3:] * y_pred[..., 5:]
    return ops.mean(ops.square(y_true[..., :2] - ops.sum(share[..., None] * places, axis=1)), axis=-1)


class SquaredLoss(keras.losses.Loss):  # type: ignore[misc]  # Keras publishes no types
    """Mean squared error in pixels over the known coordinates; its root is the competition's score.

    Where a network heeds rules, half of it is the error when the rule is told and half that when it is not,
    and to it comes the cost of `doubts`. Points are `(N, K, 2)`; the sample weights `(N, K)` say how much
    each keypoint counts.
    """

    def __init__(self, name: str = "squared") -> None:
        super().__init__(name=name, reduction="mean_with_sample_weight", dtype="float32")

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Errors `(N, K)`."""
        error = squared_error(y_true, y_pred)
        if len(y_pred.shape) == 4 and y_pred.shape[1] > 1:
            error = (1 - BLIND_WEIGHT) * error + BLIND_WEIGHT * blind_error(y_true, y_pred)
        return error + doubts(y_true, y_pred)


class HuberLoss(keras.losses.Loss):  # type: ignore[misc]  # Keras publishes no types
    """Like the squared error for errors up to 4 px, linear beyond, so that wrong labels pull less.

    Source: Huber, Robust Estimation of a Location Parameter, 1964.
    """

    def __init__(self, delta: float = HUBER_DELTA, name: str = "huber") -> None:
        super().__init__(name=name, reduction="mean_with_sample_weight", dtype="float32")
        self.delta = delta

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Errors `(N, K)`."""
        points, found = split(y_true, y_pred)
        size = ops.abs(points - found[..., :2])
        near = ops.minimum(size, self.delta)
        return ops.mean(near * (2 * size - near), axis=-1) + doubts(y_true, y_pred)


_LOSSES = {"squared": SquaredLoss, "huber": HuberLoss}


def get(name: str) -> keras.losses.Loss:
    """The loss of that name.

    Raises:
        BadInputError: if there is none; the message lists those that exist.
    """
    if name not in _LOSSES:
        raise BadInputError(f"there is no loss called {name!r}", expected=", ".join(_LOSSES), found=name)
    return _LOSSES[name]()
