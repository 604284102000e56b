"""What methods would fill in is known without storing it, with a deviation that holds; it is one step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fkd_core.engine.client import Engine
from fkd_core.errors import BadInputError, Cancelled
from fkd_core.evaluating import evaluate
from fkd_core.fills import (
    Acceptable,
    Fill,
    differences,
    fill_faces,
    methods,
    offered,
    outdated,
    pairs,
    take_fill,
)
from fkd_core.impute.context import Context
from fkd_core.impute.registry import get
from fkd_core.impute.spread import FEWEST, measure
from fkd_core.imputing import imputation_edit
from fkd_core.jobs import Job
from fkd_core.labels import edits
from fkd_core.labels.values import Edit, State
from fkd_core.project import Project
from tests.helpers import fake_runs
from tests.helpers.looking import LookingEngine, make_run
from tests.helpers.projects import FOUR, make_project
from tests.helpers.windows import moved

ROWS = 120
LACKING = [row for row in range(ROWS) if row % 3]
HIDDEN = [keypoint for keypoint in range(15) if keypoint not in FOUR]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(make_project(tmp_path / "p.fkd", train=ROWS), write=True) as opened:
        yield opened


def test_nothing_is_stored(project: Project) -> None:
    before = project.label_fingerprint()
    for method in ("shape", "mean", "backfill"):
        fill = fill_faces(project, method)
        filled = np.isfinite(fill.points).all(axis=2)
        assert filled[np.ix_(LACKING, HIDDEN)].all()
        assert filled.sum() == len(LACKING) * len(HIDDEN)
        np.testing.assert_array_equal(np.isfinite(fill.std), filled)
        assert (fill.origin, fill.run) == (f"imputed:{method}", "")
    assert project.label_fingerprint() == before


def test_methods_that_know_more_come_first() -> None:
    assert methods() == ("model", "shape", "backfill", "mean")


def test_values_are_those_that_the_imputation_enters(project: Project) -> None:
    fill = fill_faces(project, "backfill")
    filled = np.isfinite(fill.points)
    edit, _ = imputation_edit(project, "backfill")
    project.labels.apply(edit)
    np.testing.assert_array_equal(project.labels.table.points[filled], fill.points[filled])


def test_a_model_states_its_own_deviations_and_needs_a_run(project: Project) -> None:
    with pytest.raises(BadInputError, match="model needs a trained run"):
        fill_faces(project, "model")
    make_run(project, validation=list(range(0, 30, 3)))
    sees = np.nanmedian(project.labels.table.points[:ROWS], axis=0) + np.zeros((ROWS, 1, 1), np.float32)
    engine = LookingEngine(project.faces["train"].images, {None: sees})
    fill = fill_faces(project, "model", run="first", engine=engine)
    assert fill.run == "first"
    stated = fill.std[np.ix_(LACKING, HIDDEN)]
    assert np.isfinite(stated).all()
    assert 0.5 < np.median(stated) < 6


@pytest.mark.parametrize("method", ["mean", "backfill", "shape"])
def test_two_in_three_errors_are_within_the_measured_deviation(method: str) -> None:
    """Normal faces of which nothing is known but the spread: 3 px, common in part to all keypoints."""
    random = np.random.default_rng(3)
    truth = 48 + random.normal(0, 2, (900, 1, 2)) + random.normal(0, np.sqrt(5), (900, 15, 2))
    points = truth.astype(np.float32)
    lacking = np.arange(900) % 2 == 1
    points[np.ix_(lacking, HIDDEN)] = np.nan
    fill = get(method).fill
    made = fill(points, Context())
    stated = np.full(points.shape[:2], np.nan, np.float32)
    if made.variance is not None:
        stated = np.sqrt(made.variance.mean(axis=2)).astype(np.float32)
    deviations = measure(fill, points, Context()).deviations(stated)
    error = np.abs(made.points - truth)[np.ix_(lacking, HIDDEN)]
    inside = error < deviations[np.ix_(lacking, HIDDEN)][..., None]
    assert inside.mean() == pytest.approx(0.683, abs=0.02)
    expected = {"mean": 3.0, "backfill": 3 * np.sqrt(2), "shape": 2.45}[method]
    assert np.median(deviations[np.ix_(lacking, HIDDEN)]) == pytest.approx(expected, rel=0.1)


def test_a_few_wrong_labels_do_not_decide_the_deviation() -> None:
    random = np.random.default_rng(4)
    points = random.normal(48, 2, (400, 15, 2)).astype(np.float32)
    points[np.ix_(np.arange(400) % 2 == 1, HIDDEN)] = np.nan
    fill = get("mean").fill
    clean = measure(fill, points, Context()).error[HIDDEN]
    points[:8:2, HIDDEN] += 40
    assert np.abs(measure(fill, points, Context()).error[HIDDEN] / clean - 1).max() < 0.25


def test_where_too_few_faces_are_whole_nobody_says_how_sure_it_is(tmp_path: Path) -> None:
    with Project(make_project(tmp_path / "q.fkd", train=3 * (FEWEST - 1)), write=True) as few:
        fill = fill_faces(few, "mean")
        assert np.isfinite(fill.points[1, HIDDEN]).all()
        assert np.isnan(fill.std).all()
        assert Acceptable(few.labels.table, fill).count(1000) == (0, 0)


def test_it_can_be_stopped(project: Project) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        fill_faces(project, "mean", job=job)


def test_taking_a_face_fills_what_nobody_placed_and_counts_as_looked_at(project: Project) -> None:
    table, fill = project.labels.table, fill_faces(project, "mean")
    before = project.label_fingerprint()
    project.labels.apply(moved(project, 1, 2, (30.0, 31.0)))
    project.labels.apply(take_fill(table, project.schema, fill, 1, range(15)))
    assert table.origin_text(1, 2) == "corrected"
    assert table.points[1, 2].tolist() == [30.0, 31.0]
    taken = [keypoint for keypoint in HIDDEN if keypoint != 2]
    assert {table.origin_text(1, keypoint) for keypoint in taken} == {"imputed:mean"}
    assert table.reviewed[1, taken].all()
    assert not table.reviewed[1, list(FOUR)].any()
    np.testing.assert_array_equal(table.points[1, taken], fill.points[1, taken])
    assert project.labels.undo_text == "take mean for 10 keypoints"
    project.labels.undo()
    project.labels.undo()
    assert project.label_fingerprint() == before


def test_one_may_change_ones_mind(project: Project) -> None:
    table, schema = project.labels.table, project.schema
    mean, backfill = fill_faces(project, "mean"), fill_faces(project, "backfill")
    project.labels.apply(take_fill(table, schema, mean, 1, range(15)))
    project.labels.apply(take_fill(table, schema, backfill, 1, [HIDDEN[0]]))
    assert table.origin_text(1, HIDDEN[0]) == "imputed:backfill"
    assert table.origin_text(1, HIDDEN[1]) == "imputed:mean"


def test_nothing_is_taken_for_what_a_person_placed(project: Project) -> None:
    fill = fill_faces(project, "mean")
    with pytest.raises(BadInputError, match="mean has nothing to fill in here"):
        take_fill(project.labels.table, project.schema, fill, 1, FOUR)
    with pytest.raises(BadInputError, match="nothing to fill in here"):
        take_fill(project.labels.table, project.schema, fill, 0, range(15))


def test_absent_keypoints_stay_absent(project: Project) -> None:
    fill, table = fill_faces(project, "mean"), project.labels.table
    project.labels.apply(edits.set_state(table, project.schema, 1, [2], State.ABSENT))
    project.labels.apply(take_fill(table, project.schema, fill, 1, range(15)))
    accept = Acceptable(table, fill).edit(1000)
    project.labels.apply(accept)
    assert table.state[1, 2] == State.ABSENT


def test_a_value_that_was_filled_in_before_is_the_one_that_is_offered(project: Project) -> None:
    table = project.labels.table
    fill = fill_faces(project, "backfill")
    filled = np.full_like(table.points, np.nan)
    filled[1, 2] = 7.0, 8.0
    project.labels.apply(edits.impute(table, "backfill", filled, np.ones(table.mask.shape, bool)))
    assert offered(table, fill, 1)[2].tolist() == [7.0, 8.0]
    assert offered(table, fill_faces(project, "mean"), 1)[2].tolist() != [7.0, 8.0]
    project.labels.apply(Acceptable(table, fill).edit(1000))
    assert table.points[1, 2].tolist() == [7.0, 8.0]
    assert table.reviewed[1, 2]


def test_accepting_all_under_a_limit_is_what_was_counted_and_one_step(project: Project) -> None:
    table, fill = project.labels.table, fill_faces(project, "mean")
    before = project.label_fingerprint()
    ledger = Acceptable(table, fill)
    limit = float(np.nanmedian(fill.std))
    faces, keypoints = ledger.count(limit)
    assert 0 < keypoints < len(LACKING) * len(HIDDEN)
    edit = ledger.edit(limit)
    assert (len(edit.faces), len(edit.changes)) == (faces, keypoints)
    project.labels.apply(edit)
    assert (table.reviewed & table.mask).sum() == keypoints
    assert table.origin_text(1, int(edit.changes["keypoint"][0])) == "imputed:mean"
    ledger.update(np.arange(len(table)))
    assert ledger.count(limit) == (0, 0)
    rest = ledger.count(1000)[1]
    assert rest == len(LACKING) * len(HIDDEN) - keypoints
    project.labels.undo()
    assert project.label_fingerprint() == before


def test_the_count_follows_single_faces(project: Project) -> None:
    table, fill = project.labels.table, fill_faces(project, "mean")
    ledger = Acceptable(table, fill)
    faces, keypoints = ledger.count(1000)
    project.labels.apply(take_fill(table, project.schema, fill, 1, [HIDDEN[0]]))
    ledger.update(np.array([1]))
    assert ledger.count(1000) == (faces, keypoints - 1)
    project.labels.apply(take_fill(table, project.schema, fill, 1, range(15)))
    ledger.update(np.array([1]))
    assert ledger.count(1000) == (faces - 1, keypoints - len(HIDDEN))


def test_values_stay_in_the_frame(project: Project) -> None:
    fill = fill_faces(project, "shape")
    finite = fill.points[np.isfinite(fill.points)]
    assert finite.min() >= 0
    assert finite.max() <= 96


def test_differences_of_every_pair() -> None:
    one, other, mute = np.zeros((2, 2)), np.full((2, 2), [3.0, 4.0]), np.full((2, 2), np.nan)
    mute[1] = 0
    assert pairs(3) == [(0, 1), (0, 2), (1, 2)]
    found = differences([one, other, mute])
    np.testing.assert_allclose(found, [[5, 5], [np.nan, 0], [np.nan, 5]])
    assert differences([]).shape == (0, 0)


def test_a_fill_says_where_it_came_from() -> None:
    nothing = np.full((1, 1), np.nan, np.float32)
    assert Fill("model", nothing[..., None], nothing, nothing[..., None], "ten").origin == "imputed:model"


def test_accepted_values_never_measure_a_run(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them would be right of themselves; only what a person placed is a measure."""
    fake_runs.make_run(project, "first", list(range(60)), list(range(60, ROWS)))
    fake_runs.predict_always(monkeypatch, np.full((15, 2), 48.0), 1.0)
    before = evaluate(Engine(), project, "first", Job())
    fill, table = fill_faces(project, "mean"), project.labels.table
    project.labels.apply(Acceptable(table, fill).edit(1000))
    assert table.reviewed[60:ROWS, HIDDEN].any()
    after = evaluate(Engine(), project, "first", Job())
    assert after.rmse == before.rmse
    assert after.faces == before.faces


def test_only_changes_of_what_it_was_worked_out_from_make_a_fill_outdated(project: Project) -> None:
    table, schema, fill = project.labels.table, project.schema, fill_faces(project, "mean")
    every = np.arange(len(table))

    def stale(edit: Edit) -> bool:
        project.labels.apply(edit)
        found = outdated(table, fill, every)
        project.labels.undo()
        assert not outdated(table, fill, every)
        return found

    assert not stale(take_fill(table, schema, fill, 1, range(15)))
    assert not stale(Acceptable(table, fill).edit(1000))
    assert not stale(edits.accept(table, "accept", np.ones(table.mask.shape, bool)))
    assert stale(moved(project, 1, FOUR[0], (30.0, 30.0)))
    assert stale(moved(project, 1, HIDDEN[0], (30.0, 30.0)))
    assert stale(edits.set_state(table, schema, 1, [FOUR[0]], State.UNLABELLED))


def test_accepted_values_that_it_was_worked_out_from_make_it_outdated_too(project: Project) -> None:
    table, schema = project.labels.table, project.schema
    project.labels.apply(take_fill(table, schema, fill_faces(project, "backfill"), 1, range(15)))
    mean = fill_faces(project, "mean")
    assert np.isnan(mean.points[1]).all()
    assert not outdated(table, mean, np.array([1]))
    project.labels.undo()
    assert outdated(table, mean, np.array([1]))
