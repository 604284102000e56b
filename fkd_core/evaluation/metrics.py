"""Error measures of predicted keypoints. All take pixels, skip what the truth does not know, and are
NaN where nothing is left to measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from fkd_core.arrays import Floats, Mask, check_points
from fkd_core.schema import KeypointSchema

AnyPoints = npt.NDArray[np.floating[Any]]

PCK_LIMITS = (1.0, 2.0, 3.0)
"""Distances in pixels at which the share of correct keypoints is reported."""


def differences(predicted: AnyPoints, truth: AnyPoints, mask: Mask | None = None) -> Floats:
    """Predicted minus true coordinates.

    Args:
        predicted: `(N, K, 2)`.
        truth: `(N, K, 2)`, NaN where unknown.
        mask: `(N, K)`, the keypoints that count; all known ones if None.

    Returns:
        float64 `(N, K, 2)`, NaN for every coordinate that does not count.

    Raises:
        ValueError: if the shapes differ, or a prediction is NaN where the truth is known.
    """
    check_points(predicted, "predicted")
    check_points(truth, "truth")
    if predicted.shape != truth.shape:
        raise ValueError(
            f"predicted and truth must have one shape, received {predicted.shape} and {truth.shape}"
        )
    expected = np.asarray(truth, dtype=np.float64)
    if mask is not None:
        if mask.shape != truth.shape[:2] or mask.dtype != np.bool_:
            raise ValueError(
                f"mask must be bool with the shape {truth.shape[:2]}, received {mask.dtype} {mask.shape}"
            )
        expected = np.where(mask[..., np.newaxis], expected, np.nan)
    lost = np.isnan(predicted) & ~np.isnan(expected)
    if lost.any():
        row = int(lost.any(axis=(1, 2)).argmax())
        raise ValueError(
            f"predicted must be known where the truth is, "
            f"received {int(lost.sum())} NaN coordinates, the first in row {row}"
        )
    return np.asarray(predicted, dtype=np.float64) - expected


def rmse(predicted: AnyPoints, truth: AnyPoints, mask: Mask | None = None) -> float:
    """Root of the mean squared error over coordinates, in pixels, as the competition scores.

    Arguments and errors as `differences`. Source of the formula: the competition's evaluation page,
    https://www.kaggle.com/competitions/facial-keypoints-detection/overview/evaluation.
    """
    return float(np.sqrt(mean_known(differences(predicted, truth, mask) ** 2)))


def mae(predicted: AnyPoints, truth: AnyPoints, mask: Mask | None = None) -> float:
    """Mean absolute error over coordinates, in pixels. Arguments and errors as `differences`."""
    return mean_known(np.abs(differences(predicted, truth, mask)))


def distances(predicted: AnyPoints, truth: AnyPoints, mask: Mask | None = None) -> Floats:
    """Euclidean distance of each keypoint `(N, K)` in pixels, NaN where it does not count.

    A keypoint with one known coordinate has no distance. Arguments and errors as `differences`.
    """
    gap = differences(predicted, truth, mask)
    return np.hypot(gap[..., 0], gap[..., 1])


def pck(
    predicted: AnyPoints,
    truth: AnyPoints,
    limits: Sequence[float] = PCK_LIMITS,
    mask: Mask | None = None,
) -> dict[float, float]:
    """Percentage of correct keypoints as shares 0 to 1: those at most each limit (pixels) away.

    Arguments and errors as `differences`. Source: Yang and Ramanan, "Articulated Human Detection with
    Flexible Mixtures of Parts", TPAMI 2013, with the limit in pixels instead of parts of a box.
    """
    apart = distances(predicted, truth, mask)
    known = apart[~np.isnan(apart)]
    return {limit: float((known <= limit).mean()) if known.size else float("nan") for limit in limits}


def inter_ocular(truth: AnyPoints, schema: KeypointSchema) -> Floats:
    """Distance of the true eye centres of each face `(N,)` in pixels, NaN where either is unknown.

    A schema without `left_eye_center` and `right_eye_center` uses the mean of its groups `left eye` and
    `right eye`; one without these either gives NaN for all.

    Raises:
        ValueError: if `truth` is not `(N, K, 2)` with the schema's keypoints.
    """
    check_points(truth, "truth")
    if truth.shape[1] != len(schema):
        raise ValueError(f"truth must have {len(schema)} keypoints, received {truth.shape[1]}")
    centers = [eye_center(truth, schema, side) for side in ("left", "right")]
    gap = centers[0] - centers[1]
    return np.hypot(gap[:, 0], gap[:, 1])


def face_nme(
    predicted: AnyPoints, truth: AnyPoints, schema: KeypointSchema, mask: Mask | None = None
) -> Floats:
    """Mean distance of each face's keypoints over its inter-ocular distance, `(N,)`.

    NaN for faces left out: those without both true eye centres or without a keypoint that counts. The
    eye centres come from the truth whether or not `mask` counts them. Arguments and errors as
    `differences` and `inter_ocular`.
    """
    apart = distances(predicted, truth, mask)
    known = ~np.isnan(apart)
    count = known.sum(axis=1)
    total = np.where(known, apart, 0.0).sum(axis=1)
    eyes = inter_ocular(truth, schema)
    # a distance of zero is a broken label, not a face of infinite error
    usable = (count > 0) & (eyes > 0)
    result = np.full(len(apart), np.nan)
    result[usable] = total[usable] / count[usable] / eyes[usable]
    return result


def nme(
    predicted: AnyPoints, truth: AnyPoints, schema: KeypointSchema, mask: Mask | None = None
) -> tuple[float, int]:
    """Mean of `face_nme` over the faces that have one, and how many faces were left out.

    Source: Sagonas et al., "300 Faces in-the-Wild Challenge", ICCV Workshops 2013, with eye centres in
    the place of outer eye corners.
    """
    faces = face_nme(predicted, truth, schema, mask)
    return mean_known(faces), int(np.isnan(faces).sum())


def argmax_match(predicted: AnyPoints, truth: AnyPoints) -> float:
    """Share of faces whose largest predicted coordinate is the largest true one.

    This is what Keras calls `accuracy` when it is asked for on the 2K outputs of a regression, and what
    the published notebook reported as 70 % 'pixel perfect'. It is nothing of the kind: it says that the
    same one of the 30 numbers is the largest, usually the y of the lower lip, and nothing about
    distances. Shown for comparison with the notebook only.

    Only faces with every coordinate known take part, as a face with gaps has no such largest number.
    Arguments and errors as `differences`.
    """
    whole = ~np.isnan(differences(predicted, truth)).any(axis=(1, 2))
    if not whole.any():
        return float("nan")
    guess, right = (array[whole].reshape(int(whole.sum()), -1) for array in (predicted, truth))
    return float((guess.argmax(axis=1) == right.argmax(axis=1)).mean())


def cumulative_errors(face_errors: Floats, limits: npt.ArrayLike) -> Floats:
    """Cumulative error distribution: for each limit the share of faces with at most that error.

    Args:
        face_errors: `(N,)`, such as `face_nme`; NaN for faces left out.
        limits: `(L,)` in the same unit.

    Returns:
        `(L,)` shares 0 to 1; NaN if no face has an error.
    """
    ordered = np.sort(face_errors[~np.isnan(face_errors)])
    wanted = np.asarray(limits, dtype=np.float64)
    if not ordered.size:
        return np.full(wanted.shape, np.nan)
    reached = np.searchsorted(ordered, wanted, side="right")
    return np.asarray(reached / len(ordered), dtype=np.float64)


def mean_known(values: Floats) -> float:
    """Mean of the values that are not NaN; NaN if there are none."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def eye_center(truth: AnyPoints, schema: KeypointSchema, side: str) -> Floats:
    """The true `left` or `right` eye centre of each face `(N, 2)`, NaN where unknown."""
    center = f"{side}_eye_center"
    if center in schema.keypoints:
        return np.asarray(truth[:, schema.index(center)], dtype=np.float64)
    members = dict(schema.groups).get(f"{side} eye", ())
    if not members:
        return np.full((len(truth), 2), np.nan)
    around = truth[:, [schema.index(name) for name in dict.fromkeys(members)]]
    return np.asarray(around.mean(axis=1, dtype=np.float64))
