"""What is gathered for an imputation, and what becomes of it; the methods themselves are tested elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np
import pytest

from fkd_core.arrays import Points
from fkd_core.errors import BadInputError, Cancelled, ProjectError, RunError
from fkd_core.imputing import imputation_edit
from fkd_core.jobs import Job
from fkd_core.labels import edits
from fkd_core.project import Project
from fkd_core.rules import set_rule
from fkd_core.runs.layout import OUT_OF_FOLD
from tests.helpers.looking import LookingEngine, make_run
from tests.helpers.projects import FOUR, make_project

ROWS = 60
WHOLE = list(range(0, ROWS, 3))
LACKING = [row for row in range(ROWS) if row not in WHOLE]
HELD = WHOLE[:10]


@attrs.frozen(eq=False)
class Scene:
    """A project, what a network sees in its training faces, and the engine that says so."""

    project: Project
    sees: Points
    engine: LookingEngine


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with Project(make_project(tmp_path / "p.fkd", train=ROWS), write=True) as project:
        labels = project.labels.table.points[project.span("train")]
        random = np.random.default_rng(1)
        sees = np.nanmedian(labels, axis=0) + random.normal(0, 1, labels.shape)
        answers = {None: sees, "A": sees, "B": sees + [0, 5]}
        engine = LookingEngine(project.faces["train"].images, answers)
        yield Scene(project, sees.astype(np.float32), engine)


def impute(scene: Scene, method: str = "model", **options: object) -> tuple[Points, list[str]]:
    """Points of the training faces after the edit, and the log."""
    lines: list[str] = []
    job = Job(lambda event, data: lines.append(data["text"]) if event == "log" else None)
    edit, _ = imputation_edit(scene.project, method, engine=scene.engine, job=job, **options)
    scene.project.labels.apply(edit)
    return scene.project.labels.table.points[scene.project.span("train")], lines


def test_a_plain_run_looks_at_what_lacks_keypoints_and_at_its_validation_faces(scene: Scene) -> None:
    make_run(scene.project, validation=HELD)
    points, lines = impute(scene, run="first")
    assert np.isfinite(points).all()
    assert scene.engine.looked == [(sorted(LACKING + HELD), None)]
    assert scene.engine.asked == [True]
    assert lines[0] == "model: first was trained on 40 of the 40 faces that lack a keypoint"
    assert lines[1] == "model: how labels differ from predictions is known from 10 faces that it never saw"
    assert lines[-1] == "model: 440 keypoints filled in 40 faces"


def test_the_values_are_one_edit_with_its_origin(scene: Scene) -> None:
    make_run(scene.project, validation=HELD)
    table = scene.project.labels.table
    before = table.points.tobytes()
    impute(scene, run="first")
    assert table.origin_text(1, 2) == "imputed:model"
    assert table.origin_text(1, FOUR[0]) == "human"
    assert not table.reviewed.any()
    assert scene.project.labels.undo_text == "impute by model"
    scene.project.labels.undo()
    assert table.points.tobytes() == before


def test_every_filled_keypoint_has_a_deviation(scene: Scene) -> None:
    make_run(scene.project, validation=HELD)
    _, imputation = imputation_edit(scene.project, "model", run="first", engine=scene.engine)
    assert imputation.std.shape == (ROWS, 15)
    np.testing.assert_array_equal(np.isfinite(imputation.std), imputation.filled)
    assert 0.5 < np.nanmedian(imputation.std) < 6


FOLDS = [list(range(20)), list(range(20, 40))]


def with_folds(scene: Scene, *, off: float = 2.0, rules: tuple[str, ...] = ("A",)) -> Points:
    """A run with two folds that left the rows from 40 on alone; returns what it keeps out of fold."""
    run = make_run(scene.project, folds=FOLDS, rules=rules)
    rows = [row for fold in FOLDS for row in fold]
    points = scene.sees[rows] + np.float32(off)
    run.save_predictions(OUT_OF_FOLD, points, rows, std=np.ones((len(rows), 15), np.float32))
    return points


def test_a_run_with_folds_is_taken_at_its_word_for_faces_it_never_saw(scene: Scene) -> None:
    out = with_folds(scene)
    points, lines = impute(scene, run="first")
    assert scene.engine.looked == [([row for row in LACKING if row >= 40], None)]
    assert scene.engine.weights == [["fold-1", "fold-2"]]
    assert lines[:2] == [
        "model: each face is seen by the network of first that was not trained on it",
        "model: how labels differ from predictions is known from 40 faces that it never saw",
    ]
    # Kept ones are all off alike, and so the labels say.
    lacking = [row for row in LACKING if row < 40]
    right, kept = scene.sees[lacking], out[lacking]
    assert np.abs(points[lacking] - right).mean() < np.abs(points[lacking] - kept).mean()


def two_rules(scene: Scene) -> None:
    """Faces with four keypoints are marked by D, one whole face by B."""
    set_rule(scene.project, np.array(LACKING), "D")
    set_rule(scene.project, np.array(WHOLE[-1:]), "B")


def test_a_rule_that_is_asked_for_is_answered_by_the_network(scene: Scene) -> None:
    two_rules(scene)
    make_run(scene.project, validation=HELD, rules=("A", "B", "D"))
    auto, _ = impute(scene, run="first")
    auto = auto.copy()
    points, lines = impute(scene, run="first", rule="B")
    assert scene.engine.looked[1:] == [(sorted(LACKING + HELD), None), (LACKING, "B")]
    hidden = [keypoint for keypoint in range(15) if keypoint not in FOUR]
    shift = (points - auto)[np.ix_(LACKING, hidden)]
    np.testing.assert_allclose(shift.mean(axis=(0, 1)), [0, 5], atol=0.6)
    np.testing.assert_array_equal(points[np.ix_(LACKING, FOUR)], auto[np.ix_(LACKING, FOUR)])
    under = "how they differ on average under rules A, D"
    assert lines[2] == f"model: {under} is known from faces that it was trained on"


def test_a_rule_that_is_asked_for_is_answered_by_the_network_that_never_saw_the_face(scene: Scene) -> None:
    two_rules(scene)
    with_folds(scene, off=0, rules=("A", "B", "D"))
    auto = impute(scene, run="first")[0].copy()
    points, _ = impute(scene, run="first", rule="B")
    looked = [(rows, rule) for rows, rule in scene.engine.looked if rule == "B"]
    parts = [[row for row in LACKING if low <= row < low + 20] for low in (0, 20, 40)]
    assert looked == [(rows, "B") for rows in parts]
    assert scene.engine.weights[-3:] == [["fold-1"], ["fold-2"], ["fold-1", "fold-2"]]
    assert abs(float((points - auto)[LACKING][:, 13, 1].mean()) - 5) < 0.6


def test_predictions_that_were_taken_over_do_not_vouch_for_the_network(scene: Scene) -> None:
    project = scene.project
    make_run(project, validation=HELD)
    table, span = project.labels.table, project.span("train")
    where = np.zeros(table.mask.shape, bool)
    where[span][HELD[:4], 7] = True
    filled = np.full_like(table.points, np.nan)
    filled[span] = scene.sees
    project.labels.apply(edits.take(table, "take", "predicted:first", filled, where, reviewed=False))
    assert "from 6 faces that it never saw" in impute(scene, run="first")[1][1]


def test_shape_needs_neither_run_nor_rules(scene: Scene) -> None:
    points, lines = impute(scene, "shape")
    assert np.isfinite(points).all()
    assert scene.engine.looked == []
    assert lines == ["shape: 440 keypoints filled in 40 faces"]
    assert scene.project.labels.table.origin_text(1, 2) == "imputed:shape"


def test_a_rule_that_does_not_mark_what_is_missing_is_refused(scene: Scene) -> None:
    two_rules(scene)
    make_run(scene.project, validation=HELD, rules=("A", "B", "D"))
    for method in ("model", "shape"):
        with pytest.raises(BadInputError, match=r"rule D does not say where 11 .* expected auto or A or B"):
            impute(scene, method, run="first", rule="D")
    assert scene.engine.looked == []


def test_a_rule_that_the_run_does_not_know_is_refused_before_it_looks(scene: Scene) -> None:
    two_rules(scene)
    make_run(scene.project, validation=HELD)
    with pytest.raises(BadInputError, match="run 'first' knows no marking rule 'B'; expected auto or A"):
        impute(scene, run="first", rule="B")
    assert scene.engine.looked == []


@pytest.mark.parametrize(
    ("method", "options", "text"),
    [
        ("model", {}, "model needs a trained run. Name one: --run RUN"),
        ("mean", {"rule": "A"}, "mean fills in by no marking rule; found 'A'"),
        ("shape", {"rule": "Z"}, "there is no rule 'Z'; expected A"),
        ("magic", {}, "there is no such imputation method"),
    ],
)
def test_what_does_not_go_together_is_refused(
    scene: Scene, method: str, options: dict[str, str], text: str
) -> None:
    with pytest.raises(BadInputError) as refusal:
        impute(scene, method, **options)
    assert text in str(refusal.value)


def test_runs_that_cannot_look_are_refused(scene: Scene, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no run 'none'"):
        impute(scene, run="none")
    make_run(scene.project, "empty", validation=HELD, weights=False)
    with pytest.raises(RunError, match="run 'empty' has no weights"):
        impute(scene, run="empty")
    with Project(make_project(tmp_path / "q.fkd", train=ROWS, seed=5)) as other:
        make_run(other, "other", validation=HELD)
        shutil.copytree(other.runs_folder / "other", scene.project.runs_folder / "other")
    with pytest.raises(RunError, match="the run was trained on other faces than these"):
        impute(scene, run="other")


def test_it_can_be_stopped_and_changes_nothing(scene: Scene) -> None:
    make_run(scene.project, validation=HELD)
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        imputation_edit(scene.project, "model", run="first", engine=scene.engine, job=job)
    assert not scene.project.labels.done


def test_without_training_faces_there_is_nothing_to_fill(tmp_path: Path) -> None:
    with Project(make_project(tmp_path / "p.fkd", train=0)) as project:
        edit, _ = imputation_edit(project, "shape")
        assert not len(edit.changes)
        project.manifest.splits.pop("train")
        with pytest.raises(ProjectError, match="no split 'train'"):
            imputation_edit(project, "shape")
