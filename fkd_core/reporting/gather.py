"""Everything that a report says of a run, before it is a page."""

from __future__ import annotations

import contextlib
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.baselines.model import ArrayModel
from fkd_core.comparison.spread import Spread, spread_of
from fkd_core.engine.client import Engine
from fkd_core.errors import FkdError
from fkd_core.evaluating import evaluate, placed_points
from fkd_core.evaluation.report import EvaluationReport
from fkd_core.evaluation.report import evaluate as measure
from fkd_core.evaluation.worst import WORST, WorstFace
from fkd_core.files import write_json
from fkd_core.inference.onnx_model import Networks
from fkd_core.info import project_info
from fkd_core.jobs import Job
from fkd_core.predicting import predict_blindly
from fkd_core.project import Project
from fkd_core.reporting.commands import commands_of
from fkd_core.rules import load_rules
from fkd_core.rules.rule import Rules
from fkd_core.rules.store import has_rules
from fkd_core.runs import Run, layout, list_runs
from fkd_core.runs.environment import describe_environment
from fkd_core.submitting.check import SubmissionCheck, check_submission, with_expected

SHOWN = 8
"""faces among the best, and as many among the worst"""
BASELINES = ("mean", "forest")
"""networks of this name are what others are measured against"""
_LAYERS = "layers.json"
_DRAWS = 1000


@attrs.frozen
class Baseline:
    """Another run on the same faces.

    Args:
        name: of the run, or `mean face` for what needs none.
        model: its network.
        rmse: in pixels; None if it cannot be measured.
        interval: 95 % interval; None likewise.
        faces: that it was measured on.
        spread: how far its predictions move from face to face, times how far the labels do; None if unknown.
        why: why it cannot be measured; empty if it was.
    """

    name: str
    model: str
    rmse: float | None
    interval: tuple[float, float] | None
    faces: int
    why: str = ""
    spread: float | None = None


@attrs.frozen(eq=False)
class ReportData:
    """What a report says; see `fkd_core.reporting.page` for how.

    Attributes:
        project, run: what it is about.
        info: as `fkd info --json`.
        rules: None where none were found.
        evaluation: as `fkd evaluate`; None if it cannot be measured, then `why_not` says so.
        best: faces of the smallest error.
        seen: `(K, 2)` predictions by row, for the faces that are shown.
        layers: of its network; empty if it has none, then `no_layers` says why.
        baselines: others on the same faces.
        spread: how far its predictions move from face to face; None if it cannot be measured.
        check: of its submission; None if there is none, then `no_check` says why.
        here: the machine that made the report.
        commands, unsaid: what to type, and settings that no option expresses.
    """

    project: Project
    run: Run
    info: dict[str, Any]
    rules: Rules | None
    evaluation: EvaluationReport | None
    why_not: str
    best: tuple[WorstFace, ...]
    seen: dict[int, NDArray[np.float32]]
    layers: list[dict[str, Any]]
    no_layers: str
    baselines: tuple[Baseline, ...]
    spread: Spread | None
    check: SubmissionCheck | None
    no_check: str
    here: dict[str, Any]
    commands: list[str]
    unsaid: list[str]

    @property
    def truth(self) -> NDArray[np.float32]:
        """`(N, K, 2)` of the training faces: what people placed, NaN elsewhere."""
        return placed_points(self.project)[self.project.span("train")]

    def to_dict(self) -> dict[str, Any]:
        """Plain values; `evaluation` is what `fkd evaluate --json` prints."""
        return {
            "run": self.run.name,
            "model": self.run.model,
            "created": self.run.created,
            "config": self.run.config,
            "data": self.run.data,
            "environment": _environment(self.run),
            "report_environment": self.here,
            "project": self.info,
            "evaluation": None if self.evaluation is None else self.evaluation.to_dict(),
            "why_not": self.why_not or None,
            "best": [face.to_dict() for face in self.best],
            "layers": self.layers,
            "baselines": [attrs.asdict(each) for each in self.baselines],
            "spread": None if self.spread is None else self.spread.to_dict(),
            "submission": None if self.check is None else self.check.to_dict(),
            "commands": self.commands,
        }


def gather(
    engine: Engine, project: Project, name: str, job: Job, *, networks: Networks | None = None
) -> ReportData:
    """Measure a run and read what it says about itself.

    What cannot be known is left out with the reason, so that a run without predictions has a report too.

    Raises:
        RunError: if there is no such run, or it is damaged.
        Cancelled: if the job was stopped.
    """
    run = Run.find(project.runs_folder, name)
    networks = networks or Networks()
    job.progress(0, text="Looking at the data")
    info = project_info(project, job)
    evaluation, why_not = None, ""
    best: tuple[WorstFace, ...] = ()
    try:
        every = evaluate(engine, project, name, job, worst=len(project), networks=networks)
        best = every.worst[: -SHOWN - 1 : -1]
        evaluation = attrs.evolve(every, worst=every.worst[:WORST])
    except FkdError as error:
        why_not = str(error)
    layers, no_layers = _layers(engine, run, job, networks)
    check, no_check = None, ""
    try:
        check = with_expected(check_submission(project, name), engine, project, job, networks=networks)
    except FkdError as error:
        no_check = str(error)
    faces = (*(evaluation.worst[:SHOWN] if evaluation is not None else ()), *best)
    commands, unsaid = commands_of(
        run.config,
        source=project.manifest.source,
        project=project.folder.resolve().name,
        run=name,
        lookup=project.lookup is not None,
        demo="demo" in project.manifest.report,
    )
    baselines = _baselines(engine, project, run, evaluation, job, networks)
    return ReportData(
        project=project,
        run=run,
        info=info,
        rules=load_rules(project) if has_rules(project) and "train" in project.faces else None,
        evaluation=evaluation,
        why_not=why_not,
        best=best,
        seen=_seen(engine, project, run, [face.row for face in faces], job, networks),
        layers=layers,
        no_layers=no_layers,
        baselines=baselines,
        spread=_spread(engine, project, run, evaluation, job, networks),
        check=check,
        no_check=no_check,
        here=describe_environment(),
        commands=commands,
        unsaid=unsaid,
    )


def _environment(run: Run) -> dict[str, Any]:
    with contextlib.suppress(FkdError):
        return run.environment
    return {}


def _seen(
    engine: Engine, project: Project, run: Run, rows: list[int], job: Job, networks: Networks
) -> dict[int, NDArray[np.float32]]:
    if not rows:
        return {}
    found = predict_blindly(engine, project, run, np.array(rows, np.int64), job, networks=networks)
    return dict(zip(rows, found.points, strict=True))


def _layers(engine: Engine, run: Run, job: Job, networks: Networks) -> tuple[list[dict[str, Any]], str]:
    """The layers of the run's network, kept beside it: TensorFlow takes seconds to come."""
    path = run.folder / _LAYERS
    with contextlib.suppress(FkdError):
        return list(layout.read_json_object(path, "list of layers")["layers"]), ""
    try:
        weights = run.weights_paths()[0]
        if weights.name == layout.ARRAYS:
            model = networks.get(weights)
            return [], model.describe() if isinstance(model, ArrayModel) else ""
        job.progress(0, text="Reading the network")
        layers: list[dict[str, Any]] = engine.call("layers", {"weights": str(weights.absolute())}, job)
    except FkdError as error:
        return [], str(error)
    with contextlib.suppress(FkdError, OSError):
        write_json(path, {"layers": layers}, indent=None)
    return layers, ""


def _baselines(
    engine: Engine,
    project: Project,
    run: Run,
    evaluation: EvaluationReport | None,
    job: Job,
    networks: Networks,
) -> tuple[Baseline, ...]:
    if evaluation is None:
        return ()
    found = []
    null = evaluation.null_model
    if null is not None:
        found.append(Baseline("mean face", "mean", null.rmse, None, evaluation.faces, spread=0.0))
    rows = _measured_rows(run)
    for other in list_runs(project.runs_folder):
        if other.model not in BASELINES or other.name == run.name or other.status == "running":
            continue
        try:
            found.append(_baseline(engine, project, other, rows, job, networks))
        except FkdError as error:
            found.append(Baseline(other.name, other.model, None, None, 0, str(error)))
    if any(each.model == "mean" and each.rmse is not None for each in found[1:]):
        # A run says the same, with an interval.
        found = [each for each in found if each.name != "mean face"]
    return tuple(found)


def _baseline(
    engine: Engine, project: Project, other: Run, rows: NDArray[np.int64], job: Job, networks: Networks
) -> Baseline:
    """Measure another run on those of the rows that it never saw, or that the model of a fold never saw."""
    if other.data.get("fingerprint") != project.manifest.fingerprint:
        return Baseline(other.name, other.model, None, None, 0, "it was trained on other faces")
    blind = [row for part in other.folds.values() for row in part]
    mine = np.setdiff1d(rows, np.setdiff1d(np.array(other.split["train"], np.int64), blind))
    if not len(mine):
        return Baseline(other.name, other.model, None, None, 0, "it was trained on these faces")
    seen = predict_blindly(engine, project, other, mine, job, networks=networks)
    truth = placed_points(project)[project.span("train")][mine]
    told = measure(seen.points, truth, project.schema, worst=0, draws=_DRAWS)
    spread = spread_of(other.name, seen.points, truth, project.schema.keypoints).ratio
    known = None if np.isnan(spread) else spread
    interval = told.intervals.get("rmse")
    return Baseline(other.name, other.model, told.rmse, interval, told.faces, spread=known)


def _measured_rows(run: Run) -> NDArray[np.int64]:
    """The rows that a run is measured on: those set aside, or those of its folds."""
    parts = list(run.folds.values()) if not run.split["validation"] else [run.split["validation"]]
    return np.sort(np.concatenate([np.array(part, np.int64) for part in parts]))


def _spread(
    engine: Engine,
    project: Project,
    run: Run,
    evaluation: EvaluationReport | None,
    job: Job,
    networks: Networks,
) -> Spread | None:
    if evaluation is None:
        return None
    rows = _measured_rows(run)
    if run.folds and not run.split["validation"] and layout.OUT_OF_FOLD in run.predicted_splits():
        rows = np.array(run.prediction_rows(layout.OUT_OF_FOLD), np.int64)
        points = run.predictions(layout.OUT_OF_FOLD)
    else:
        points = predict_blindly(engine, project, run, rows, job, networks=networks).points
    truth = placed_points(project)[project.span("train")][rows]
    return spread_of(run.name, points, truth, project.schema.keypoints)
