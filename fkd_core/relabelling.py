"""Whole blocks of rows labelled anew in another marking rule, as one edit."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Mask, Points
from fkd_core.engine.client import Engine
from fkd_core.errors import BadInputError, RunError
from fkd_core.evaluating import trusted_points
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.labels.values import CHANGE, Edit, OriginKind, in_rule
from fkd_core.predicting import predict_blindly
from fkd_core.project import Project
from fkd_core.rules import NO_RULE, Rules, load_rules
from fkd_core.rules.geometry import in_eye_frame
from fkd_core.rules.outcome import OFFSET, Expected, Relabelling
from fkd_core.rules.shift import moved, shift_between
from fkd_core.rules.store import has_rules, source_points
from fkd_core.runs import Run


def relabelling(
    project: Project,
    sources: Sequence[str],
    rule: str,
    *,
    run: str | None = None,
    engine: Engine | None = None,
    networks: Networks | None = None,
    everything: bool = False,
    fast: bool = False,
    job: Job | None = None,
) -> Relabelling:
    """The edit that labels the rows of some rules anew in another.

    By the measured offset each label moves by the difference of the rules' medians, in the frame of the eyes.
    From a run each goes where the run sees it in that rule: the network that never saw the face, if any. Only
    keypoints that have a label are given another: what is missing can be filled in afterwards. The new labels
    are predicted ones that say by which rule, and nobody has reviewed them.

    Args:
        project: whose training rows are meant; nothing in it is changed.
        sources: names of the rules that are left.
        rule: name of the rule that is entered.
        run: name of the run that looks at the faces; None for the measured offset.
        engine: predicts where the run was not exported.
        networks: keeps exported networks for the next call; read anew if None.
        everything: labels that a person corrected or accepted as well.
        fast: show each face once, not in all of `fkd_core.inference.views.VIEWS`: quicker and less exact.
        job: is told how far the work is and may stop it.

    Raises:
        BadInputError: if a rule does not exist or is its own source, or the run does not know it.
        RunError: if there is no such run, it has no weights, or it was trained on other faces.
        ProjectError: if the project has no training faces, or its rules are damaged.
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    rules = _rules_of(project, sources, rule)
    block = _Block.of(project, rules, sources, everything)
    if run is None:
        new, stays, expected = _by_offset(project, rules, block, rule)
        method = OFFSET
    else:
        chosen = _run_of(project, run, rule)
        new, expected = _by_run(
            project, rules, block, rule, chosen, engine or Engine(), networks or Networks(), fast, job
        )
        stays, method = np.zeros_like(block.free), chosen.name
    placed = np.isfinite(new).all(axis=2)
    changing = block.free & placed & ~stays
    edit = _edit(project, block.rows, changing, new, sources, rule, method)
    return Relabelling(
        edit,
        tuple(sources),
        rule,
        method,
        kept=int(block.kept.sum()),
        alike=int((block.free & stays).sum()),
        unknown=int((block.free & ~placed & ~stays).sum()),
        guesses=int(block.guesses.sum()),
        untouched=int((~changing.any(axis=1)).sum()),
        expected=expected,
    )


@attrs.frozen(eq=False)
class _Block:
    """The rows that are meant, `(n,)`, and of their labels, `(n, K)`, what may happen to each."""

    rows: NDArray[np.intp]
    of_row: NDArray[np.int16]
    points: Points
    free: Mask
    kept: Mask
    guesses: Mask

    @classmethod
    def of(cls, project: Project, rules: Rules, sources: Sequence[str], everything: bool) -> _Block:
        table, span = project.labels.table, project.span("train")
        rows = np.flatnonzero(np.isin(rules.of_row, [rules.index(name) for name in sources]))
        faces = rows + span.start
        placed, reviewed = table.mask[span][rows], table.reviewed[faces]
        guesses = placed & table.is_kind(OriginKind.IMPUTED)[faces] & ~reviewed
        by_people = table.is_kind(OriginKind.CORRECTED)[faces] | reviewed
        kept = placed & by_people & (not everything)
        return cls(rows, rules.of_row[rows], table.points[faces], placed & ~guesses & ~kept, kept, guesses)


def _rules_of(project: Project, sources: Sequence[str], rule: str) -> Rules:
    if not has_rules(project):
        raise BadInputError(
            "nobody has looked for the marking rules of this project yet",
            where=project.folder,
            todo="Find them first: fkd rules PROJECT",
        )
    rules = load_rules(project)
    for name in (*sources, rule):
        rules.index(name)
    if rule in sources or not sources:
        raise BadInputError(
            f"rows of rule {rule} are marked by it already" if sources else "no rule to leave was named",
            expected=" or ".join(name for name in rules.names if name != rule),
        )
    return rules


def _by_offset(project: Project, rules: Rules, block: _Block, rule: str) -> tuple[Points, Mask, Expected]:
    """New places `(n, K, 2)`, the labels `(n, K)` that both rules place alike, and how far off that is."""
    framed, of_source = in_eye_frame(source_points(project), project.schema), rules.of_source
    there = of_source == rules.index(rule)
    new, stays = np.full_like(block.points, np.nan), np.zeros_like(block.free)
    squares, counts = np.zeros(2), 0
    for source in np.unique(block.of_row[block.of_row != NO_RULE]):
        mine = block.of_row == source
        shift = shift_between(framed, of_source == source, there, seed=rules.seed)
        new[mine] = moved(block.points[mine], shift, project.schema)
        stays[mine] = shift.measured & ~shift.moves
        weight = (block.free[mine] & np.isfinite(new[mine]).all(axis=2) & shift.moves).sum(axis=0)
        for part, values in enumerate((shift.uncertainty, shift.scatter)):
            squares[part] += (weight * np.nan_to_num(values) ** 2).sum()
        counts += int(weight.sum())
    if not counts:
        return new, stays, Expected()
    uncertainty, scatter = np.sqrt(squares / counts).tolist()
    return new, stays, Expected(uncertainty=uncertainty, scatter=scatter)


def _by_run(
    project: Project,
    rules: Rules,
    block: _Block,
    rule: str,
    run: Run,
    engine: Engine,
    networks: Networks,
    fast: bool,
    job: Job,
) -> tuple[Points, Expected]:
    wanted = block.free.any(axis=1)
    learnt, blind = _learnt(run, len(rules.found))
    own = _own_of(rules, rule, blind)
    looked = np.concatenate([block.rows[wanted], own])
    seen = predict_blindly(engine, project, run, looked, job, rule=rule, fast=fast, networks=networks).points
    height, width = project.schema.size
    new = np.full_like(block.points, np.nan)
    new[wanted] = np.clip(seen[: wanted.sum()], 0, (width, height))
    truth = trusted_points(project)[project.span("train")][own]
    moved_there, _, _ = _by_offset(project, rules, block, rule)
    return new, Expected(
        error=_apart(seen[wanted.sum() :], truth),
        faces=len(own),
        learnt=int(learnt[block.rows[wanted]].sum()),
        apart=_apart(new[block.free], moved_there[block.free]),
    )


def _learnt(run: Run, count: int) -> tuple[Mask, Mask]:
    """`(N,)` the rows that every network of a run was trained on, and those that one never saw."""
    blind = np.zeros(count, np.bool_)
    for part in (run.split["validation"], *run.folds.values()):
        blind[np.array(part, np.int64)] = True
    learnt = np.zeros(count, np.bool_)
    learnt[np.array(run.split["train"], np.int64)] = True
    return learnt & ~blind, blind


_MOST_CHECKED = 400
"""Faces of the wanted rule that tell a run's error: enough for two digits."""


def _own_of(rules: Rules, rule: str, blind: Mask) -> NDArray[np.int64]:
    """Rows of the wanted rule as people marked it that a network of the run never saw."""
    came = (rules.of_source == rules.index(rule)) & (rules.relabelled == NO_RULE)
    rows = np.flatnonzero(came & blind)
    return rows[:: max(1, -(-len(rows) // _MOST_CHECKED))].astype(np.int64)


def _apart(some: Points, others: Points) -> float | None:
    """Root mean square distance of places `(…, 2)` that both have, in pixels."""
    gaps = ((some - others) ** 2).sum(axis=-1)
    gaps = gaps[np.isfinite(gaps)]
    return float(np.sqrt(gaps.mean())) if gaps.size else None


def _run_of(project: Project, name: str, rule: str) -> Run:
    run = Run.find(project.runs_folder, name)
    if run.data.get("fingerprint") != project.manifest.fingerprint:
        raise RunError(
            "the run was trained on other faces than these",
            where=run.folder,
            todo="Choose another run, or train one here",
        )
    known = [str(known) for known in run.data.get("rules", [])]
    if rule not in known:
        raise BadInputError(
            f"run {run.name!r} knows no marking rule {rule!r}",
            expected=" or ".join(known) or "a run of a network that heeds marking rules",
            todo="Choose another run, or take the measured offset",
        )
    return run


def _edit(
    project: Project,
    rows: NDArray[np.intp],
    changing: Mask,
    new: Points,
    sources: Sequence[str],
    rule: str,
    method: str,
) -> Edit:
    table, first = project.labels.table, project.span("train").start
    place, keypoints = np.nonzero(changing)
    faces = rows[place] + first
    # The state stays: what covers a keypoint covers it by any rule.
    changes = table.current(faces, keypoints) if len(faces) else np.zeros(0, CHANGE)
    changes["x"], changes["y"] = new[place, keypoints].T
    changes["origin"] = table.origin_code(in_rule(f"{OriginKind.PREDICTED.value}:{method}", rule))
    changes["reviewed"] = False
    by = "by the measured offset" if method == OFFSET else f"from {method}"
    count = len(np.unique(faces))
    what = f"label {count:,} faces of {', '.join(sources)} as {rule} {by}"
    return Edit(what, changes)
