"""Two runs measured on the same frozen labels, and how sure the difference is."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.comparison.spread import Spread, spread_of
from fkd_core.engine.client import Engine
from fkd_core.errors import RunError
from fkd_core.evaluating import own_rules
from fkd_core.evaluation.intervals import UNKNOWN, Interval
from fkd_core.files import write_json
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.predicting import predict_images
from fkd_core.project import Project
from fkd_core.proof.frozen import FrozenSet, needed
from fkd_core.runs import Run, list_runs

Verdict = Literal["better", "worse", "undecided"]

FILE = "comparison.json"
_VERSION = 1
_DRAWS = 2000
_LEVEL = 0.95


@attrs.frozen
class Measured:
    """A run on the frozen labels.

    Args:
        run: its name.
        rmse: in pixels, over coordinates.
        interval: 95 % interval of `rmse`.
    """

    run: str
    rmse: float
    interval: Interval


@attrs.frozen
class Comparison:
    """What changed from one run to another.

    Args:
        before: the older run.
        after: the newer one.
        difference: RMSE after less RMSE before, in pixels; below 0 is better.
        interval: 95 % interval of `difference`, the same faces drawn for both runs.
        faces: measured on.
        points: keypoints measured on.
        dropped: frozen keypoints that are no person's any more and were left out.
        changed_points: keypoints changed after `before` was begun, those of frozen faces included.
        changed_faces: faces that those belong to.
        per_keypoint: name to RMSE before and after; NaN where none is known.
        spreads: how far the predictions of either move from face to face; none in what an older version kept.
    """

    before: Measured
    after: Measured
    difference: float
    interval: Interval
    faces: int
    points: int
    dropped: int
    changed_points: int
    changed_faces: int
    per_keypoint: dict[str, tuple[float, float]]
    spreads: tuple[Spread, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """`undecided` where the interval holds 0 or is unknown."""
        low, high = self.interval
        if high < 0:
            return "better"
        return "worse" if low > 0 else "undecided"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        spreads = {"spreads": {spread.run: spread.to_dict() for spread in self.spreads}}
        return attrs.asdict(self) | spreads | {"verdict": self.verdict}

    def describe(self) -> str:
        """The outcome in a sentence."""
        low, high = self.interval
        ends = "" if math.isnan(low) else f", 95 %: {low:+.3f} to {high:+.3f}"
        said = {
            "better": "The error fell",
            "worse": "The error rose",
            "undecided": "No difference can be told from chance",
        }[self.verdict]
        return f"{said}: {self.before.rmse:.3f} to {self.after.rmse:.3f} px ({self.difference:+.3f}{ends})"


def measure_pair(
    before: NDArray[np.float32], after: NDArray[np.float32], truth: NDArray[np.float32], *, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """RMSE of two predictions of the same faces, and of their difference, with intervals.

    Faces are drawn with repeats, the same ones for both predictions, so what makes a face hard for both
    cancels out of the difference.

    Args:
        before: `(N, K, 2)` in pixels.
        after: `(N, K, 2)`.
        truth: `(N, K, 2)`, NaN where unknown.
        seed: of the draws.

    Returns:
        `(3,)` RMSE before, after, and their difference, all NaN where nothing is known; `(3, 2)` ends of the
        95 % intervals, NaN where fewer than two faces are known.

    Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8 and 13.
    """
    counts = 2.0 * np.isfinite(truth).all(axis=2).sum(axis=1)
    totals = np.stack([np.nansum((p - truth).astype(np.float64) ** 2, axis=(1, 2)) for p in (before, after)])
    if not counts.any():
        return np.full(3, np.nan), np.full((3, 2), np.nan)
    values = _roots(totals.sum(axis=1), counts.sum())
    if (counts > 0).sum() < 2:
        return values, np.full((3, 2), np.nan)
    rng = np.random.default_rng(seed)
    drawn = np.empty((_DRAWS, 3))
    for draw in range(_DRAWS):
        times = np.bincount(rng.integers(0, len(counts), len(counts)), minlength=len(counts))
        shared = max(float(times @ counts), 1.0)
        drawn[draw] = _roots(totals @ times, shared)
    ends = np.quantile(drawn, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2], axis=0).T
    return values, ends


def compare(
    engine: Engine,
    project: Project,
    before: str,
    after: str,
    job: Job,
    *,
    networks: Networks | None = None,
) -> Comparison:
    """Measure two runs on a project's frozen set, each face in its own marking rule.

    Args:
        engine: predicts where a run was not exported.
        project: has the frozen set and the labels as they stand now.
        before: name of the older run.
        after: name of the newer run.
        job: is told how far the work is and may stop it.
        networks: keeps what was read for the next call; read anew if None.

    Raises:
        ProjectError: if there is no frozen set, or it is damaged.
        RunError: if a run does not exist, was trained on other faces or on frozen ones, or no frozen label is
            a person's any more.
        Cancelled: if the job was stopped.
    """
    frozen = needed(project)
    runs = [Run.find(project.runs_folder, name) for name in (before, after)]
    for run in runs:
        why = unfit(run, project, frozen)
        if why:
            raise RunError(
                f"run {run.name!r} cannot be measured on the frozen set", where=run.folder, found=why
            )
    truth = frozen.truth(project)
    known = np.asarray(np.isfinite(truth).all(axis=2), np.bool_)
    if not known.any():
        raise RunError("no frozen label is a person's any more", where=project.folder)
    images = project.faces["train"].images[frozen.rows]
    found = [
        predict_images(
            engine,
            run,
            images,
            project.schema,
            job,
            rule=own_rules(project, run)[frozen.rows],
            networks=networks,
        ).points
        for run in runs
    ]
    values, ends = measure_pair(found[0], found[1], truth)
    intervals: list[Interval] = [(float(low), float(high)) for low, high in ends]
    faces, points = changed_since(project, runs[0])
    return Comparison(
        Measured(before, float(values[0]), intervals[0]),
        Measured(after, float(values[1]), intervals[1]),
        difference=float(values[2]),
        interval=intervals[2] if len(truth) > 1 else UNKNOWN,
        faces=int(known.any(axis=1).sum()),
        points=int(known.sum()),
        dropped=int((frozen.keypoints & ~known).sum()),
        changed_points=points,
        changed_faces=faces,
        per_keypoint=_per_keypoint(found, truth, project.schema.keypoints),
        spreads=tuple(
            spread_of(run.name, points, truth, project.schema.keypoints)
            for run, points in zip(runs, found, strict=True)
        ),
    )


def keep_comparison(project: Project, made: Comparison) -> None:
    """Keep a comparison beside the newer run, to be shown again.

    Raises:
        ProjectError: if the disk is full.
        ReadOnlyError: if the place is read-only.
    """
    write_json(project.runs_folder / made.after.run / FILE, {"version": _VERSION} | made.to_dict())


def last_comparison(project: Project) -> Comparison | None:
    """The comparison that was kept with the newest run; None where there is none.

    Raises:
        RunError: if the file is damaged.
    """
    for run in reversed(list_runs(project.runs_folder)):
        path = run.folder / FILE
        if not path.is_file():
            continue
        try:
            return _from_dict(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                "the comparison cannot be read",
                where=path,
                found=str(error) or type(error).__name__,
                todo="Compare the two runs again: fkd compare PROJECT BEFORE AFTER",
            ) from error
    return None


def unfit(run: Run, project: Project, frozen: FrozenSet) -> str:
    """Why a run cannot be measured on the frozen set; empty if it can."""
    if run.data.get("fingerprint") != project.manifest.fingerprint:
        return "it was trained on other faces"
    seen = int(np.isin(frozen.rows, np.array(run.split["train"], np.int64)).sum())
    if seen:
        return f"it was trained on {seen:,} of the {len(frozen):,} frozen faces"
    try:
        run.weights_paths()
    except RunError as error:
        return error.what
    return ""


def changed_since(project: Project, run: Run) -> tuple[int, int]:
    """How many training faces and keypoints were changed after a run was begun.

    Both times are whole seconds: what was changed in the second in which the run began counts as after.
    """
    began = datetime.fromisoformat(run.created).timestamp()
    later = project.labels.table.changed[project.span("train")] >= began
    return int(later.any(axis=1).sum()), int(later.sum())


def _from_dict(value: Mapping[str, Any]) -> Comparison:
    if value["version"] > _VERSION:
        raise ValueError("it is of a newer version of this program")
    fields = {field.name: value[field.name] for field in attrs.fields(Comparison) if field.name != "spreads"}
    fields["spreads"] = tuple(Spread.from_dict(run, each) for run, each in value.get("spreads", {}).items())
    for which in ("before", "after"):
        part = value[which]
        fields[which] = Measured(str(part["run"]), _number(part["rmse"]), _ends(part["interval"]))
    fields["difference"], fields["interval"] = _number(value["difference"]), _ends(value["interval"])
    fields["per_keypoint"] = {name: _ends(pair) for name, pair in value["per_keypoint"].items()}
    return Comparison(**fields)


def _number(value: float | None) -> float:
    """JSON has no NaN."""
    return float("nan") if value is None else float(value)


def _ends(value: Sequence[float | None]) -> Interval:
    low, high = value
    return _number(low), _number(high)


def _roots(totals: NDArray[np.float64], count: float) -> NDArray[np.float64]:
    before, after = np.sqrt(totals / count)
    return np.array([before, after, after - before])


def _per_keypoint(
    found: Sequence[NDArray[np.float32]], truth: NDArray[np.float32], names: Sequence[str]
) -> dict[str, tuple[float, float]]:
    known = np.isfinite(truth).all(axis=2)
    counts = 2.0 * known.sum(axis=0)
    errors = [np.nansum((points - truth).astype(np.float64) ** 2, axis=(0, 2)) for points in found]
    with np.errstate(invalid="ignore", divide="ignore"):
        before, after = (np.sqrt(error / counts) for error in errors)
    return {name: (float(before[at]), float(after[at])) for at, name in enumerate(names)}
