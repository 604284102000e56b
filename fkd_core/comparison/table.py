"""What a comparison of runs found, as arrays and as plain values."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.comparison.spread import Spread
from fkd_core.evaluation.cumulative import CumulativeErrors
from fkd_core.evaluation.intervals import Interval
from fkd_core.evaluation.plain import interval, number

BROKEN = 20
"""faces that are listed as broken, at most"""


def signed(value: float) -> str:
    """A difference in three digits, with its sign in front of it."""
    return f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")


@attrs.frozen
class Difference:
    """One run against the first one.

    Attributes:
        run: its name.
        rmse: its RMSE less that of the first, in pixels; below 0 is better.
        interval: 95 % interval, the same faces drawn for both.
        better, worse: faces on which it errs less and more.
    """

    run: str
    rmse: float
    interval: Interval
    better: int
    worse: int

    def describe(self, first: str) -> str:
        """The outcome in a sentence."""
        low, high = self.interval
        if math.isnan(low):
            return f"{self.run} against {first}: {signed(self.rmse)} px on one face, which tells nothing."
        ends = f"{signed(self.rmse)} px, 95 %: {signed(low)} to {signed(high)}"
        if high < 0:
            return f"{self.run} is better than {first}: {ends}."
        if low > 0:
            return f"{self.run} is worse than {first}: {ends}."
        return f"{self.run} and {first} cannot be told apart by chance: {ends}."


@attrs.frozen(eq=False)
class RunComparison:
    """R runs on the same n faces.

    Attributes:
        runs: their names; the others are compared with the first.
        about: which faces these are, in words.
        rows: `(n,)` training rows.
        points: `(R, n, K, 2)` predictions.
        distances: `(R, n, K)` pixels between prediction and label; NaN where no person placed one.
        rmse: `(R,)` pixels over coordinates.
        intervals: of `rmse`, 95 %.
        differences: of each but the first.
        per_keypoint: `(R, K)` RMSE.
        curves: cumulative errors of each.
        spreads: how far the predictions of each move from face to face.
    """

    runs: tuple[str, ...]
    about: str
    keypoints: tuple[str, ...]
    rows: NDArray[np.int64]
    points: NDArray[np.float32]
    distances: Floats
    rmse: tuple[float, ...]
    intervals: tuple[Interval, ...]
    differences: tuple[Difference, ...]
    per_keypoint: Floats
    curves: tuple[CumulativeErrors, ...]
    spreads: tuple[Spread, ...]

    @property
    def face_errors(self) -> Floats:
        """`(R, n)` RMSE of each face in pixels, over the coordinates that are known of it."""
        with np.errstate(invalid="ignore"):
            known = np.isfinite(self.distances).sum(axis=2)
            return np.asarray(np.sqrt(np.nansum(self.distances**2, axis=2) / (2 * known)))

    def broken(self, which: int, most: int = BROKEN) -> NDArray[np.intp]:
        """Places in `rows` of the faces on which a run errs more than the first, the worst first."""
        errors = self.face_errors
        more = errors[which] - errors[0]
        order = np.argsort(-more, kind="stable")
        return np.asarray(order[more[order] > 0][:most])

    def describe(self) -> str:
        """The outcome in sentences, a line for each run but the first."""
        return "\n".join(difference.describe(self.runs[0]) for difference in self.differences)

    def describe_spreads(self) -> str:
        """How far each run's predictions move from face to face, a line for each."""
        return "\n".join(filter(None, (spread.describe() for spread in self.spreads)))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN."""
        errors = self.face_errors
        return {
            "faces": len(self.rows),
            "about": self.about,
            "runs": [
                {
                    "run": name,
                    "rmse": number(self.rmse[i]),
                    "interval": interval(self.intervals[i]),
                    "per_keypoint": {
                        keypoint: number(float(value))
                        for keypoint, value in zip(self.keypoints, self.per_keypoint[i], strict=True)
                    },
                    "cumulative": self.curves[i].to_dict(),
                    "spread": self.spreads[i].to_dict(),
                }
                for i, name in enumerate(self.runs)
            ],
            "differences": [
                {
                    "run": difference.run,
                    "against": self.runs[0],
                    "rmse": number(difference.rmse),
                    "interval": interval(difference.interval),
                    "better_faces": difference.better,
                    "worse_faces": difference.worse,
                    "says": difference.describe(self.runs[0]),
                    "broken": [
                        {
                            "row": int(self.rows[face]),
                            "before": number(float(errors[0, face])),
                            "after": number(float(errors[i, face])),
                        }
                        for face in self.broken(i)
                    ],
                }
                for i, difference in enumerate(self.differences, 1)
            ],
            "by_face": [
                {"row": int(row), "rmse": [number(float(value)) for value in errors[:, face]]}
                for face, row in enumerate(self.rows)
            ],
        }
