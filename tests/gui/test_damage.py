"""Bad input in the window: said at once, in place, and no edit silently dropped."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fkd_core.errors import ProjectError
from fkd_core.labels import restore
from fkd_core.labels.backups import list_backups
from fkd_core.labels.journal import FILE
from fkd_core.project import Project
from fkd_gui.main_window import MainWindow
from fkd_gui.panels.coordinate_box import CoordinateBox
from fkd_gui.panels.keypoint_model import Column
from fkd_gui.project_view import ProjectView
from fkd_gui.safety_desk import AGAIN, COPY
from tests.helpers.damage import spoil_header, spoil_table
from tests.helpers.places import read_only_copy, small_disk
from tests.helpers.projects import make_project
from tests.helpers.windows import focus, moved, open_project, place_of, view_of

Make = Callable[[], MainWindow]


def edit(qtbot: QtBot, view: ProjectView, x: float, face: int = 0) -> None:
    """Move a keypoint and wait until that is saved."""
    with qtbot.waitSignal(view.session.saved):
        view.session.apply(moved(view.project, face, 0, (x, 30)))


def stuck(qtbot: QtBot, view: ProjectView, *places: float) -> None:
    """Move a keypoint to and fro on a disk that takes nothing, and wait until that is told."""
    with qtbot.waitSignal(view.session.safety_changed):
        for x in places:
            view.session.apply(moved(view.project, 0, 0, (x, 31)))


def large_edits(project: Project) -> None:
    """Leave no room in pages that are begun already."""
    for face in range(12):
        project.labels.apply(moved(project, face, 0, (20 + face, 20)))


def points_on_disk(folder: Path) -> np.ndarray:
    with Project(folder) as project:
        return project.labels.table.points.copy()


def test_a_full_disk_is_told_at_once_and_no_edit_is_dropped(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 2) as disk:
        folder = make_project(disk / "tiny.fkd")
        view = open_project(qtbot, empty_window, folder)
        edit(qtbot, view, 33)
        assert view.unsaved.text == ""
        space = os.statvfs(disk)
        (disk / "ballast").write_bytes(bytes(space.f_bavail * space.f_frsize))
        tried = 0
        while not view.session.trouble:
            tried += 1
            stuck_or_saved = [view.session.saved, view.session.safety_changed]
            with qtbot.waitSignals(stuck_or_saved, raising=False, timeout=200):
                view.session.apply(moved(view.project, 1, 1, (20 + tried % 40, 31)))
        view.session.apply(moved(view.project, 0, 0, (44, 45)))
        assert view.unsaved.isVisible()
        assert "not saved: there is no space left on the disk." in view.unsaved.text
        assert "Nothing is dropped" in view.unsaved.text
        assert empty_window.top.saved.text() == f"{view.session.unsaved} not saved"
        assert view.project.labels.table.points[0, 0].tolist() == [44, 45], "it is still seen"
        (disk / "ballast").unlink()
        with qtbot.waitSignal(view.session.saved):
            qtbot.mouseClick(view.unsaved.retry, Qt.MouseButton.LeftButton)
        assert view.session.flush()
        qtbot.waitUntil(view.unsaved.isHidden)
        assert empty_window.top.saved.text().startswith("saved ")
        assert points_on_disk(folder)[0, 0].tolist() == [44, 45]
        empty_window.close_project()


@pytest.fixture
def full(qtbot: QtBot, window: MainWindow) -> Iterator[ProjectView]:
    """The view of a project whose database refuses to be written, with two edits that are not saved."""
    view = view_of(window)
    edit(qtbot, view, 33)
    view.session.flush()
    view.project.labels.journal._db.execute("PRAGMA query_only = 1")
    stuck(qtbot, view, 40, 41)
    assert view.session.unsaved == 2
    yield view
    if window.view is view:
        mended(view)


def mended(view: ProjectView) -> None:
    view.project.labels.journal._db.execute("PRAGMA query_only = 0")


def test_a_window_does_not_close_over_edits_that_are_not_saved(
    window: MainWindow, full: ProjectView, project_folder: Path, tmp_path: Path
) -> None:
    assert not window.close()
    assert window.isVisible()
    assert "2 edits would be lost if the project were closed now" in full.unsaved.text
    window.leave_project()
    assert window.view is full
    window.open_path(make_project(tmp_path / "other.fkd", train=3))
    assert window.view is full
    assert "2 edits are not saved: the project can no longer be written." in full.unsaved.text
    mended(full)
    assert window.close()
    assert points_on_disk(project_folder)[0, 0].tolist() == [41, 31]


def test_a_person_may_choose_to_go_without_them(
    qtbot: QtBot, window: MainWindow, full: ProjectView, project_folder: Path
) -> None:
    assert not full.unsaved.leave.isVisible()
    assert not window.close()
    qtbot.mouseClick(full.unsaved.leave, Qt.MouseButton.LeftButton)
    assert not window.isVisible()
    assert points_on_disk(project_folder)[0, 0].tolist() == [33, 30]


def test_a_copy_elsewhere_has_every_edit_and_lets_the_window_close(
    qtbot: QtBot, window: MainWindow, full: ProjectView, tmp_path: Path
) -> None:
    copy = tmp_path / "elsewhere.fkd"
    history = [record.what for record in full.project.labels.done]
    with qtbot.waitSignal(full.session.safety_changed):
        window.safety.copy(copy)
    assert "A copy of the project with them was saved." in full.unsaved.text
    assert not window.strip.isVisible()
    with Project(copy, write=True) as made:
        assert made.labels.table.points[0, 0].tolist() == [41, 31]
        assert [record.what for record in made.labels.done] == history
        np.testing.assert_array_equal(made.image(3), full.project.image(3))
        made.labels.undo()
        assert made.labels.table.points[0, 0].tolist() == [40, 31]
    assert window.notices.notice is not None
    with qtbot.waitSignal(window.projects.opened):
        qtbot.mouseClick(window.notices.action, Qt.MouseButton.LeftButton)
    assert view_of(window).project.folder == copy


@pytest.mark.parametrize("place", ["", "inside.fkd"])
def test_a_copy_that_cannot_be_made_is_told(
    qtbot: QtBot, window: MainWindow, full: ProjectView, project_folder: Path, place: str
) -> None:
    window.safety.copy(project_folder / place)
    qtbot.waitUntil(lambda: window.notices.notice is not None)
    assert window.notices.notice is not None
    assert "cannot lie in the project itself" in window.notices.notice.title
    assert full.session.unsaved == 2


def test_damage_found_while_editing_is_mended_in_place_without_a_loss(
    qtbot: QtBot, window: MainWindow, project_folder: Path
) -> None:
    view = view_of(window)
    edit(qtbot, view, 33)
    edit(qtbot, view, 34, face=5)
    view.session.go_to(5)
    spoil_table(project_folder / FILE, "label")
    with qtbot.waitSignal(view.session.safety_changed):
        view.backups.back_up()
    assert "The labels on the disk are damaged. In this window they are whole." in view.unsaved.text
    assert view.unsaved.mend.isVisible()
    assert not view.unsaved.retry.isVisible()
    view.session.apply(moved(view.project, 6, 0, (35, 36)))
    with qtbot.waitSignal(window.projects.opened):
        qtbot.mouseClick(view.unsaved.mend, Qt.MouseButton.LeftButton)
    again = view_of(window)
    assert again is not view
    assert again.session.face == 5
    assert [again.project.labels.table.points[face, 0, 0] for face in (0, 5, 6)] == [33, 34, 35]
    assert window.notices.notice is not None
    assert "labels-damaged-" in window.notices.notice.text
    assert len(list(project_folder.glob("labels-damaged-*.sqlite"))) == 1
    edit(qtbot, again, 37)


def test_a_database_that_cannot_be_written_anew_leaves_the_window_as_it_is(
    qtbot: QtBot, window: MainWindow, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = view_of(window)
    edit(qtbot, view, 33)
    spoil_table(project_folder / FILE, "label")
    with qtbot.waitSignal(view.session.safety_changed):
        view.backups.back_up()

    def full(*_: object) -> None:
        raise ProjectError("there is no space left")

    with monkeypatch.context() as patch:
        patch.setattr(restore, "write_database", full)
        qtbot.mouseClick(view.unsaved.mend, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.notices.notice is not None)
    assert window.notices.notice is not None
    assert window.notices.notice.title == "There is no space left."
    assert window.view is view
    assert view.unsaved.mend.isVisible()
    with qtbot.waitSignal(window.projects.opened):
        qtbot.mouseClick(view.unsaved.mend, Qt.MouseButton.LeftButton)
        view.session.apply(moved(view.project, 1, 0, (34, 35)))  # while it is being written
    table = view_of(window).project.labels.table
    assert [table.points[face, 0, 0] for face in (0, 1)] == [33, 34]
    assert not [path for path in project_folder.iterdir() if path.name.endswith(".tmp")]


def test_damaged_labels_are_offered_from_the_last_backup(
    qtbot: QtBot, empty_window: MainWindow, project_folder: Path
) -> None:
    with Project(project_folder, write=True) as project:
        large_edits(project)
        project.back_up()
        project.labels.apply(moved(project, 3, 3, (50, 51)))
    (backup,) = list_backups(project_folder / FILE)
    spoil_table(project_folder / FILE, "label")
    with qtbot.waitSignal(empty_window.projects.failed):
        empty_window.open_path(project_folder)
    notices = empty_window.notices
    qtbot.waitUntil(lambda: notices.notice is not None and bool(notices.notice.action))
    assert notices.notice is not None
    assert notices.notice.title == "The labels are damaged."
    assert notices.notice.action == f"Restore the labels of {backup.when}"
    assert "1 edit made later can still be read. Nothing is lost." in notices.notice.text
    with qtbot.waitSignal(empty_window.projects.opened):
        qtbot.mouseClick(notices.action, Qt.MouseButton.LeftButton)
    assert view_of(empty_window).project.labels.table.points[3, 3].tolist() == [50, 51]
    assert notices.notice is not None
    assert notices.notice.title == "The labels were brought back."


def test_labels_without_any_backup_say_that_they_are_lost(
    qtbot: QtBot, empty_window: MainWindow, project_folder: Path
) -> None:
    spoil_header(project_folder / FILE)
    empty_window.open_path(project_folder)
    notices = empty_window.notices
    qtbot.waitUntil(lambda: notices.notice is not None and "cannot be brought back" in notices.notice.text)
    assert notices.notice is not None
    assert "Import the data again" in notices.notice.text


def test_backups_are_kept_as_labels_change(qtbot: QtBot, window: MainWindow, project_folder: Path) -> None:
    view = view_of(window)
    view.backups.back_up()
    qtbot.waitUntil(lambda: len(list_backups(project_folder / FILE)) == 1)
    edit(qtbot, view, 33)
    window.close_project()
    newest = list_backups(project_folder / FILE)[0]
    with sqlite3.connect(newest.path) as db:
        assert db.execute("SELECT count(*) FROM edit").fetchone() == (1,)
    db.close()


def test_a_second_window_can_edit_once_the_first_is_closed(
    qtbot: QtBot, window: MainWindow, make_window: Make, project_folder: Path
) -> None:
    second = make_window()
    view = open_project(qtbot, second, project_folder)
    view.session.go_to(7)
    assert second.notices.notice is not None
    assert second.notices.notice.action == AGAIN
    window.close_project()
    with qtbot.waitSignal(second.projects.opened):
        qtbot.mouseClick(second.notices.action, Qt.MouseButton.LeftButton)
    assert view_of(second).project.read_only is None
    assert view_of(second).session.face == 7
    assert second.notices.notice is None


def test_a_project_on_a_read_only_disk_offers_a_copy(
    qtbot: QtBot, empty_window: MainWindow, project_folder: Path, tmp_path: Path
) -> None:
    with read_only_copy(project_folder, tmp_path / "disk") as place:
        open_project(qtbot, empty_window, place)
        assert empty_window.notices.notice is not None
        assert empty_window.notices.notice.action == COPY
        assert empty_window.top.read_only.isVisible()
        with qtbot.waitSignal(view_of(empty_window).session.safety_changed):
            empty_window.safety.copy(tmp_path / "copy.fkd")
        view = open_project(qtbot, empty_window, tmp_path / "copy.fkd")
        edit(qtbot, view, 33)
        empty_window.close_project()


def test_faces_without_pictures_are_marked_and_the_rest_goes_on(
    qtbot: QtBot, empty_window: MainWindow, project_folder: Path
) -> None:
    path = project_folder / "faces" / "train_images.npy"
    with path.open("rb+") as file:
        file.truncate(128 + 5 * 96 * 96)
    view = open_project(qtbot, empty_window, project_folder)
    assert empty_window.notices.notice is not None
    assert empty_window.notices.notice.title == "7 of 12 faces cannot be shown."
    assert "it ends early: rows 5 to 11 are missing" in empty_window.notices.notice.text
    canvas, grid = view.label.canvas, view.label.browser.grid
    whole, tiles = canvas.grab().toImage(), grid.viewport().grab().toImage()
    view.session.go_to(6)
    assert canvas.grab().toImage() != whole
    assert "The picture cannot be read" in canvas.accessibleDescription()
    cell = grid.visualRect(grid.model().index(6, 0)).center()
    other = grid.visualRect(grid.model().index(7, 0)).center()
    ratio = tiles.devicePixelRatio()
    assert tiles.pixelColor(cell * ratio) == tiles.pixelColor(other * ratio), "one sign for all of them"
    before = view.project.labels.table.points[6].copy()
    view.session.select((0,))
    focus(qtbot, canvas)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(view.project.labels.table.points[6], before)
    view.session.go_to(2)
    edit(qtbot, view, 40, face=2)
    for place in ("review", "train", "submit", "label"):
        empty_window.show_place(place)
        assert not empty_window.grab().isNull()


def test_a_drag_out_of_the_frame_is_held_back_and_said_on_the_face(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    canvas, table = view.label.canvas, view.project.labels.table
    start = place_of(canvas, table.points[0, 0])
    outside = place_of(canvas, (-30, 50))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, outside)
    assert canvas.moving is not None
    assert canvas.moving.held_back
    held_back = canvas.grab().toImage()
    qtbot.mouseMove(canvas, place_of(canvas, (0.0, 50)))
    assert canvas.grab().toImage() != held_back
    assert window.statusBar().currentMessage() == "Keypoints stay in the frame: 0 to 96 by 0 to 96"
    with qtbot.waitSignal(view.session.saved):
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=outside)
    assert 0 <= table.points[0, 0, 0] < 0.5


@pytest.mark.parametrize(("column", "typed"), [(Column.X, "120"), (Column.Y, "-3"), (Column.Y, "96.01")])
def test_a_number_outside_the_frame_is_told_where_it_is_typed(
    qtbot: QtBot, window: MainWindow, column: Column, typed: str
) -> None:
    view = view_of(window)
    panel = view.label.keypoints
    before = view.project.labels.table.points[0, 4].copy()
    panel.table.edit(panel.model.index(4, column))
    editor = panel.table.findChild(CoordinateBox)
    assert isinstance(editor, CoordinateBox)
    qtbot.keyClicks(editor, typed)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.word == f"{column.name.lower()} lies between 0 and 96"
    assert editor.isVisible(), "Enter does not take what cannot be"
    assert editor.text() == f"{float(typed):.2f}" or editor.text() == typed
    assert view.project.labels.table.points[0, 4].tolist() == before.tolist()
    editor.selectAll()
    qtbot.keyClicks(editor, "44.5")
    with qtbot.waitSignal(view.session.saved):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert view.project.labels.table.points[0, 4, column - Column.X] == 44.5


def test_a_number_outside_that_is_left_is_told_and_not_taken(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    panel = view.label.keypoints
    before = view.project.labels.table.points[0, 4].copy()
    panel.table.edit(panel.model.index(4, Column.X))
    editor = panel.table.findChild(CoordinateBox)
    assert isinstance(editor, CoordinateBox)
    qtbot.keyClicks(editor, "120")
    focus(qtbot, view.label.canvas)
    assert window.notices.notice is not None
    assert window.notices.notice.title == "A keypoint must stay in the frame."
    assert view.project.labels.table.points[0, 4].tolist() == before.tolist()


def test_a_filter_with_a_typing_error_is_marked_where_it_is(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    view.label.focus_filter()
    bar = view.label.browser.bar
    shown = len(view.label.browser.model.faces)
    qtbot.keyClicks(bar.query, "missing:nose_tip and reviewd:no")
    qtbot.keyClick(bar.query, Qt.Key.Key_Return)
    assert bar.query.mistake == (21, 28)
    assert "reviewd" in bar.query.accessibleDescription()
    assert len(view.label.browser.model.faces) == shown
