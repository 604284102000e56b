"""The head as curves in space, and the camera that looks at it.

Model units: a pixel of the frame at scale 1, so that the eyes of the average face are 36 apart.
The origin is the middle between the eyes; x runs to the right of the picture, y down, z towards the viewer.
Proportions follow the mean keypoints of the competition's faces and the usual measures of a head
(iris 11.7 mm and pupils 63 mm apart).
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from fkd_core.demo.traits import Traits

Floats = npt.NDArray[np.float64]

# Where the head turns on its neck, some 56 mm behind the eyes.
_PIVOT = (0.0, 12.0, -32.0)
_DISTANCE = 390.0
"""From the camera to the eyes of a face that looks straight ahead."""


@attrs.frozen(eq=False)
class View:
    """How the head is turned and where it falls in the frame.

    `flat` gives the head's own picture plane (turned and nodded, not yet tilted), in which fields are
    computed; `place` takes that plane into the frame.
    """

    rotation: Floats
    offset: Floats
    tilt: Floats
    centre: Floats

    @classmethod
    def of(cls, traits: Traits) -> View:
        """The view that the traits ask for, with the middle between the eyes at `traits.centre`."""
        yaw, pitch, roll = np.deg2rad([traits.yaw, traits.pitch, traits.roll])
        turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
        nod = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
        tilt = traits.scale * np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
        view = cls(nod @ turn, np.zeros(2), tilt, np.array(traits.centre))
        return attrs.evolve(view, offset=view.flat(np.zeros((1, 3)))[0])

    def flat(self, points: npt.ArrayLike) -> Floats:
        """Points `(…, 3)` of the model in the head's picture plane, `(…, 2)`, with a mild perspective."""
        seen = (np.asarray(points, dtype=np.float64) - _PIVOT) @ self.rotation.T
        flat: Floats = seen[..., :2] * (_DISTANCE / (_DISTANCE - _PIVOT[2] - seen[..., 2:])) - self.offset
        return flat

    def place(self, flat: npt.ArrayLike) -> Floats:
        """Points `(…, 2)` of the head's picture plane in the frame, in pixels."""
        placed: Floats = np.asarray(flat, dtype=np.float64) @ self.tilt.T + self.centre
        return placed

    def project(self, points: npt.ArrayLike) -> Floats:
        """Points `(…, 3)` of the model in the frame, in pixels."""
        return self.place(self.flat(points))


def smooth(points: npt.ArrayLike | Sequence[object], count: int = 8) -> Floats:
    """Catmull-Rom curves `(…, M, D)` through open lines of points `(…, P, D)`, `count` steps to a piece."""
    p = np.asarray(points, dtype=np.float64)
    first, last = 2 * p[..., :1, :] - p[..., 1:2, :], 2 * p[..., -1:, :] - p[..., -2:-1, :]
    p = np.concatenate([first, p, last], axis=-2)
    a, b, c, d = (p[..., i : p.shape[-2] - 3 + i, None, :] for i in range(4))
    t = (np.arange(count) / count)[:, None]
    pieces = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.concatenate([pieces.reshape(*p.shape[:-2], -1, p.shape[-1]), p[..., -2:-1, :]], axis=-2)


def gap(traits: Traits) -> float:
    """Height of the opening between the lips."""
    return 10.5 * traits.opening


def outline(traits: Traits) -> Floats:
    """The edge of skull, cheeks and jaw from the front, closed, from the crown over the picture's right."""
    drop = 0.75 * gap(traits)
    chin = 58.0 * traits.chin + drop
    wide, jaw = traits.face_width, traits.jaw * traits.face_width
    half = np.array(
        [
            [0, -53, -22],
            [14 * wide, -51.5, -23],
            [26 * wide, -46, -25],
            [35 * wide, -35, -26],
            [39.5 * wide, -21, -26],
            [40 * wide, -7, -26],
            [39.5 * wide, 8, -25],
            [37.8 * (0.5 * wide + 0.5 * jaw), 21, -23],
            [34.3 * jaw, 33.5 + 0.2 * drop, -19],
            [27.6 * jaw, 45 + 0.6 * drop, -13],
            [18.8 * jaw, chin - 4.8, -6],
            [9.6 * jaw, chin - 0.7, 0],
            [0, chin, 2],
        ]
    )
    right = smooth(half, 5)
    left = right[-2:0:-1] * (-1, 1, 1)
    return np.concatenate([right, left])


def midline(traits: Traits) -> Floats:
    """The profile of the face without its nose, from the crown to below the chin, `(M, 3)`."""
    drop, chin = 0.75 * gap(traits), 58.0 * traits.chin
    mouth = 37.6 + traits.mouth_height
    return smooth(
        [
            [0, -56, -26],
            [0, -47, -8],
            [0, -36, 2],
            [0, -22, 6.5],
            [0, -9, 7],
            [0, 0, 5.3],
            [0, 14, 6.3],
            [0, 27, 9],
            [0, mouth, 10],
            [0, mouth + 8.5 + drop, 7],
            [0, chin - 5 + drop, 8],
            [0, chin + drop, 3],
            [0, chin + 5 + drop, -10],
            [0, chin + 12 + drop, -30],
        ],
        6,
    )


def eye_lids(traits: Traits, side: int) -> tuple[Floats, Floats, Floats]:
    """Upper lid, lower lid (inner to outer corner, `(25, 3)` each) and centre `(3,)` of an eye.

    `side` is 1 for the person's left eye, on the right of the picture, and -1 for the other.
    """
    half = 7.3 * traits.eye_size
    middle = 18.0 * traits.eye_gap
    inner = np.array([middle - half, 0.95 + 0.3 * traits.eye_tilt, -1.5])
    outer = np.array([middle + half, 0.75 - 0.8 * traits.eye_tilt, -5.5])
    t = np.linspace(0, 1, 25)[:, None]
    line = inner + (outer - inner) * t
    squint = max(0.0, traits.smile) * 0.7
    lift = 3.8 * traits.eye_size * traits.eye_opening
    sag = (2.1 * traits.eye_size - squint) * min(1.0, 0.1 + 0.9 * traits.eye_opening)
    upper = line + np.array([0, -lift, 0]) * (np.sin(np.pi * t**0.88) ** 0.8)
    lower = line + np.array([0, sag, 0]) * (np.sin(np.pi * t**1.12) ** 0.9)
    # The lids close downwards: with less opening the upper one comes to rest upon the lower one.
    upper[:, 1:2] += np.sin(np.pi * t) * 0.5 * max(0.0, 1.0 - traits.eye_opening) * traits.eye_size
    bulge = np.sin(np.pi * t) * 3.5
    upper[:, 2:] += bulge
    lower[:, 2:] += bulge
    shut = float(np.clip(1 - 2 * traits.eye_opening, 0, 1))
    centre = np.array([middle, 1.0 * shut, 1.2])
    flip = np.array([side, 1, 1])
    return upper * flip, lower * flip, centre * flip


def brow(traits: Traits, side: int) -> Floats:
    """The middle line of an eyebrow from its inner to its outer end, `(M, 3)`."""
    raised = -8.5 + traits.brow_height - 2.6 * traits.brow_raise
    inner = 8.6 * traits.eye_gap - 1.2 * traits.frown
    points = [
        [inner, raised + 1.0 + 1.9 * traits.frown, 6],
        [inner + 7.5, raised - 1.1 * traits.brow_arch, 5.5],
        [inner + 15, raised - 2.1 * traits.brow_arch, 2.0],
        [30.5, raised + 1.4, -8],
    ]
    return smooth(points, 8) * (side, 1, 1)


def nose_ridge(traits: Traits) -> Floats:
    """Nasion, bridge, tip and base of the nose, `(4, 3)`; the third is the tip."""
    tip = 20.6 * traits.nose_length
    high = traits.nose_height
    return np.array(
        [[0, -6.0, 7.0], [0, 0.42 * tip, 7.0 + 5.0 * high], [0, tip, 7.0 + 11.5 * high], [0, tip + 5.2, 9.5]]
    )


@attrs.frozen(eq=False)
class Lips:
    """The four edges of the lips from the left to the right of the picture, `(41, 3)` each."""

    top: Floats
    inner_top: Floats
    inner_bottom: Floats
    bottom: Floats


def lips(traits: Traits) -> Lips:
    """The mouth that the expression asks for; both outer edges end in the mouth's corners."""
    smile, grin = traits.smile, max(0.0, traits.smile)
    half = (
        12.9
        * traits.mouth_width
        * (1 + 0.2 * grin - 0.36 * traits.pucker - 0.16 * traits.opening * (1 - grin))
    )
    middle = 37.6 + traits.mouth_height
    height = gap(traits)
    full = traits.lips * (1 + 0.25 * traits.pucker - 0.2 * grin)
    corner_y = middle - 3.4 * smile + 0.35 * height * (1 - 0.6 * grin)
    upper = middle - 0.22 * height - 0.8 * grin
    lower = upper + height + 0.25
    top, bottom = upper - 2.9 * full, lower + 3.7 * full
    corner_z, centre_z = 6.0 - 3.5 * grin, 11.0 + 1.5 * traits.pucker
    s = np.linspace(-1, 1, 41)

    def edge(centre: float, shape: Floats, reach: float = 1.0, forward: float = 0.0) -> Floats:
        y = corner_y + (centre - corner_y) * shape
        z = corner_z + (centre_z + forward - corner_z) * (1 - s**2)
        return np.stack([half * reach * s, y, z], axis=1)

    bow = 0.10 * np.exp(-(((np.abs(s) - 0.25) / 0.13) ** 2)) - 0.10 * np.exp(-((0.25 / 0.13) ** 2))
    dome = 1 - np.abs(s) ** 1.9
    return Lips(
        top=edge(top, 1 - np.abs(s) ** 1.55 + bow),
        inner_top=edge(upper, dome, 0.93),
        inner_bottom=edge(lower, 1 - np.abs(s) ** 2.2, 0.93),
        bottom=edge(bottom, (1 - s**2) ** 0.85, 1.0, -1.0),
    )


def keypoints(traits: Traits) -> dict[str, Floats]:
    """The competition's fifteen keypoints on the model, `(3,)` each."""
    found: dict[str, Floats] = {"nose_tip": nose_ridge(traits)[2]}
    for name, side in (("left", 1), ("right", -1)):
        upper, _, centre = eye_lids(traits, side)
        line = brow(traits, side)
        found[f"{name}_eye_center"] = centre
        found[f"{name}_eye_inner_corner"], found[f"{name}_eye_outer_corner"] = upper[0], upper[-1]
        found[f"{name}_eyebrow_inner_end"], found[f"{name}_eyebrow_outer_end"] = line[0], line[-1]
    mouth = lips(traits)
    found["mouth_right_corner"], found["mouth_left_corner"] = mouth.top[0], mouth.top[-1]
    found["mouth_center_top_lip"], found["mouth_center_bottom_lip"] = mouth.top[20], mouth.bottom[20]
    return found
