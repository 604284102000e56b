"""A training set of limited size: every face as it is, and a random choice of changed copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from fkd_core.arrays import Images, Points, check_images
from fkd_core.augment.notebook import notebook_plan
from fkd_core.augment.plan import Plan, check_fit

NOTEBOOK_LIMIT = 15_000
"""Size of the published notebook's training set."""


def sample(plan: Plan, limit: int = NOTEBOOK_LIMIT, *, seed: int = 0) -> Plan:
    """All originals and a seeded random choice of the other copies, `limit` together.

    Where there are more originals than `limit`, a random choice of originals alone.

    Args:
        plan: every copy there could be.
        limit: the most copies to keep; a smaller plan is kept whole.
        seed: of the choice; it becomes the plan's seed too.

    Raises:
        ValueError: if `limit` or `seed` is negative.
    """
    if limit < 0 or seed < 0:
        raise ValueError(f"limit and seed must not be negative, received {limit} and {seed}")
    rng = np.random.default_rng(seed)
    originals, copies = np.flatnonzero(plan.originals), np.flatnonzero(~plan.originals)
    if len(originals) > limit:
        originals = rng.choice(originals, limit, replace=False)
    room = min(limit - len(originals), len(copies))
    chosen = np.concatenate([np.sort(originals), np.sort(rng.choice(copies, room, replace=False))])
    return Plan(plan.transforms, plan.rows[chosen], plan.which[chosen], seed)


def materialise(
    plan: Plan, images: Images, points: Points, *, batch_size: int = 256
) -> Iterator[tuple[Images, Points]]:
    """Make a plan's copies batch by batch, in its order; only one batch is in memory.

    Args:
        plan: which copies.
        images: `(N, H, W)` uint8, all faces; a memory map will do.
        points: `(N, K, 2)`, their keypoints.
        batch_size: copies in a batch; the last may be smaller.

    Yields:
        `(B, H, W)` uint8 and `(B, K, 2)` float32.

    Raises:
        ValueError: at once, if the plan does not fit the faces or `batch_size` is below 1.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, received {batch_size}")
    check_fit(plan, images, points)
    starts = range(0, len(plan), batch_size)
    return (
        plan.batch(np.arange(start, min(start + batch_size, len(plan))), images, points) for start in starts
    )


def notebook_training_set(
    images: Images,
    points: Points,
    *,
    limit: int = NOTEBOOK_LIMIT,
    seed: int = 0,
    angles: Sequence[float] = (15.0,),
    shifts: Sequence[float] = (15.0,),
) -> Plan:
    """The plan of the notebook's training set; a trainer pulls uint8 batches from it by index.

    Call `plan.batch(chosen, images, points)` for each batch. Split by `plan.rows` and not by position:
    copies of one face must not stand on both sides.

    Args:
        images: `(N, H, W)` uint8; only the shape is used.
        points: `(N, K, 2)`, imputed or not.
        limit: the most copies.
        seed: of the choice of copies.
        angles: in degrees, both ways.
        shifts: in pixels, along the four diagonals.

    Raises:
        ValueError: if images and points do not fit each other, or a number is out of range.
    """
    check_images(images)
    everything = notebook_plan(points, images.shape[1:], angles=angles, shifts=shifts, seed=seed)
    check_fit(everything, images, points)
    return sample(everything, limit, seed=seed)
