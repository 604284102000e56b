"""Measuring a run on labels that people made."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.engine.client import Engine
from fkd_core.errors import RunError
from fkd_core.evaluation.null_model import mean_face
from fkd_core.evaluation.report import EvaluationReport
from fkd_core.evaluation.report import evaluate as measure
from fkd_core.evaluation.worst import WORST
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.labels.values import OriginKind
from fkd_core.predicting import predict_images, predict_out_of_fold
from fkd_core.project import Project
from fkd_core.rules import load_rules
from fkd_core.rules.store import has_rules
from fkd_core.runs import Run

OWN = "own"
"""In place of a rule's name: each row's own rule."""

_DRAWS = 1000
"""Bootstrap samples of an evaluation: enough for two digits of an interval's ends."""


def evaluate(
    engine: Engine,
    project: Project,
    name: str,
    job: Job,
    *,
    rows: NDArray[np.int64] | None = None,
    rule: str | None = None,
    fast: bool = False,
    worst: int = WORST,
    networks: Networks | None = None,
) -> EvaluationReport:
    """Measure a run on human labels: those of the given training rows, or of its own validation rows.

    Without either, a run with folds is measured on all its rows, each by the network that never saw it.

    Only labels count that a person put there, see `placed_points`. Figures by marking rule go by each row's
    own rule, whichever one the predictions follow.

    Args:
        rows: 0-based rows of the training faces.
        rule: name of the marking rule to follow, `own` for each row's own, `auto` or None for the answer of
            least expected squared error.
        fast: show each face once, not in all of `fkd_core.inference.views.VIEWS`: quicker and less exact.
        worst: how many of the worst faces to list.
        networks: keeps what was read for the next call; read anew if None.

    Raises:
        BadInputError: if the network knows no such rule.
        ProjectError: if the project's marking rules are damaged.
        RunError: if the run does not exist, no row has such a label, or its own validation rows are asked for
            and it was trained on other faces.
    """
    run = Run.find(project.runs_folder, name)
    here = _is_of(run, project)
    blind = rows is None and here and bool(run.folds) and not run.split["validation"]
    if blind:
        rows = np.sort(np.concatenate([np.array(part, np.int64) for part in run.folds.values()]))
    if rows is None:
        rows = np.array(run.split["validation"] if here else [], np.int64)
        if not len(rows):
            raise RunError(
                "the run set no faces aside" if here else "the run was trained on other faces than these",
                where=run.folder,
                todo="Name the rows to measure on: --rows ROWS.txt",
            )
    span = project.span("train")
    truth = placed_points(project)[span][rows]
    labelled = np.isfinite(truth).any(axis=(1, 2))
    if not labelled.any():
        raise RunError("none of these rows has a label that a person made", where=run.folder)
    learnt = int(np.isin(rows, run.split["train"]).sum()) if here and not blind else 0
    if learnt:
        job.log(f"{learnt:,} of these {len(rows):,} faces were trained on; new faces have larger errors")
    marked = load_rules(project) if has_rules(project) else None
    followed = own_rules(project, run) if rule == OWN else rule
    if blind:
        job.log("The run set no faces aside: each is measured by the network of the fold that never saw it")
        _, predicted = predict_out_of_fold(
            engine, project, run, job, rule=followed, fast=fast, networks=networks
        )
    else:
        followed = followed if followed is None or isinstance(followed, str) else followed[rows]
        images = project.faces["train"].images[rows]
        predicted = predict_images(
            engine, run, images, project.schema, job, rule=followed, fast=fast, networks=networks
        )
    return measure(
        predicted.points,
        truth,
        project.schema,
        std=predicted.std,
        rows=rows,
        rules=None if marked is None else marked.of_row[rows],
        rule_names=() if marked is None else marked.names,
        mean_face=mean_training_face(project, run),
        worst=worst,
        draws=_DRAWS,
    )


def _is_of(run: Run, project: Project) -> bool:
    """Whether the rows that a run speaks of are those of the project."""
    return bool(run.data.get("fingerprint") == project.manifest.fingerprint)


def mean_training_face(project: Project, run: Run) -> NDArray[np.float64] | None:
    """`(K, 2)`, the mean of the labels that a run was trained on; None if it was trained elsewhere."""
    if not _is_of(run, project):
        return None
    return mean_face(trusted_points(project)[project.span("train")][run.split["train"]])


def own_rules(project: Project, run: Run) -> NDArray[np.int64]:
    """For each training row the number of its rule among those that the run was trained with, else -1."""
    rules, known = load_rules(project), list(run.data.get("rules", []))
    numbers = [known.index(name) if name in known else -1 for name in rules.names]
    return np.array([*numbers, -1], np.int64)[rules.of_row]


def evaluate_test(
    engine: Engine,
    project: Project,
    name: str,
    job: Job,
    *,
    rule: str | None = None,
    fast: bool = False,
    worst: int = WORST,
) -> EvaluationReport:
    """Measure a run on the test faces of a demo project, whose exact keypoints are kept beside them.

    Args:
        rule: name of the marking rule to follow; see `evaluate`, but nobody knows a test face's own rule.
        fast: show each face once, not in all of `fkd_core.inference.views.VIEWS`: quicker and less exact.
        worst: how many of the worst faces to list.

    Raises:
        BadInputError: if the network knows no such rule.
        RunError: if the run does not exist, or nobody knows the truth about the test faces.
    """
    # Imported here because drawing faces needs libraries that no start should wait for.
    from fkd_core.demo.project import TRUTH

    run = Run.find(project.runs_folder, name)
    truth = project.folder / TRUTH
    if not truth.is_file():
        raise RunError(
            "nobody knows the keypoints of these test faces",
            where=project.folder,
            todo="Submit them to the competition, or measure on training rows: --rows ROWS.txt",
        )
    images = project.faces["test"].images
    predicted = predict_images(engine, run, images, project.schema, job, rule=rule, fast=fast)
    return measure(
        predicted.points,
        np.load(truth, allow_pickle=False),
        project.schema,
        std=predicted.std,
        mean_face=mean_training_face(project, run),
        worst=worst,
        draws=_DRAWS,
    )


def placed_points(project: Project) -> NDArray[np.float32]:
    """`(N, K, 2)` over all faces: values that a person put there, NaN elsewhere.

    What a method filled in or a network saw measures neither, also where it was accepted: it would be
    compared with itself.
    """
    table = project.labels.table
    made = table.placed_by_people(slice(None))
    points: NDArray[np.float32] = np.where(made[..., None], table.points, np.float32(np.nan))
    return points


def trusted_points(project: Project) -> NDArray[np.float32]:
    """`(N, K, 2)` over all faces: values that a person made or accepted, NaN elsewhere."""
    table = project.labels.table
    made = table.is_kind(OriginKind.HUMAN) | table.is_kind(OriginKind.CORRECTED)
    trusted = table.mask & (made | table.reviewed)
    points: NDArray[np.float32] = np.where(trusted[..., None], table.points, np.float32(np.nan))
    return points
