"""Blocks of rows labelled anew in another marking rule: where labels go, what stays, what comes back."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import numpy as np
import pytest

from fkd_core.cli.main import main
from fkd_core.errors import BadInputError, RunError
from fkd_core.jobs import Job
from fkd_core.labels import edits
from fkd_core.labels.put_into import rules_put_into
from fkd_core.labels.values import OriginKind, State
from fkd_core.project import Project
from fkd_core.relabelling import relabelling
from fkd_core.rules import Rules, load_rules, save_rules
from fkd_core.rules.describe import describe
from fkd_core.rules.geometry import in_eye_frame
from fkd_core.rules.outcome import Relabelling, in_words
from fkd_core.rules.picture import SIDE, rules_picture
from fkd_core.rules.shift import SMALLEST_MOVE, moved, shift_between
from fkd_core.rules.store import find_and_keep, keep_choices, source_points
from fkd_core.schema import FKD_15
from fkd_core.spot_check import spot_check
from fkd_core.training.config import TrainingConfig
from fkd_core.training.labelled import Labelled, Marked
from tests.helpers.looking import LookingEngine, make_run
from tests.helpers.marking import in_picture, marked_faces
from tests.helpers.projects import FOUR
from tests.helpers.three_rules import FOURS, ROWS, A, B, make_three_rules, three_rules

NOSE, TOP_LIP, LEFT_EYE, LEFT_CORNER = 10, 13, 0, 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_three_rules(tmp_path / "faces.fkd")


@pytest.fixture
def project(folder: Path):
    with Project(folder, write=True) as opened:
        yield opened


def framed_labels(project: Project) -> np.ndarray:
    return in_eye_frame(project.labels.table.points[project.span("train")], project.schema)


def test_the_offset_takes_labels_where_the_other_rule_has_them(project: Project) -> None:
    before = project.labels.table.points.copy()
    found = relabelling(project, ["B"], "A")
    np.testing.assert_array_equal(project.labels.table.points, before)
    project.labels.apply(found.edit)
    assert found.faces == 80
    after = framed_labels(project)
    gap = np.median(after[B], axis=0) - np.median(after[A], axis=0)
    assert np.abs(gap[[NOSE, TOP_LIP, LEFT_CORNER]]).max() < 1e-3
    assert np.abs(gap).max() < SMALLEST_MOVE
    # Nothing but the offset happened, whatever the size and the tilt of the face.
    way = after[B] - in_eye_frame(before[B], FKD_15)
    assert np.std(way[:, [NOSE, TOP_LIP, LEFT_CORNER]], axis=0).max() < 1e-3
    assert way[0, NOSE, 1] == pytest.approx(-3, abs=1)
    assert way[0, LEFT_CORNER, 0] == pytest.approx(-2, abs=1)
    np.testing.assert_array_equal(project.labels.table.points[A], before[A])
    np.testing.assert_array_equal(project.labels.table.points[FOURS], before[FOURS])


def test_new_labels_say_what_they_are_and_eye_centres_stay_human(project: Project) -> None:
    project.labels.apply(relabelling(project, ["B"], "A").edit)
    table = project.labels.table
    assert table.origin_text(130, NOSE) == "predicted:offset@A"
    assert table.is_kind(OriginKind.PREDICTED)[130, NOSE]
    assert not table.reviewed[B].any()
    assert table.origin_text(130, LEFT_EYE) == "human"
    assert table.is_kind(OriginKind.HUMAN)[B, LEFT_EYE].all()


def test_the_rule_of_a_row_goes_and_comes_with_its_labels(folder: Path, project: Project) -> None:
    assert load_rules(project).of_row[B].tolist() == [1] * 80
    project.labels.apply(relabelling(project, ["B", "C"], "A").edit)
    rules = load_rules(project)
    assert (rules.of_row == 0).all()
    assert rules.of_source[[0, 130, 210]].tolist() == [0, 1, 2]
    assert rules.moves() == {"A": {"B": 80, "C": 40}}
    # The offsets between rules stay those of the faces as they came.
    assert rules.rules[1].faces == 80
    project.labels.undo()
    assert load_rules(project).of_row.tolist() == three_rules(project).found.tolist()
    project.labels.redo()
    project.close()
    with Project(folder) as again:
        assert (load_rules(again).of_row == 0).all()


def test_a_face_put_back_by_hand_follows_its_old_rule_again(project: Project) -> None:
    project.labels.apply(relabelling(project, ["B"], "A").edit)
    table = project.labels.table
    some = [k for k in range(15) if k not in (NOSE, TOP_LIP)]
    project.labels.apply(edits.revert(table, project.schema, 130, some))
    assert load_rules(project).of_row[130] == 0
    project.labels.apply(edits.revert(table, project.schema, 130, [NOSE, TOP_LIP]))
    assert load_rules(project).of_row[130] == 1


def test_what_a_person_corrects_later_is_corrected_in_the_new_rule(project: Project) -> None:
    project.labels.apply(relabelling(project, ["C"], "A").edit)
    table = project.labels.table
    project.labels.apply(edits.move(table, project.schema, 210, list(FOUR), np.full((4, 2), 40.0)))
    assert table.origin_text(210, NOSE) == "corrected@A"
    assert table.is_kind(OriginKind.CORRECTED)[210, list(FOUR)].all()
    assert load_rules(project).of_row[210] == 0
    project.labels.apply(edits.move(table, project.schema, 3, [NOSE], np.full((1, 2), 40.0)))
    assert table.origin_text(3, NOSE) == "corrected"


def test_swapped_labels_stay_in_their_rule(project: Project) -> None:
    project.labels.apply(relabelling(project, ["B"], "A").edit)
    table = project.labels.table
    project.labels.apply(edits.swap_sides(table, project.schema, 130, [LEFT_EYE, LEFT_CORNER]))
    assert table.origin_text(130, LEFT_EYE) == "corrected@A"
    assert table.origin_text(130, LEFT_CORNER) == "predicted:offset@A"
    project.labels.apply(edits.swap_sides(table, project.schema, 3, [LEFT_EYE]))
    assert table.origin_text(3, LEFT_EYE) == "corrected"


def test_what_people_did_stays_unless_it_is_asked_for(project: Project) -> None:
    table, schema = project.labels.table, project.schema
    project.labels.apply(edits.move(table, schema, 121, [NOSE], np.array([[50.0, 60.0]])))
    accepted = np.zeros(table.state.shape, np.bool_)
    accepted[122] = True
    project.labels.apply(edits.accept(table, "accept", accepted))
    found = relabelling(project, ["B"], "A")
    assert found.kept == 16
    assert found.faces == 79
    assert found.untouched == 1
    project.labels.apply(found.edit)
    np.testing.assert_array_equal(table.points[121, NOSE], [50, 60])
    assert table.origin_text(122, TOP_LIP) == "human"
    assert load_rules(project).of_row[[121, 122]].tolist() == [0, 1]
    rest = relabelling(project, ["B"], "A", everything=True)
    assert rest.kept == 0
    assert rest.edit.faces.tolist() == [122]


def test_only_labels_get_a_new_place_and_covered_ones_stay_covered(project: Project) -> None:
    table, schema = project.labels.table, project.schema
    project.labels.apply(edits.set_state(table, schema, 130, [NOSE], State.OCCLUDED))
    project.labels.apply(edits.set_state(table, schema, 131, [NOSE], State.UNLABELLED))
    filled = np.full_like(table.points, 40)
    where = np.zeros(table.state.shape, np.bool_)
    where[FOURS] = True
    project.labels.apply(edits.impute(table, "mean", filled, where))
    found = relabelling(project, ["B", "C"], "A", everything=True)
    assert found.guesses == 40 * 11
    project.labels.apply(found.edit)
    assert table.state[130, NOSE] == State.OCCLUDED
    assert table.state[131, NOSE] == State.UNLABELLED
    assert table.origin_text(210, LEFT_CORNER) == "imputed:mean"


def test_there_and_back_is_where_it_was(project: Project) -> None:
    before = project.labels.table.points.copy()
    project.labels.apply(relabelling(project, ["B"], "A").edit)
    rules = load_rules(project)
    framed, of = in_eye_frame(source_points(project), FKD_15), rules.of_source
    back = shift_between(framed, of == 0, of == 1)
    some = [NOSE, TOP_LIP, LEFT_CORNER]
    returned = moved(project.labels.table.points[B], back, FKD_15)
    np.testing.assert_allclose(returned[:, some], before[B][:, some], atol=1e-3)


def test_what_leaves_the_frame_is_kept_at_its_edge_and_a_face_without_eyes_stays() -> None:
    framed = marked_faces(60)
    other = framed.copy()
    other[:, NOSE, 1] += 30
    every = np.concatenate([framed, other])
    shift = shift_between(every, np.arange(120) < 60, np.arange(120) >= 60)
    points = in_picture(framed)
    points[0, NOSE, 1] = 80
    points[1, LEFT_EYE] = np.nan
    new = moved(points, shift, FKD_15)
    assert new[0, NOSE, 1] == 96
    assert np.isnan(new[1]).all()
    assert shift.faces[NOSE].tolist() == [60, 60]


def test_too_few_faces_say_nothing_and_the_scatter_that_stays_is_told() -> None:
    framed = marked_faces(400, noise=1.0)
    framed[200:, NOSE, 0] += np.random.default_rng(1).normal(0, 4, 200)
    framed[15:200, TOP_LIP] = np.nan
    here = np.arange(400) < 200
    shift = shift_between(framed, here, ~here)
    assert not shift.measured[TOP_LIP]
    assert np.isnan(shift.by[TOP_LIP]).all()
    assert shift.scatter[NOSE] > 1
    assert shift.scatter[LEFT_CORNER] < 0.4
    assert (shift.low[NOSE] < shift.by[NOSE]).all()
    assert (shift.by[NOSE] < shift.high[NOSE]).all()


def test_from_a_run_each_face_is_seen_by_a_network_that_never_saw_it(project: Project) -> None:
    random = np.random.default_rng(0)
    sees = random.uniform(20, 70, (ROWS, 15, 2)).astype(np.float32)
    images = project.faces["train"].images
    halves = [list(range(0, ROWS, 2)), list(range(1, ROWS, 2))]
    run = make_run(project, "folds", folds=halves, rules=("A", "B", "C"))
    engine = LookingEngine(images, {"A": sees})
    found = relabelling(project, ["B"], "A", run="folds", engine=engine, job=Job())
    assert found.labels == 80 * 15
    assert {rule for _, rule in engine.looked} == {"A"}
    for (rows, _), weights in zip(engine.looked, engine.weights, strict=True):
        assert {row % 2 for row in rows} == {int(weights[0].removeprefix("fold-")) - 1}
    assert found.expected.learnt == 0
    assert found.expected.faces == 120
    truth = project.labels.table.points[A]
    told = np.sqrt(((sees[A] - truth) ** 2).sum(axis=-1).mean())
    assert found.expected.error == pytest.approx(told, rel=1e-5)
    assert found.expected.apart is not None
    project.labels.apply(found.edit)
    np.testing.assert_array_equal(project.labels.table.points[B], sees[B])
    assert project.labels.table.origin_text(125, LEFT_EYE) == "predicted:folds@A"
    assert found.edit.what == "label 80 faces of B as A from folds"
    assert run.name == found.method


def test_a_run_that_learnt_these_faces_says_so(project: Project) -> None:
    sees = np.full((ROWS, 15, 2), 40, np.float32)
    make_run(project, "plain", validation=[0, 130], rules=("A", "B"))
    engine = LookingEngine(project.faces["train"].images, {"A": sees})
    found = relabelling(project, ["B"], "A", run="plain", engine=engine)
    assert found.expected.learnt == 79
    assert found.expected.faces == 1
    assert any("79 of these faces" in line for line in in_words(found))


def test_a_run_that_knows_no_such_rule_or_other_faces_is_refused(project: Project) -> None:
    make_run(project, "plain", rules=("A",))
    with pytest.raises(BadInputError, match="knows no marking rule 'B'"):
        relabelling(project, ["A"], "B", run="plain")
    with pytest.raises(RunError):
        relabelling(project, ["A"], "B", run="nobody")


@pytest.mark.parametrize(
    ("sources", "rule", "message"),
    [
        (["B"], "B", "marked by it already"),
        (["X"], "A", "no rule 'X'"),
        (["A"], "Y", "no rule 'Y'"),
        ([], "A", "no rule to leave"),
    ],
)
def test_rules_that_make_no_sense_are_refused(
    project: Project, sources: list[str], rule: str, message: str
) -> None:
    with pytest.raises(BadInputError, match=message):
        relabelling(project, sources, rule)


def test_a_training_afterwards_follows_the_new_rule(project: Project) -> None:
    config = TrainingConfig(label_weights={"predicted": 0.5})
    assert Marked.of(project, config, Job()).names == ("A", "B", "C")
    project.labels.apply(relabelling(project, ["B"], "A").edit)
    marked = Marked.of(project, config, Job())
    assert marked.names == ("A", "C")
    assert marked.numbers is not None
    assert marked.numbers.tolist() == [0] * 200 + [1] * 40
    assert (Labelled.of(project, config).weights[B, NOSE] == 0.5).all()
    # By themselves they count nothing until somebody has looked at them.
    assert (Labelled.of(project, TrainingConfig()).weights[B, NOSE] == 0).all()
    project.labels.apply(relabelling(project, ["C"], "A").edit)
    assert Marked.of(project, config, Job()).numbers is None


def test_rules_found_anew_keep_the_name_that_labels_were_put_into(project: Project) -> None:
    project.labels.apply(relabelling(project, ["A"], "C").edit)
    none = np.zeros(ROWS, np.int16)
    described, reference = describe(("A",), none, source_points(project), project.schema)
    one = Rules(("A",), none, none - 1, none - 1, described, reference)
    kept = keep_choices(project, one)
    assert kept.names == ("A", "C")
    save_rules(project, kept)
    assert load_rules(project).moves() == {"C": {"A": 120}}
    assert find_and_keep(project).moves() == load_rules(project).moves()


def test_a_spot_check_shows_faces_as_they_are_and_as_they_would_be(project: Project) -> None:
    found = relabelling(project, ["B"], "A")
    first, second = (spot_check(project, found, 12, seed=seed) for seed in (0, 1))
    assert len(first.faces) == 12
    assert first.faces.tolist() == sorted(set(first.faces.tolist()))
    assert first.faces.tolist() != second.faces.tolist()
    np.testing.assert_array_equal(first.before, project.labels.table.points[first.faces])
    np.testing.assert_array_equal(first.images[3], project.image(int(first.faces[3])))
    project.labels.apply(found.edit)
    np.testing.assert_array_equal(first.after, project.labels.table.points[first.faces])
    assert not first.changing[:, LEFT_EYE].any()
    assert first.changing[:, NOSE].all()
    everyone = spot_check(project, found, 500)
    assert len(everyone.faces) == 80


def test_the_picture_has_a_mean_face_and_places_for_each_rule(project: Project) -> None:
    rules = load_rules(project)
    picture = rules_picture(source_points(project), project.faces["train"].images, rules, FKD_15)
    assert picture.images.shape == (3, SIDE, SIDE)
    assert picture.images[:, 60:120, 60:120].mean() == pytest.approx(127, abs=12)
    gap = (picture.points[1] - picture.points[0]) / 2
    shift = picture.shifts[0][1]
    assert shift is not None
    np.testing.assert_allclose(gap, shift.by, atol=1e-6)
    assert picture.shifts[1][1] is None
    assert np.isnan(picture.points[2, LEFT_CORNER]).all()
    assert np.isfinite(picture.points[2, list(FOUR)]).all()


def test_faces_of_one_bright_side_stay_upright_in_the_picture() -> None:
    framed = marked_faces(40)
    points = in_picture(framed)
    images = np.zeros((40, 96, 96), np.uint8)
    for row in range(40):
        x, y = np.round(points[row, NOSE]).astype(int)
        images[row, y - 2 : y + 3, x - 2 : x + 3] = 255
    none = np.zeros(40, np.int16)
    described, reference = describe(("A",), none, points, FKD_15)
    rules = Rules(("A",), none, none - 1, none - 1, described, reference)
    picture = rules_picture(points, images, rules, FKD_15)
    y, x = np.unravel_index(int(picture.images[0].argmax()), (SIDE, SIDE))
    assert np.hypot(*(picture.points[0, NOSE] - (x, y))) < 8


def told(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    assert main(["rules", *map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_command_says_first_and_does_then(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dry = told(capsys, folder, "--relabel", "B,C", "--as", "A", "--dry-run")
    assert dry["applied"] is False
    assert dry["faces"] == 120
    assert told(capsys, folder)["labelled_anew"] == {}
    done = told(capsys, folder, "--relabel", "B,C", "--as", "A")
    assert done == dry | {"applied": True}
    assert told(capsys, folder)["labelled_anew"] == {"A": {"B": 80, "C": 40}}
    assert main(["rules", str(folder), "--relabel", "B", "--as", "A"]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert main(["rules", str(folder)]) == 0
    assert "labelled anew in rule A: 80 of B, 40 of C" in capsys.readouterr().out


def test_the_command_says_how_well_the_offset_is_known(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", str(folder), "--relabel", "B", "--as", "A"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("labelled 80 faces of B as A: 880 labels\n")
    assert "since the rules place them alike" in out
    assert "The offsets are known to ±" in out


@pytest.mark.parametrize(
    "words",
    [
        ["--relabel", "B"],
        ["--as", "A"],
        ["--dry-run"],
        ["--relabel", "B", "--as", "A", "--fast"],
        ["--relabel", "B", "--as", "A", "--find"],
    ],
)
def test_words_that_do_not_go_together(
    folder: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", str(folder), *words]) == 1
    assert "--" in capsys.readouterr().err


def test_origins_of_other_rules_leave_faces_alone(project: Project) -> None:
    project.labels.apply(relabelling(project, ["B"], "A").edit)
    table = project.labels.table
    assert rules_put_into(table, slice(0, ROWS), ("X", "Y")).tolist() == [-1] * ROWS
    assert rules_put_into(table, np.array([0, 130]), ("X", "A")).tolist() == [-1, 1]


def test_a_relabelling_without_changes_has_nothing_to_say(project: Project) -> None:
    found = relabelling(project, ["B"], "A")
    project.labels.apply(found.edit)
    again = relabelling(project, ["B"], "A")
    assert isinstance(again, Relabelling)
    assert again.labels == again.faces == 0
    assert attrs.asdict(again.expected) == attrs.asdict(type(again.expected)())
