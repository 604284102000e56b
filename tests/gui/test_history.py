"""The past of a face in the window: versions, ghosts, restoring, notes, bookmarks; where one left off."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fkd_core.errors import ProjectError
from fkd_core.labels.remarks import Remarks
from fkd_core.project import Project
from fkd_gui.browser.grid import CellSize
from fkd_gui.browser.saved_filters import SavedFilter
from fkd_gui.main_window import MainWindow
from fkd_gui.panels.history import HistoryPanel
from fkd_gui.project_view import ProjectView
from fkd_gui.session import Session
from fkd_gui.settings import LEFT_OFF, Settings
from tests.helpers.projects import make_project
from tests.helpers.windows import focus, moved, open_project, view_of

KEYS = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def settle(qtbot: QtBot, view: ProjectView) -> HistoryPanel:
    """Wait until all is on the disk and the history was read after that."""
    panel, session = view.label.history, view.session
    qtbot.waitUntil(lambda: not session.unsaved and not session.remarks.unsaved)
    qtbot.waitUntil(lambda: not panel.reading and bool(panel.model.entries))
    return panel


@pytest.fixture
def panel(qtbot: QtBot, window: MainWindow) -> HistoryPanel:
    """The history of the window's first face, shown."""
    window.past("history")
    return settle(qtbot, view_of(window))


def titles(panel: HistoryPanel) -> list[tuple[str, str]]:
    return [(entry.title, entry.status) for entry in panel.model.entries]


def choose(panel: HistoryPanel, row: int) -> None:
    panel.list.setCurrentIndex(panel.model.index(row))


def test_each_edit_is_a_line_with_who_made_it(
    qtbot: QtBot, window: MainWindow, panel: HistoryPanel, settings: Settings
) -> None:
    view = view_of(window)
    panel.name.setText("Anna")
    panel.name.editingFinished.emit()
    assert panel.model.entries[-1].detail == "15 of 15 keypoints"
    x, y = view.project.labels.table.points[0, 10].tolist()
    view.session.apply(moved(view.project, 0, 10, (x + 3, y + 4)))
    qtbot.waitUntil(lambda: len(panel.model.entries) == 2)
    assert titles(panel) == [("Move nose tip", "now"), ("As the file had it", "")]
    assert panel.model.entries[0].detail == "Anna · nose tip moved 5.0 px, human → corrected"
    view.session.undo()
    qtbot.waitUntil(lambda: titles(panel)[0][1] == "undone")
    assert titles(panel) == [("Move nose tip", "undone"), ("As the file had it", "now")]
    assert HistoryPanel(view.session, settings).name.text() == "Anna"


def test_a_version_is_a_ghost_until_the_face_changes(
    qtbot: QtBot, window: MainWindow, panel: HistoryPanel
) -> None:
    view, canvas = view_of(window), view_of(window).label.canvas
    before = view.project.labels.table.points[0, 10].copy()
    view.session.apply(moved(view.project, 0, 10, (50, 50)))
    qtbot.waitUntil(lambda: len(panel.model.entries) == 2)
    plain = canvas.grab().toImage()
    choose(panel, 1)
    ghost = canvas.scene().ghosts["version"]
    assert np.flatnonzero(np.isfinite(ghost[:, 0])).tolist() == [10], "only what is elsewhere now"
    np.testing.assert_allclose(ghost[10], canvas.view.to_widget(before[None])[0])
    assert canvas.grab().toImage() != plain
    assert "the file’s version" in panel.details.text() or "file" in panel.details.text()
    qtbot.keyClick(panel.list, KEYS.Key_Escape)
    assert canvas.scene().ghosts == {}
    choose(panel, 1)
    view.session.go_to(1)
    assert canvas.scene().ghosts == {}
    assert panel.chosen is None


def test_a_version_is_restored_by_the_button_and_undone(
    qtbot: QtBot, window: MainWindow, panel: HistoryPanel
) -> None:
    view = view_of(window)
    table = view.project.labels.table
    for x in (40, 44, 48):
        view.session.apply(moved(view.project, 0, 10, (x, 50)))
    qtbot.waitUntil(lambda: len(panel.model.entries) == 4)
    choose(panel, 0)
    assert not panel.restore.isEnabled(), "it is in force already"
    choose(panel, 2)
    assert panel.restore.isEnabled()
    qtbot.mouseClick(panel.restore, Qt.MouseButton.LeftButton)
    assert table.points[0, 10].tolist() == [40, 50]
    assert view.project.labels.undo_text is not None
    assert view.project.labels.undo_text.startswith("restore the version of ")
    qtbot.waitUntil(lambda: len(panel.model.entries) == 5)
    view.session.undo()
    assert table.points[0, 10].tolist() == [48, 50]
    qtbot.waitUntil(lambda: titles(panel)[0][1] == "undone")
    choose(panel, 4)
    qtbot.keyClick(panel.list, KEYS.Key_Return)
    assert np.array_equal(table.points[0], table.original[0])


def test_the_history_follows_the_face_and_is_not_read_unseen(
    qtbot: QtBot, window: MainWindow, panel: HistoryPanel
) -> None:
    view = view_of(window)
    view.session.apply(moved(view.project, 3, 0, (30, 30)))
    view.session.go_to(3)
    qtbot.waitUntil(lambda: len(panel.model.entries) == 2)
    view.label.docks["keypoints"].raise_()
    view.session.go_to(4)
    assert not panel.reading
    assert panel.model.entries == []
    window.past("history")
    qtbot.waitUntil(lambda: [title for title, _ in titles(panel)] == ["As the file had it"])


def test_a_note_is_kept_when_one_goes_elsewhere(
    qtbot: QtBot, window: MainWindow, panel: HistoryPanel, project_folder: Path
) -> None:
    view, field = view_of(window), panel.note.field
    window.actions_by_id["note"].trigger()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "sun glasses")
    qtbot.keyClick(field, KEYS.Key_Escape)
    qtbot.waitUntil(view.label.canvas.hasFocus)
    assert view.session.remarks.note(0) == "sun glasses"
    qtbot.waitUntil(lambda: titles(panel)[0] == ("Note: sun glasses", ""))
    field.setFocus()
    qtbot.keyClicks(field, " too")
    view.session.go_to(1)
    assert field.toPlainText() == ""
    qtbot.keyClicks(field, "hat")
    window.close()
    with Project(project_folder) as project:
        notes = project.labels.remarks.notes
    assert set(notes) == {0, 1}
    assert sorted(notes[0].split()) == ["glasses", "sun", "too"] or "too" in notes[0]
    assert notes[1] == "hat"


def test_what_was_said_before_is_said_again(qtbot: QtBot, window: MainWindow, panel: HistoryPanel) -> None:
    remarks = view_of(window).session.remarks
    for note in ("first", "second"):
        remarks.put(0, note=note)
    qtbot.waitUntil(lambda: len(panel.model.entries) == 3)
    choose(panel, 1)
    assert panel.restore.text() == "Say this again"
    panel.restore.click()
    assert remarks.note(0) == "first"
    assert panel.note.field.toPlainText() == "first"


def test_bookmarks_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    focus(qtbot, view.label.canvas)
    heard: list[str] = []
    view.label.noted.connect(heard.append)
    qtbot.keyClick(view.label.canvas, KEYS.Key_D)
    assert heard == ["No other face has a bookmark."]
    for face in (2, 7, 13):
        view.session.go_to(face)
        qtbot.keyClick(view.label.canvas, KEYS.Key_D, CONTROL)
        assert window.actions_by_id["bookmark"].isChecked()
    qtbot.keyClick(view.label.canvas, KEYS.Key_D)
    assert view.session.face == 2
    qtbot.keyClick(view.label.canvas, KEYS.Key_D, SHIFT)
    qtbot.keyClick(view.label.canvas, KEYS.Key_D, SHIFT)
    assert view.session.face == 7
    view.label.browser.bar.set_text("bookmark:yes")
    assert view.label.browser.model.faces.tolist() == [2, 7, 13]
    qtbot.keyClick(view.label.canvas, KEYS.Key_D, CONTROL)
    assert not window.actions_by_id["bookmark"].isChecked()
    assert 7 in view.label.browser.model.faces, "a filter holds until it is chosen anew"
    view.label.browser.refresh()
    assert view.label.browser.model.faces.tolist() == [2, 13]


def test_faces_with_remarks_are_seen_in_the_grid(window: MainWindow) -> None:
    view = view_of(window)
    grid, model = view.label.browser.grid, view.label.browser.model
    plain = grid.viewport().grab().toImage()
    view.session.remarks.put(0, bookmark=True)
    bookmark = grid.viewport().grab().toImage()
    view.session.remarks.put(0, note="hat")
    both = grid.viewport().grab().toImage()
    assert plain != bookmark != both
    spoken = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("bookmark, note: hat")
    assert "hat" in model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    view.label.browser.bar.query.setFocus()
    QTest.keyClicks(view.label.browser.bar.query, "note:h")
    assert view.label.browser.bar.query.offered == ["hat"]


def test_a_remark_that_cannot_be_written_is_taken_back_and_told(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Remarks, _remark: object) -> None:
        raise ProjectError("no space is left on the disk")

    session.remarks.put(0, note="kept")
    qtbot.waitUntil(lambda: not session.remarks.unsaved)
    monkeypatch.setattr(Remarks, "commit", full)
    with qtbot.waitSignal(session.problem) as told:
        session.remarks.put(0, note="lost")
        session.remarks.put(1, bookmark=True)
    assert told.args[0].what == "no space is left on the disk"
    assert session.remarks.note(0) == "kept"
    assert not session.remarks.bookmarked(1)
    monkeypatch.undo()
    with qtbot.waitSignal(session.remarks.saved):
        session.remarks.put(2, bookmark=True)


def test_closing_writes_every_remark(project: Project, project_folder: Path) -> None:
    session = Session(project)
    for face in range(16):
        session.remarks.put(face, note=f"face {face}", bookmark=face % 2 == 0)
    session.close()
    with Project(project_folder) as again:
        assert len(again.labels.remarks.notes) == 16
        assert again.labels.remarks.bookmarks == set(range(0, 16, 2))


def test_a_read_only_project_shows_its_past(
    qtbot: QtBot, make_window: Callable[[], MainWindow], project_folder: Path
) -> None:
    with Project(project_folder, write=True) as project:
        project.labels.remarks.put(0, "Anna", note="hat")
        project.labels.apply(moved(project, 0, 0, (30, 30)))
        window = make_window()
        open_project(qtbot, window, project_folder)
        window.past("history")
        panel = settle(qtbot, view_of(window))
        choose(panel, len(panel.model.entries) - 1)
        assert panel.details.text()
        assert not panel.restore.isEnabled()
        assert panel.note.field.isReadOnly()
        assert panel.note.field.toPlainText() == "hat"
        assert not window.actions_by_id["bookmark"].isEnabled()
        window.close()


def test_the_window_opens_where_it_was_left(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    folder = make_project(tmp_path / "many.fkd", train=120, test=30)
    window = make_window()
    view = open_project(qtbot, window, folder)
    view.label.browser.set_cell_size(CellSize.LARGE)
    view.label.browser.bar.show_saved(SavedFilter("", "split:train missing:yes", "row", True))
    view.session.go_to(4)
    view.session.go_to(100)
    view.session.select((2, 10))
    view.label.look("turn", 15)
    narrow = view.label.canvas.width()
    for name in ("keypoints", "imputation", "light", "history"):
        view.label.docks[name].close()
    qtbot.waitUntil(lambda: view.label.canvas.width() > narrow)
    view.label.canvas.zoom(3.0)
    grid = view.label.browser.grid
    qtbot.waitUntil(lambda: grid.verticalScrollBar().maximum() > 0)
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum() - 30)
    scrolled, looked = grid.verticalOffset(), view.label.canvas.view
    window.show_place("train")
    window.close()
    again = make_window()
    again.resize(1280, 800)  # Qt keeps windows within the screen, and that of the tests is small
    view = open_project(qtbot, again, folder)
    assert view.place == "train"
    again.show_place("label")
    label, session = view.label, view.session
    assert (session.face, session.previous, session.keypoints) == (100, 4, (2, 10))
    assert label.browser.bar.query.text() == "split:train missing:yes"
    assert label.browser.bar.message == "80 of 150 faces\nby row, highest first"
    assert label.browser.model.faces[:3].tolist() == [119, 118, 116]
    assert label.browser.grid.cell_size is CellSize.LARGE
    assert label.docks["keypoints"].isHidden()
    qtbot.waitUntil(lambda: abs(label.canvas.view.left - looked.left) < 1)
    assert (label.canvas.view.scale, label.canvas.angle) == (looked.scale, 15)
    assert label.canvas.view.top == pytest.approx(looked.top, abs=1)
    qtbot.waitUntil(lambda: label.browser.grid.verticalOffset() == scrolled)
    session.go_to(0)
    label.step(1)
    assert label.browser.grid.verticalOffset() != scrolled, "from now on it follows the face"


def test_another_import_in_the_same_place_begins_anew(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path, settings: Settings
) -> None:
    folder = tmp_path / "one.fkd"
    make_project(folder)
    window = make_window()
    open_project(qtbot, window, folder).session.go_to(7)
    window.close()
    shutil.rmtree(folder)
    make_project(folder, seed=1)
    manifest = json.loads((folder / "project.json").read_text("utf-8"))
    (folder / "project.json").write_text(json.dumps(manifest | {"fingerprint": "another"}), "utf-8")
    window = make_window()
    assert open_project(qtbot, window, folder).session.face == 0
    window.close()
    for damaged in ("{", "[1]", json.dumps({str(folder): {"face": "x", "fingerprint": "another"}})):
        settings.set(LEFT_OFF, damaged)
        window = make_window()
        assert open_project(qtbot, window, folder).session.face == 0
        window.close()
