"""A session: edits are seen at once, reach the disk in order, and are taken back when they cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from fkd_core.errors import ProjectError, ReadOnlyError
from fkd_core.labels.edits import revert
from fkd_core.labels.journal import Journal
from fkd_core.labels.values import CHANGE, Edit
from fkd_core.project import Project
from fkd_gui.session import Session
from tests.helpers.windows import moved


def on_disk(folder: Path) -> np.ndarray:
    with Project(folder) as project:
        return project.labels.table.points.copy()


def test_an_edit_is_seen_at_once_and_saved_a_moment_later(
    qtbot: QtBot, session: Session, project_folder: Path
) -> None:
    project = session.project
    faces: list[list[int]] = []
    session.labels_changed.connect(lambda changed: faces.append(changed.tolist()))
    with qtbot.waitSignals([session.history_changed]), qtbot.waitSignal(session.saved) as told:
        session.apply(moved(project, 3, 2, (40.5, 41.5)))
        assert project.labels.table.points[3, 2].tolist() == [40.5, 41.5]
        assert faces == [[3]]
    assert told.args[0].startswith("move left eye inner corner · saved ")
    assert on_disk(project_folder)[3, 2].tolist() == [40.5, 41.5]


def test_undo_and_redo_are_saved_too(qtbot: QtBot, session: Session, project_folder: Path) -> None:
    project = session.project
    before = project.labels.table.points[0, 0].tolist()
    with qtbot.waitSignal(session.saved):
        session.apply(moved(project, 0, 0, (33, 34)))
    with qtbot.waitSignal(session.saved) as told:
        session.undo()
        assert project.labels.table.points[0, 0].tolist() == before
    assert told.args[0].startswith("undid move left eye center")
    assert on_disk(project_folder)[0, 0].tolist() == before
    with qtbot.waitSignal(session.saved):
        session.redo()
    assert on_disk(project_folder)[0, 0].tolist() == [33, 34]


def test_nothing_to_undo_is_no_problem(qtbot: QtBot, session: Session) -> None:
    with qtbot.assertNotEmitted(session.labels_changed), qtbot.assertNotEmitted(session.problem):
        session.undo()
        session.redo()


def test_an_edit_without_changes_leaves_no_trace(qtbot: QtBot, session: Session) -> None:
    with qtbot.assertNotEmitted(session.labels_changed):
        session.apply(Edit("nothing", np.zeros(0, CHANGE)))
    assert session.project.labels.undo_text is None


def test_edits_that_cannot_be_saved_stay_and_are_saved_when_they_can(
    qtbot: QtBot, session: Session, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, labels = session.project, session.project.labels
    with qtbot.waitSignal(session.saved):
        session.apply(moved(project, 0, 0, (30, 30)))
    write = Journal.write
    monkeypatch.setattr(Journal, "write", refusing)
    with qtbot.assertNotEmitted(session.problem), qtbot.waitSignal(session.safety_changed):
        session.apply(moved(project, 0, 0, (31, 31)))
        session.apply(moved(project, 1, 1, (32, 32)))
        session.undo()
        session.apply(revert(labels.table, project.schema, 0, [1]))
    assert str(session.trouble) == "no space is left on the disk."
    assert (session.unsaved, session.safe) == (4, False)
    assert labels.table.points[0, 0].tolist() == [31, 31], "what a person did is still seen"
    assert labels.undo_text == "revert right eye center"
    assert on_disk(project_folder)[0, 0].tolist() == [30, 30]

    monkeypatch.setattr(Journal, "write", write)
    with qtbot.waitSignal(session.saved), qtbot.waitSignal(session.safety_changed):
        session.retry()
    assert session.flush()
    assert (session.unsaved, session.trouble) == (0, None)
    with Project(project_folder) as again:
        assert np.array_equal(again.labels.table.points, labels.table.points, equal_nan=True)
        assert [record.what for record in again.labels.done] == [record.what for record in labels.done]


def test_edits_in_a_copy_are_safe_until_there_are_more(
    qtbot: QtBot, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(project)
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "write", refusing)
        with qtbot.waitSignal(session.safety_changed):
            session.apply(moved(project, 0, 0, (31, 31)))
        session.copied(session.steps)
        assert session.safe
        session.apply(moved(project, 0, 0, (32, 32)))
        assert not session.safe
        session.copied(session.steps)
        with qtbot.assertNotEmitted(session.problem):
            session.close()


def test_closing_writes_what_is_on_its_way(project: Project, project_folder: Path) -> None:
    session = Session(project)
    for i in range(25):
        session.apply(moved(project, 5, 0, (20 + i, 20)))
    session.close()
    assert on_disk(project_folder)[5, 0].tolist() == [44, 20]


def refusing(_: Journal, _step: Any) -> None:
    raise ProjectError("no space is left on the disk")


def test_closing_on_a_full_disk_says_what_is_lost(
    qtbot: QtBot, project: Project, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(project)
    before = project.labels.table.points[0, 0].tolist()
    monkeypatch.setattr(Journal, "write", refusing)
    with qtbot.waitSignal(session.problem) as told:
        session.apply(moved(project, 0, 0, (31, 31)))
        session.apply(moved(project, 0, 0, (32, 32)))
        session.close()
    assert told.args[0].what == "2 edits were lost that could not be saved"
    assert "no space is left on the disk" in told.args[0].found
    assert on_disk(project_folder)[0, 0].tolist() == before


def test_a_read_only_project_refuses_edits_in_words(
    qtbot: QtBot, project: Project, project_folder: Path
) -> None:
    with Project(project_folder, write=True, fall_back=True) as second:
        assert second.read_only is not None
        session = Session(second)
        before = second.labels.table.points.copy()
        for attempt in (lambda: session.apply(moved(project, 0, 0, (31, 31))), session.undo, session.redo):
            with qtbot.waitSignal(session.problem) as told, qtbot.assertNotEmitted(session.labels_changed):
                attempt()
            assert isinstance(told.args[0], ReadOnlyError)
        assert np.array_equal(second.labels.table.points, before, equal_nan=True)
        session.close()


def test_going_to_a_face_lets_go_of_the_selection(qtbot: QtBot, session: Session) -> None:
    session.select((1, 2))
    with qtbot.waitSignals([session.face_changed, session.keypoints_changed]):
        session.go_to(4)
    assert (session.face, session.keypoints) == (4, ())


def test_a_face_beyond_the_last_is_the_last(session: Session) -> None:
    session.go_to(1000)
    assert session.face == 15
    session.go_to(-3)
    assert session.face == 0


def test_the_same_face_or_selection_is_no_news(qtbot: QtBot, session: Session) -> None:
    session.select((1,))
    with qtbot.assertNotEmitted(session.face_changed), qtbot.assertNotEmitted(session.keypoints_changed):
        session.go_to(0)
        session.select((1,))
