"""The plain error measures of some faces together, with the interval of each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs
import numpy as np

from fkd_core.arrays import Floats, known_points
from fkd_core.evaluation.intervals import UNKNOWN, Interval, Sampling, ratio_intervals, root
from fkd_core.evaluation.metrics import PCK_LIMITS, mean_known
from fkd_core.evaluation.plain import axes, interval, number
from fkd_core.schema import KeypointSchema


@attrs.frozen
class KeypointErrors:
    """The errors of one keypoint over all faces.

    Args:
        name: of the keypoint.
        rmse: in pixels, over coordinates; NaN if no face has the keypoint.
        mae: in pixels, over coordinates; NaN if no face has it.
        count: faces in which both coordinates are known.
        bias: mean of predicted minus true along x and along y, in pixels.
        interval: 95 % interval of `rmse`.
    """

    name: str
    rmse: float
    mae: float
    count: int
    bias: tuple[float, float] = UNKNOWN
    interval: Interval = UNKNOWN

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN; without the name."""
        return {
            "rmse": number(self.rmse),
            "interval": interval(self.interval),
            "mae": number(self.mae),
            "bias": axes(self.bias),
            "count": self.count,
        }


@attrs.frozen(kw_only=True)
class Figures:
    """The errors of one set of faces; NaN where there was nothing to measure.

    Args:
        rmse: in pixels, over coordinates, as the competition scores.
        mae: in pixels, over coordinates.
        nme: mean distance over inter-ocular distance.
        pck: limits in pixels, as `"1"`, to shares of keypoints at most that far off.
        bias: mean of predicted minus true along x and along y, in pixels.
        per_keypoint: the errors of each keypoint, in the schema's order.
        faces: faces with any known coordinate.
        points: keypoints with both coordinates known.
        without_eyes: of those faces, how many `nme` leaves out.
        intervals: 95 % bootstrap intervals by figure (`rmse`, `mae`, `nme`, `pck 1`…, `bias x`, `bias y`);
            empty if not asked for.
    """

    rmse: float
    mae: float
    nme: float
    pck: Mapping[str, float]
    bias: tuple[float, float]
    per_keypoint: tuple[KeypointErrors, ...]
    faces: int
    points: int
    without_eyes: int = 0
    intervals: Mapping[str, Interval] = MappingProxyType({})

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN; keys that never change their meaning."""
        ends = {name: interval(self.intervals.get(name, UNKNOWN)) for name in ("rmse", "mae", "nme")}
        return {
            "rmse": number(self.rmse),
            "mae": number(self.mae),
            "nme": number(self.nme),
            "pck": {limit: number(share) for limit, share in self.pck.items()},
            "bias": axes(self.bias),
            "intervals": {
                **ends,
                "pck": {limit: interval(self.intervals.get(f"pck {limit}", UNKNOWN)) for limit in self.pck},
                "bias": {axis: interval(self.intervals.get(f"bias {axis}", UNKNOWN)) for axis in "xy"},
            },
            "per_keypoint": {row.name: row.to_dict() for row in self.per_keypoint},
            "faces": self.faces,
            "points": self.points,
            "without_eyes": self.without_eyes,
        }


def figures(gap: Floats, normalised: Floats, schema: KeypointSchema, sampling: Sampling) -> Figures:
    """Measure some faces.

    Args:
        gap: `(N, K, 2)` predicted minus true pixels, NaN where the truth is unknown; see
            `metrics.differences`.
        normalised: `(N,)` the error of each face over its inter-ocular distance; see `metrics.face_nme`.
        schema: names the K keypoints.
        sampling: how intervals are drawn.
    """
    known = known_points(gap)
    any_known = ~np.isnan(gap).all(axis=(1, 2))
    gap, normalised, known = gap[any_known], normalised[any_known], known[any_known]
    apart = np.hypot(gap[..., 0], gap[..., 1])[known]
    named, of_keypoints = _intervals(gap, normalised, sampling)
    return Figures(
        rmse=float(np.sqrt(mean_known(gap**2))),
        mae=mean_known(np.abs(gap)),
        nme=mean_known(normalised),
        pck={f"{limit:g}": mean_known((apart <= limit).astype(np.float64)) for limit in PCK_LIMITS},
        bias=(mean_known(gap[..., 0]), mean_known(gap[..., 1])),
        per_keypoint=tuple(
            KeypointErrors(
                name,
                rmse=float(np.sqrt(mean_known(gap[:, index] ** 2))),
                mae=mean_known(np.abs(gap[:, index])),
                count=int(known[:, index].sum()),
                bias=(mean_known(gap[:, index, 0]), mean_known(gap[:, index, 1])),
                interval=of_keypoints[index],
            )
            for index, name in enumerate(schema.keypoints)
        ),
        faces=len(gap),
        points=int(known.sum()),
        without_eyes=int(np.isnan(normalised).sum()),
        intervals=named,
    )


def _intervals(
    gap: Floats, normalised: Floats, sampling: Sampling
) -> tuple[dict[str, Interval], list[Interval]]:
    """Those of the whole by name, and that of each keypoint's root mean squared error."""
    if not sampling.draws:
        return {}, [UNKNOWN] * gap.shape[1]
    known = ~np.isnan(gap)
    signed = np.where(known, gap, 0.0)
    size = np.abs(signed)
    coordinates = known.sum(axis=(1, 2))
    # NaN, where the distance is unknown, is within no limit.
    apart = np.hypot(gap[..., 0], gap[..., 1])
    keypoints = known_points(gap).sum(axis=1)
    has_nme = ~np.isnan(normalised)
    parts = {
        "rmse": ((size**2).sum(axis=(1, 2)), coordinates),
        "mae": (size.sum(axis=(1, 2)), coordinates),
        "nme": (np.where(has_nme, normalised, 0.0), has_nme),
    }
    for limit in PCK_LIMITS:
        parts[f"pck {limit:g}"] = ((apart <= limit).sum(axis=1), keypoints)
    for index, axis in enumerate("xy"):
        parts[f"bias {axis}"] = (signed[..., index].sum(axis=1), known[..., index].sum(axis=1))
    totals = np.column_stack([*(total for total, _ in parts.values()), (size**2).sum(axis=2)])
    counts = np.column_stack([*(count for _, count in parts.values()), known.sum(axis=2)])
    ends = ratio_intervals(totals, counts, sampling)
    named = dict(zip(parts, ends, strict=False))
    named["rmse"] = root(named["rmse"])
    return named, [root(each) for each in ends[len(parts) :]]
