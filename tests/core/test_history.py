"""The history of a face: every version there, the right one restored, nothing erased; notes and bookmarks."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fkd_core.cli.main import main
from fkd_core.errors import ReadOnlyError
from fkd_core.labels.edits import accept, move, set_state
from fkd_core.labels.history import Version, current_version, face_versions, restore
from fkd_core.labels.store import LabelStore
from fkd_core.labels.telling import said_of
from fkd_core.labels.values import State
from fkd_core.project import Project
from fkd_core.query import complete, face_columns, matching, parse, sorted_faces, vocabulary_of
from tests.helpers.editing import labels_of, random_edit
from tests.helpers.projects import make_project

NOSE = 10
ADDED = ("edit_maker", "remark")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "tiny.fkd")


def put(project: Project, face: int, keypoint: int, x: float, y: float) -> None:
    table, schema = project.labels.table, project.schema
    project.labels.apply(move(table, schema, face, [keypoint], np.array([[x, y]])))


def told(project: Project, face: int) -> list[tuple[str, str, str]]:
    return [
        (one.what, one.status, said_of(one, project.schema)) for one in face_versions(project.labels, face)
    ]


def give_back(project: Project, face: int, version: Version) -> None:
    edit = restore(project.labels.table, face, version, f"version {version.number}")
    project.labels.apply(edit)


def test_an_untouched_face_has_the_version_of_the_file(folder: Path) -> None:
    with Project(folder) as project:
        (only,) = face_versions(project.labels, 1)
        assert (only.number, only.at, only.status) == (0, None, "source")
        np.testing.assert_array_equal(only.points, project.labels.table.original[1])
        assert said_of(only, project.schema) == "4 of 15 keypoints"
        with pytest.raises(IndexError, match="below 16, received 16"):
            face_versions(project.labels, 16)


def test_who_did_what_is_told_in_words(folder: Path) -> None:
    with Project(folder, write=True) as project:
        project.labels.who = "Anna"
        x, y = project.labels.table.points[0, NOSE].tolist()
        put(project, 0, NOSE, x + 3, y + 4)
        project.labels.who = "Ben"
        project.labels.apply(set_state(project.labels.table, project.schema, 0, [NOSE], State.OCCLUDED))
        put(project, 1, 2, 40, 41)
        everything = np.zeros((16, 15), np.bool_)
        everything[:4] = True
        project.labels.apply(accept(project.labels.table, "accept all", everything))
    with Project(folder) as project:
        assert told(project, 0)[1:3] == [
            ("move nose tip", "done", "nose tip moved 5.0 px, human → corrected"),
            ("mark occluded: nose tip", "done", "nose tip occluded"),
        ]
        assert told(project, 0)[3][2] == "14 keypoints: 14 accepted"
        assert told(project, 1)[1][2] == "left eye inner corner placed, corrected"
        versions = face_versions(project.labels, 0)
        assert [one.who for one in versions] == ["", "Anna", "Ben", "Ben"]
        times = [one.at for one in versions[1:]]
        assert times == sorted(times)
        assert current_version(versions) is versions[-1]


def test_any_version_is_restored_and_that_can_be_undone(folder: Path) -> None:
    with Project(folder, write=True) as project:
        table = project.labels.table
        for step in range(1, 4):
            put(project, 0, NOSE, 40 + step, 50)
            put(project, 0, 2, 30, 30 + step)
        before = labels_of(project.labels)
        give_back(project, 0, face_versions(project.labels, 0)[2])
        assert table.points[0, [NOSE, 2]].tolist() == [[41, 50], [30, 31]]
        assert project.labels.undo_text == "restore version 2"
        project.labels.undo()
        assert labels_of(project.labels) == before
        project.labels.redo()
        give_back(project, 0, face_versions(project.labels, 0)[0])
        assert np.array_equal(table.points[0], table.original[0], equal_nan=True)
        assert {table.origin_text(0, k) for k in range(15)} == {"human"}
        assert not table.reviewed[0].any()
        assert len(face_versions(project.labels, 0)) == 9, "nothing is erased"
        same = restore(table, 0, face_versions(project.labels, 0)[0], "the same")
        assert not len(same.changes)


def test_what_was_undone_and_left_behind_can_be_restored(folder: Path) -> None:
    with Project(folder, write=True) as project:
        put(project, 0, 0, 30, 30)
        put(project, 5, 0, 20, 20)
        put(project, 0, 1, 60, 30)
        put(project, 0, NOSE, 50, 50)
        for _ in range(3):
            project.labels.undo()
        put(project, 0, 2, 33, 33)
        versions = face_versions(project.labels, 0)
        assert [one.status for one in versions] == ["source", "done", "dropped", "dropped", "done"]
        lost = versions[3]
        original = project.labels.table.original[0, 2]
        assert lost.points[[0, 1, NOSE]].tolist() == [[30, 30], [60, 30], [50, 50]]
        assert lost.points[2].tolist() == original.tolist(), "what came later was not there then"
        assert versions[4].points[1].tolist() != [60, 30], "what was undone was not there any more"
        give_back(project, 0, lost)
        assert project.labels.table.points[0, [0, 1, NOSE]].tolist() == [[30, 30], [60, 30], [50, 50]]


def test_every_version_is_what_the_labels_were(tmp_path: Path) -> None:
    """Random edits of one and of many faces, with undo and redo; the labels after each are noted down."""
    folder = make_project(tmp_path / "random.fkd", train=6, test=2)
    rng = np.random.default_rng(5)
    with Project(folder, write=True) as project:
        labels, face = project.labels, 2
        seen: list[Any] = []
        for _ in range(60):
            move_on = rng.random()
            if move_on < 0.25:
                labels.undo()
            elif move_on < 0.35:
                labels.redo()
            else:
                edit = random_edit(labels.table, rng)
                if not len(edit.changes):
                    continue
                labels.apply(edit)
                if face in edit.faces:
                    row = labels.table.current(np.full(15, face), np.arange(15))
                    seen.append(row)
        versions = face_versions(labels, face)[1:]
        assert len(versions) == len(seen) > 10
        assert {"done", "dropped"} <= {one.status for one in versions}
        for version, was in zip(versions, seen, strict=True):
            assert np.array_equal(version.points[:, 0], was["x"], equal_nan=True)
            assert (version.values["state"] == was["state"]).all()
            assert (version.values["reviewed"] == was["reviewed"]).all()
            placed = was["state"] != State.UNLABELLED
            assert (version.values["origin"] == was["origin"])[placed].all()


def without_later_tables(folder: Path) -> None:
    """As a project is that was made before there were histories with names, notes and bookmarks."""
    with closing(sqlite3.connect(folder / "labels.sqlite")) as db:
        for table in ADDED:
            db.execute(f"DROP TABLE IF EXISTS {table}")
        db.commit()


def tables(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "labels.sqlite")) as db:
        return {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_a_project_made_before_is_read_and_goes_on(folder: Path) -> None:
    with Project(folder, write=True) as project:
        put(project, 0, 0, 30, 30)
        put(project, 0, 1, 60, 30)
        project.labels.undo()
        put(project, 0, 2, 33, 33)
        before = labels_of(project.labels)
    without_later_tables(folder)
    with Project(folder) as project:
        assert labels_of(project.labels) == before
        assert [one.who for one in face_versions(project.labels, 0)] == [""] * 4
        assert project.labels.remarks.log(0) == []
    with Project(folder, write=True) as project:
        assert not tables(folder) & set(ADDED), "opening changes nothing"
        project.labels.who = "Anna"
        put(project, 0, NOSE, 50, 50)
        project.labels.remarks.put(3, "Anna", note="blurred")
        versions = face_versions(project.labels, 0)
        assert [one.who for one in versions] == ["", "", "", "", "Anna"]
        assert versions[4].points[[0, 2, NOSE]].tolist() == [[30, 30], [33, 33], [50, 50]]
    assert set(ADDED) <= tables(folder)


def test_a_program_that_knows_no_remarks_still_writes(folder: Path) -> None:
    with Project(folder, write=True) as project:
        put(project, 0, 0, 30, 30)
    with closing(sqlite3.connect(folder / "labels.sqlite")) as db:
        db.execute("INSERT INTO edit VALUES (?, ?, ?, ?, ?, ?)", (2, 1.0, "old", "done", b"", b""))
        db.execute("INSERT INTO edit_face VALUES (0, 2)")
        db.commit()
    with Project(folder) as project:
        assert [one.who for one in face_versions(project.labels, 0)][2] == ""


def test_notes_and_bookmarks_are_kept_with_all_that_was_said(folder: Path) -> None:
    with Project(folder, write=True) as project:
        remarks = project.labels.remarks
        remarks.put(3, "Anna", note="  sun glasses ")
        remarks.put(3, "Ben", bookmark=True)
        remarks.put(3, "Ben", note="")
        remarks.put(4, "Ben", note="turned away", bookmark=True)
        remarks.put(4, "Ben", bookmark=False)
    with Project(folder) as project:
        remarks = project.labels.remarks
        assert (remarks.notes, remarks.bookmarks) == ({4: "turned away"}, {3})
        assert [(one.who, one.note, one.bookmark, one.before) for one in remarks.log(3)] == [
            ("Anna", "sun glasses", False, ("", False)),
            ("Ben", "sun glasses", True, ("sun glasses", False)),
            ("Ben", "", True, ("sun glasses", True)),
        ]
        with pytest.raises(ReadOnlyError, match="notes and bookmarks cannot be kept"):
            remarks.put(3, "Anna", note="no")
        assert remarks.note(3) == ""


def test_a_remark_that_cannot_be_written_is_taken_back(tmp_path: Path, folder: Path) -> None:
    del tmp_path
    with closing(LabelStore(folder / "labels.sqlite", 15)) as store:
        store.remarks.put(1, "Anna", note="kept")
        store.journal._db.execute("DROP TABLE remark")
        store.journal._db.execute("CREATE VIEW remark AS SELECT 1")
        with pytest.raises(Exception, match="the labels cannot be written"):
            store.remarks.put(1, "Anna", note="lost", bookmark=True)
        assert (store.remarks.note(1), store.remarks.bookmarked(1)) == ("kept", False)


@pytest.mark.parametrize(
    ("text", "faces"),
    [
        ("bookmark:yes", [2, 13]),
        ("not bookmark:no note:yes", [2]),
        ("note:yes", [2, 5]),
        ("note:no split:test", [12, 13, 14, 15]),
        ("note:GLASSES", [2, 5]),
        ('note:"sun gl"', [2]),
        ("note:hat", []),
    ],
)
def test_faces_are_found_by_their_remarks(folder: Path, text: str, faces: list[int]) -> None:
    with Project(folder, write=True) as project:
        remarks = project.labels.remarks
        remarks.put(2, "", note="Sun glasses", bookmark=True)
        remarks.put(5, "", note="thick glasses")
        remarks.put(13, "", bookmark=True)
        node = parse(text, vocabulary_of(project))
        assert np.flatnonzero(matching(node, face_columns(project), len(project))).tolist() == faces


def test_words_of_notes_are_proposed_and_notes_sorted_by(folder: Path) -> None:
    with Project(folder, write=True) as project:
        project.labels.remarks.put(2, "", note="Sun glasses")
        project.labels.remarks.put(5, "", note="thick glasses")
        vocabulary = vocabulary_of(project)
        offered = [one.word for one in complete("note:", 5, vocabulary).candidates]
        assert offered == ["yes", "no", "glasses", "thick", "sun"]
        assert [one.word for one in complete("note:gl", 7, vocabulary).candidates] == ["glasses"]
        order = sorted_faces(np.arange(8), face_columns(project), "note", descending=True)
        assert order.tolist() == [2, 5, 0, 1, 3, 4, 6, 7]


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["history", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_command_tells_and_restores(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Project(folder, write=True) as project:
        project.labels.who = "Anna"
        put(project, 0, NOSE, 50, 50)
    told = answer(capsys, str(folder), "0")
    assert (told["split"], told["row"], told["current"], told["bookmark"], told["note"]) == (
        "train",
        0,
        1,
        False,
        "",
    )
    assert told["versions"][1]["who"] == "Anna"
    assert told["versions"][1]["points"]["nose_tip"] == [50, 50]
    (change,) = told["versions"][1]["changes"]
    assert (change["keypoint"], change["from"], change["to"]) == ("nose_tip", "human", "corrected")
    back = answer(capsys, str(folder), "0", "--restore", "0", "--note", "again", "--bookmark", "yes")
    assert (back["current"], back["bookmark"], back["note"]) == (2, True, "again")
    assert back["versions"][2]["points"] == back["versions"][0]["points"]
    assert answer(capsys, str(folder), "3", "--split", "test")["versions"][0]["points"] == {}
    assert main(["history", str(folder), "0"]) == 0
    shown = capsys.readouterr().out
    assert "restore version 0" in shown
    assert "note: again" in shown


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["99"], "there is no such row; expected 0 to 11, found 99"),
        (["0", "--restore", "7"], "the face has no such version; expected 0 to 0, found 7"),
        (["0", "--split", "validation"], "no split 'validation'"),
    ],
)
def test_the_command_says_what_is_not_there(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert main(["history", str(folder), *words]) == 1
    assert message in capsys.readouterr().err
