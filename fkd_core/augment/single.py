"""One face under one change, from its lowest to its highest value: what a range means."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.augment.changes import NUMBERS, SPECS
from fkd_core.augment.elastic import KNOTS
from fkd_core.augment.face import expose
from fkd_core.augment.random import Batch, change_face
from fkd_core.augment.settings import Change
from fkd_core.augment.values import Values, log_scale
from fkd_core.schema import KeypointSchema

_LIT = ("contrast", "brightness", "noise")


def value_row(name: str, change: Change, count: int) -> Floats:
    """Values of a change in even steps; of one without a range 0 (not made) and 1 (made)."""
    return np.linspace(change.low, change.high, count) if SPECS[name].ranged else np.array([0.0, 1.0])


def values_at(name: str, value: float, seed: int = 0) -> Values:
    """A face changed in one way, by a certain value.

    A shift goes across and down alike, a perspective across; how a face is bent, what grain it gets and where
    it is covered is drawn with the seed.
    """
    rng = np.random.default_rng((seed, 6, NUMBERS[name]))
    made = Values()
    if name == "shift":
        made.shift = (value, value)
    elif name == "scale":
        made.scale = float(np.exp(log_scale(value)))
    elif name == "mirror":
        made.mirror = value > 0
    elif name == "perspective":
        made.perspective = (value, 0.0)
    elif name == "elastic":
        made.knots = value * rng.uniform(-1, 1, (KNOTS, KNOTS, 2))
    elif name == "contrast":
        made.gain = 1 + value
    elif name == "occlusion":
        left, top, grey = rng.random(3)
        made.cover = (left * (1 - value), top * (1 - value), value, int(grey * 256))
    else:
        setattr(made, name, value)
    return made


def under_one_change(
    image: NDArray[np.uint8],
    points: NDArray[np.float32],
    schema: KeypointSchema,
    name: str,
    values: Floats,
    *,
    row: int = 0,
    seed: int = 0,
) -> Batch:
    """The same face once for each value of one change, all others off; drawn by the code that training uses.

    Args:
        image: uint8 `(H, W)`.
        points: float32 `(K, 2)`, NaN where unknown.
        schema: of the keypoints.
        name: of the change.
        values: `(N,)`, such as `value_row` gives.
        row: of the face, to be told in the batch.
        seed: of what is random about the change besides its value.
    """
    known: NDArray[np.float32] = np.where(np.isfinite(points).all(axis=-1), 1, 0).astype(np.float32)
    strip = np.random.default_rng((seed, 0)).standard_normal(image.size, dtype=np.float32)
    made = []
    for value in values.tolist():
        how = values_at(name, value, seed)
        changed = change_face(image, points, known, how, schema)
        assert changed is not None
        drawn, places, weights, left = changed
        if name in _LIT:
            drawn = expose(drawn, how, strip)
        made.append((drawn, places, weights, left, how.mirror))
    images, places, weights, left, mirrored = (np.array(part) for part in zip(*made, strict=True))
    shown = np.where(weights[..., None] > 0, places, 0)
    rows, kept = np.full(len(made), row, np.int64), np.zeros(len(made), np.bool_)
    return Batch(images, shown, weights, rows, mirrored, places, left, kept)
