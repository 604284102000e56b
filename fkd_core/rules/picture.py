"""The marking rules of a file as a picture: mean faces in the frame of the eyes, and each rule's places."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Images, Points, known_points
from fkd_core.evaluation.metrics import eye_center
from fkd_core.jobs import Job
from fkd_core.rules.geometry import STANDARD, in_eye_frame
from fkd_core.rules.rule import Rules
from fkd_core.rules.shift import Shift, shift_between
from fkd_core.schema import KeypointSchema

SIDE = 192
"""Of a mean face, in pixels."""

_SCALE = 2.0
_EYES = (SIDE / 2, SIDE * 0.36)
"""Where the middle between the eyes is, so that brows and chin are as far from the edges."""

_SAMPLE = 400
"""Faces of each rule that make its mean; more change no grey by one step."""


@attrs.frozen(eq=False)
class Picture:
    """What the rules of a file look like, from the labels as they came.

    Attributes:
        names: of the rules.
        images: uint8 `(R, SIDE, SIDE)`, the mean face of each rule.
        points: `(R, K, 2)` pixels of these images, the median place of each keypoint; NaN where fewer than
            one face in twenty of the rule has it.
        shifts: `(R, R)` ways from one rule to another, None from a rule to itself.
    """

    names: tuple[str, ...]
    images: NDArray[np.uint8]
    points: Floats
    shifts: tuple[tuple[Shift | None, ...], ...]


def rules_picture(
    points: Points, images: Images, rules: Rules, schema: KeypointSchema, job: Job | None = None
) -> Picture:
    """Draw the rules of a file.

    Args:
        points: `(N, K, 2)` labels as the source had them.
        images: `(N, H, W)`.
        rules: of these faces.
        schema: of the labels.
        job: is told how far the work is and may stop it.

    Raises:
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    framed, of_row = in_eye_frame(points, schema), rules.of_source
    members = [of_row == rule for rule in range(len(rules))]
    means = []
    for rule, rows in enumerate(members):
        means.append(_mean_face(points, images, np.flatnonzero(rows), schema))
        job.progress(rule + 1, 2 * len(rules), "drawing the mean faces")
    places = np.stack([_median_places(framed[rows]) for rows in members])
    shifts = []
    for rule, here in enumerate(members):
        shifts.append(
            tuple(
                None if there is here else shift_between(framed, here, there, seed=rules.seed)
                for there in members
            )
        )
        job.progress(len(rules) + rule + 1, 2 * len(rules), "measuring the offsets")
    return Picture(rules.names, np.stack(means), places * _SCALE + _EYES, tuple(shifts))


def _mean_face(
    points: Points, images: Images, rows: NDArray[np.intp], schema: KeypointSchema
) -> NDArray[np.uint8]:
    eyes = {side: eye_center(points[rows], schema, side) for side in ("left", "right")}
    axis, middle = eyes["left"] - eyes["right"], (eyes["left"] + eyes["right"]) / 2
    usable = np.flatnonzero(np.isfinite(axis).all(axis=1) & (np.hypot(axis[:, 0], axis[:, 1]) > 1))
    total = np.zeros((SIDE, SIDE), np.float64)
    chosen = usable[:: max(1, len(usable) // _SAMPLE)][:_SAMPLE]
    for row in chosen.tolist():
        # From the picture of the rule to the face: the eyes turn and scale it, their middle moves it.
        x, y = axis[row] / (STANDARD * _SCALE)
        turn = np.array([[x, -y], [y, x]])
        start = middle[row] - turn @ np.array(_EYES)
        total += cv2.warpAffine(
            np.asarray(images[rows[row]]),
            np.concatenate([turn, start[:, None]], axis=1),
            (SIDE, SIDE),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return np.asarray(np.round(total / max(1, len(chosen))), np.uint8)


def _median_places(framed: Floats) -> Floats:
    """`(K, 2)`, NaN for keypoints that hardly any of the faces have."""
    known = known_points(framed)
    places = np.full(framed.shape[1:], np.nan)
    for keypoint in np.flatnonzero(known.sum(axis=0) > max(1, len(framed)) * 0.05):
        places[keypoint] = np.median(framed[known[:, keypoint], keypoint], axis=0)
    return places
