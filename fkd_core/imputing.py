"""The imputation of a project's training faces as an edit: gathers what a method needs, runs it, packs it."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Mask, Points
from fkd_core.engine.client import Engine
from fkd_core.errors import BadInputError, RunError
from fkd_core.impute.context import Context, Seen
from fkd_core.impute.registry import Imputation, Method, fill, get
from fkd_core.inference.onnx_model import Networks
from fkd_core.inference.rules import AUTO
from fkd_core.jobs import Job
from fkd_core.labels import edits
from fkd_core.labels.values import Edit, OriginKind
from fkd_core.predicting import predict_blindly, predict_images
from fkd_core.project import Project
from fkd_core.rules import Rules, load_rules
from fkd_core.runs import Run
from fkd_core.runs.layout import OUT_OF_FOLD


def imputation_edit(
    project: Project,
    method: str,
    *,
    seed: int = 0,
    shuffle: bool = True,
    run: str | None = None,
    rule: str | None = None,
    engine: Engine | None = None,
    networks: Networks | None = None,
    fast: bool = False,
    job: Job | None = None,
) -> tuple[Edit, Imputation]:
    """The edit that fills the training faces by a method, in place of what earlier imputations entered.

    Labels that a person made or accepted are neither changed nor left out as a source.

    Args:
        project: whose training faces are filled; nothing in it is changed.
        method: one of `fkd_core.impute.registry.available()`.
        seed: for methods that draw random numbers.
        shuffle: whether `backfill` shuffles the faces first.
        run: name of the run that looks at the faces, for a method that needs one.
        rule: name of the marking rule in which missing keypoints are given; None or `auto` where the method
            decides.
        engine: predicts, for a method that needs a run, where the run was not exported.
        networks: keeps exported networks for the next call; read anew if None.
        fast: show each face once, not in all of `fkd_core.inference.views.VIEWS`: quicker and less exact.
        job: receives progress and log lines, and may stop the work.

    Raises:
        BadInputError: if there is no such method or rule, the method cannot answer in a rule, the rule does
            not mark what is missing, or a run is missing.
        RunError: if there is no such run, it has no weights, or it was trained on other faces.
        ProjectError: if the project has no training faces.
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    gathered = gather(
        project, method, run=run, rule=rule, engine=engine, networks=networks, fast=fast, job=job
    )
    imputation = fill(
        method,
        gathered.known,
        project.schema,
        seed=seed,
        shuffle=shuffle,
        context=gathered.context,
        job=job,
    )
    table = project.labels.table
    filled = np.full_like(table.points, np.nan)
    filled[project.span("train")] = imputation.points
    return edits.impute(table, method, filled, gathered.where), imputation


@attrs.frozen(eq=False)
class Gathered:
    """What a method is given of a project.

    Args:
        known: `(n, K, 2)`, the labels of the training faces that are a source, NaN elsewhere.
        where: bool `(N, K)` over all faces, the keypoints that may be filled.
        context: what else the method may use.
    """

    known: Points
    where: Mask
    context: Context


def gather(
    project: Project,
    method: str,
    *,
    run: str | None = None,
    rule: str | None = None,
    engine: Engine | None = None,
    networks: Networks | None = None,
    fast: bool = False,
    job: Job | None = None,
) -> Gathered:
    """What a method needs of a project to fill its training faces; see `imputation_edit`."""
    job = job or Job()
    table = project.labels.table
    span = project.span("train")
    where = edits.imputable(table)
    where[: span.start] = where[span.stop :] = False
    known = np.where((table.mask & ~where)[span][..., None], table.points[span], np.float32(np.nan))
    chosen = get(method)
    wanted = None if rule is None or rule == AUTO else rule
    context = _context(project, chosen, wanted, known, where[span])
    if chosen.needs_run:
        if run is None or engine is None:
            raise BadInputError(f"{method} needs a trained run", todo="Name one: --run RUN")
        looks = _Looks(engine, _run_of(project, run), project, networks or Networks(), fast, job)
        context = attrs.evolve(context, seen=_seen(looks, known, where[span], wanted))
    return Gathered(known, where, context)


def _context(project: Project, method: Method, rule: str | None, known: Points, where: Mask) -> Context:
    if not method.heeds_rules:
        if rule is not None:
            raise BadInputError(f"{method.name} fills in by no marking rule", found=repr(rule))
        return Context()
    rules = load_rules(project)
    number = None if rule is None else rules.index(rule)
    if number is not None:
        _check_marks(project, rules, number, known, where)
    return Context(rules=rules.of_row.astype(np.int64), rule_names=rules.names, rule=number)


def _check_marks(project: Project, rules: Rules, number: int, known: Points, where: Mask) -> None:
    """Make sure that a rule says where the missing keypoints are.

    Raises:
        BadInputError: if it does not mark one of them.
    """
    wanted = np.asarray(where.any(axis=0) & np.isfinite(known).any(axis=(0, 2)))
    names = [name for name, is_wanted in zip(project.schema.keypoints, wanted, strict=True) if is_wanted]
    lost = [name for name in names if name not in rules.rules[number].keypoints]
    if lost:
        able = [rule.name for rule in rules.rules if set(names) <= set(rule.keypoints)]
        raise BadInputError(
            f"rule {rules.names[number]} does not say where {len(lost)} of the missing keypoints are",
            expected=" or ".join([AUTO, *able]),
            found=f"no {lost[0].replace('_', ' ')} in its rows",
        )


def _run_of(project: Project, name: str) -> Run:
    """The run of that name.

    Raises:
        RunError: if there is none, or it speaks of the rows of other faces.
    """
    run = Run.find(project.runs_folder, name)
    if run.data.get("fingerprint") != project.manifest.fingerprint:
        raise RunError(
            "the run was trained on other faces than these",
            where=run.folder,
            todo="Choose another run, or train one here",
        )
    return run


@attrs.frozen(eq=False)
class _Looks:
    """A run that looks at training faces."""

    engine: Engine
    run: Run
    project: Project
    networks: Networks
    fast: bool
    job: Job

    def at(self, rows: NDArray[np.int64]) -> tuple[Points, NDArray[np.float32]]:
        """Points `(n, K, 2)` and deviations `(n, K)` of rows."""
        schema = self.project.schema
        if not len(rows):
            return np.empty((0, len(schema), 2), np.float32), np.empty((0, len(schema)), np.float32)
        images = self.project.faces["train"].images[rows]
        # All keypoints are asked for, those that the row's own rule does not mark above all.
        asked = np.ones((len(rows), len(schema)), np.bool_)
        found = predict_images(
            self.engine,
            self.run,
            images,
            schema,
            self.job,
            fast=self.fast,
            asked=asked,
            networks=self.networks,
        )
        return found.points, found.std

    def blindly(self, rows: NDArray[np.int64], rule: str) -> Points:
        """Points `(n, K, 2)` of rows, each by the network that never saw it where there is one."""
        return predict_blindly(
            self.engine,
            self.project,
            self.run,
            rows,
            self.job,
            rule=rule,
            asked=np.ones((len(rows), len(self.project.schema)), np.bool_),
            fast=self.fast,
            networks=self.networks,
        ).points


def _seen(looks: _Looks, known: Points, where: Mask, rule: str | None) -> Seen:
    """What a run sees in the faces that lack a keypoint, and in those that tell how it errs."""
    run, job = looks.run, looks.job
    if rule is not None:
        _check_known(run, rule)
    points = np.full(known.shape, np.nan, np.float32)
    std = np.full(known.shape[:2], np.nan, np.float32)
    lacking = np.flatnonzero(where.any(axis=1)).astype(np.int64)
    unseen = ~np.isin(np.arange(len(known)), run.split["train"])
    if OUT_OF_FOLD in run.predicted_splits():
        rows = np.array(run.prediction_rows(OUT_OF_FOLD), np.int64)
        deviations = run.deviations(OUT_OF_FOLD)
        points[rows] = run.predictions(OUT_OF_FOLD)
        std[rows] = np.nan if deviations is None else deviations
        unseen[rows] = True
        look = np.setdiff1d(lacking, rows)
        job.log(f"model: each face is seen by the network of {run.name} that was not trained on it")
    else:
        look = np.union1d(lacking, np.array(run.split["validation"], np.int64))
        learnt = int((~unseen[lacking]).sum())
        job.log(f"model: {run.name} was trained on {learnt} of the {len(lacking)} faces that lack a keypoint")
    points[look], std[look] = looks.at(look)
    answer = None
    if rule is not None:
        answer = np.full(known.shape, np.nan, np.float32)
        answer[lacking] = looks.blindly(lacking, rule)
    # Predictions that somebody took over without looking are the network's own words.
    table, span = looks.project.labels.table, looks.project.span("train")
    echoed = table.is_kind(OriginKind.PREDICTED)[span] & ~table.reviewed[span]
    return Seen(points, std, unseen & ~echoed.any(axis=1), answer)


def _check_known(run: Run, rule: str) -> None:
    """Find out before the faces are looked at, not after it, that the network knows no such rule."""
    names = list(run.data.get("rules", []))
    if rule not in names:
        raise BadInputError(
            f"run {run.name!r} knows no marking rule {rule!r}",
            expected=" or ".join([AUTO, *names]),
            todo="Train a run now that there is this rule, or leave the choice to the network",
        )
