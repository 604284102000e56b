"""What a method is handed besides the labels, and what it hands back."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Points
from fkd_core.jobs import Job


@attrs.frozen(eq=False)
class Seen:
    """What a network sees in the faces, and which faces it has never learnt from.

    Args:
        points: `(N, K, 2)` in pixels, NaN in rows that were not predicted.
        std: `(N, K)` standard deviations in pixels; NaN where the network does not say.
        unseen: `(N,)` bool, rows that it was not trained on: their labels tell how it errs.
        answer: `(N, K, 2)` in pixels, the same under the marking rule that is asked for; None where the
            network is to decide.

    Raises:
        ValueError: if the arrays do not fit each other.
    """

    points: Points
    std: NDArray[np.float32]
    unseen: NDArray[np.bool_]
    answer: Points | None = None

    def __attrs_post_init__(self) -> None:
        shape = self.points.shape
        wanted = [shape[:2], shape[:1], shape]
        received = [self.std.shape, self.unseen.shape, shape if self.answer is None else self.answer.shape]
        if received != wanted:
            raise ValueError(f"std, unseen and answer must be {wanted}, received {received}")


@attrs.frozen(eq=False)
class Context:
    """What a method may use besides the labels; each uses what it needs.

    Args:
        seed: for methods that draw random numbers.
        shuffle: whether a method that goes along the rows shuffles them first.
        rules: `(N,)`, the number of each row's marking rule, -1 where it has none; None if all are alike.
        rule_names: what the rules are called.
        rule: number of the rule in which missing keypoints are to be given; None where the method decides.
        seen: what a network sees in the faces.
        job: is told how far the work is and may stop it.
    """

    seed: int = 0
    shuffle: bool = True
    rules: NDArray[np.int64] | None = None
    rule_names: tuple[str, ...] = ()
    rule: int | None = None
    seen: Seen | None = None
    job: Job = attrs.field(factory=Job)


@attrs.frozen(eq=False)
class Filling:
    """What a method hands back.

    Args:
        points: `(N, K, 2)` float32, known values untouched, NaN only where no row has the coordinate.
        variance: `(N, K, 2)` of the filled values in square pixels, NaN where the method does not say.
    """

    points: Points
    variance: Floats | None = None
