"""The main window: opening, importing, closing, remembering, and staying usable when things go wrong."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from fkd_core import pipeline
from fkd_gui.main_window import MainWindow
from fkd_gui.settings import LAST_PROJECT, PLACE, RECENT, THEME, Settings
from fkd_gui.theme import apply_theme, current
from tests.helpers.projects import make_project
from tests.helpers.windows import focus, is_free, moved, open_project, view_of

Make = Callable[[], MainWindow]


def drop(window: MainWindow, path: Path) -> QDropEvent:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(window.rect().center(), Qt.DropAction.CopyAction, data, buttons, keys)
    window.dragEnterEvent(entered)
    assert entered.isAccepted()
    event = QDropEvent(QPointF(window.rect().center()), Qt.DropAction.CopyAction, data, buttons, keys)
    window.dropEvent(event)
    return event


def test_it_opens_empty_with_the_start_page(empty_window: MainWindow) -> None:
    assert empty_window.pages.currentWidget() is empty_window.start_page
    assert empty_window.start_page.demo.isVisible()
    assert empty_window.focusWidget() is empty_window.start_page.demo
    assert not empty_window.notices.isVisible()
    assert not empty_window.strip.isVisible()


def test_a_project_is_opened(window: MainWindow, project_folder: Path) -> None:
    assert window.windowTitle() == "tiny – FKD"
    assert window.pages.currentWidget() is view_of(window)
    assert len(view_of(window).project) == 16
    assert view_of(window).project.read_only is None
    assert window.settings.get(LAST_PROJECT) == str(project_folder)
    assert not window.strip.isVisible()


def test_curves_are_made_before_a_training_needs_them(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: view_of(window).train.panel.progress.curves is not None)


def test_the_face_has_the_keyboard_once_a_project_is_open(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: QApplication.focusWidget() is view_of(window).label.canvas)


def test_closing_a_project_frees_it_and_brings_the_start_page_back(
    qtbot: QtBot, window: MainWindow, project_folder: Path
) -> None:
    gone: list[bool] = []
    view_of(window).destroyed.connect(lambda: gone.append(True))
    window.leave_project()
    qtbot.waitUntil(lambda: gone == [True])
    assert window.view is None
    assert window.pages.currentWidget() is window.start_page
    assert window.windowTitle() == "FKD"
    assert is_free(project_folder)
    assert window.settings.get(LAST_PROJECT) == "", (
        "a project that was closed is not opened at the next start"
    )


def test_a_project_can_be_opened_again_after_it_was_closed(
    qtbot: QtBot, window: MainWindow, project_folder: Path
) -> None:
    view_of(window).session.apply(moved(view_of(window).project, 0, 0, (33, 33)))
    window.close_project()
    view = open_project(qtbot, window, project_folder)
    assert view.project.read_only is None
    assert view.project.labels.table.points[0, 0].tolist() == [33, 33]


def test_opening_the_open_project_changes_nothing(
    qtbot: QtBot, window: MainWindow, project_folder: Path
) -> None:
    view = view_of(window)
    with qtbot.assertNotEmitted(window.projects.began):
        window.open_path(project_folder)
    assert window.view is view
    assert window.statusBar().currentMessage() == "tiny is open already."


def test_another_project_takes_the_place_of_the_first(
    qtbot: QtBot, window: MainWindow, project_folder: Path, tmp_path: Path
) -> None:
    other = make_project(tmp_path / "other.fkd", train=5)
    open_project(qtbot, window, other)
    assert window.windowTitle() == "other – FKD"
    assert is_free(project_folder)
    assert [Path(p).name for p in window.settings.get(RECENT)] == ["other.fkd", "tiny.fkd"]


def test_a_second_window_reads_only_and_says_so(
    qtbot: QtBot, window: MainWindow, make_window: Make, project_folder: Path
) -> None:
    second = make_window()
    view = open_project(qtbot, second, project_folder)
    assert view.project.read_only is not None
    assert second.top.read_only.isVisible()
    assert second.notices.notice is not None
    assert second.notices.notice.title == "This project is open for reading only."
    assert "another program is writing" in second.notices.notice.text
    view.session.select((0,))
    disabled = {id for id, entry in second.actions_by_id.items() if not entry.isEnabled()}
    assert {"accept", "revert", "occluded", "absent", "clear", "take", "impute", "undo", "redo"} <= disabled
    assert not view.label.imputation.fill.isEnabled()
    assert {"next", "export", "start_training"}.isdisjoint(disabled)
    before = view.project.labels.table.points.copy()
    focus(qtbot, view.label.canvas)
    qtbot.keyClick(view.label.canvas, Qt.Key.Key_Down)
    qtbot.keyClick(view.label.canvas, Qt.Key.Key_Delete)
    assert view.project.labels.table.points[0].tolist() == before[0].tolist()
    assert view_of(window).project.read_only is None


def test_the_last_project_place_and_layout_are_remembered(
    qtbot: QtBot, window: MainWindow, make_window: Make, settings: Settings
) -> None:
    window.show_place("submit")
    window.resize(880, 613)
    view_of(window).label.docks["imputation"].close()
    window.close()
    settings.save()
    again = make_window()
    assert again.height() == 613
    assert settings.get(PLACE) == "submit"
    view = open_project(qtbot, again, Path(settings.get(LAST_PROJECT)))
    assert view.place == "submit"
    assert view.label.docks["imputation"].isHidden()
    again.show_place("label")
    again.restore_layout()
    assert not view.label.docks["imputation"].isHidden()


def test_docks_are_as_wide_as_they_were_when_a_project_is_opened_again(
    qtbot: QtBot, window: MainWindow, project_folder: Path
) -> None:
    window.show_place("label")
    label = view_of(window).label
    docks = [label.docks["faces"], label.docks["keypoints"]]
    # More than either needs, whichever theme an earlier test has left.
    wanted = [410, 430]
    label.resizeDocks(docks, wanted, Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: [dock.width() for dock in docks] == wanted)
    window.close_project()
    again = open_project(qtbot, window, project_folder).label.docks
    qtbot.waitUntil(lambda: [again[name].width() for name in ("faces", "keypoints")] == wanted)


def test_recent_projects_are_one_click_away(
    qtbot: QtBot, window: MainWindow, project_folder: Path, tmp_path: Path
) -> None:
    gone = make_project(tmp_path / "gone.fkd", train=3)
    open_project(qtbot, window, gone)
    window.close_project()
    shutil.rmtree(gone)
    window.start_page.show_recent(window._recent())
    shown = window.start_page.recent
    assert [button.toolTip() for button in shown] == [str(project_folder)]
    with qtbot.waitSignal(window.projects.opened):
        qtbot.mouseClick(shown[0], Qt.MouseButton.LeftButton)
    assert window.windowTitle() == "tiny – FKD"


def test_a_project_that_is_dropped_is_opened(
    qtbot: QtBot, empty_window: MainWindow, project_folder: Path
) -> None:
    with qtbot.waitSignal(empty_window.projects.opened):
        drop(empty_window, project_folder)
    assert empty_window.windowTitle() == "tiny – FKD"


def test_a_zip_that_is_dropped_asks_where_the_project_goes(
    qtbot: QtBot, empty_window: MainWindow, download: Path, tmp_path: Path
) -> None:
    drop(empty_window, download)
    dialog = empty_window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.isVisible()
    assert Path(dialog.selectedFiles()[0]).name == "faces.fkd"
    with qtbot.waitSignal(empty_window.projects.opened):
        dialog.fileSelected.emit(str(tmp_path / "faces.fkd"))
    dialog.close()
    assert empty_window.windowTitle() == "faces – FKD"


def test_a_file_that_is_nothing_is_refused_in_words(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8")
    with qtbot.waitSignal(empty_window.projects.failed):
        drop(empty_window, photo)
    assert empty_window.notices.notice is not None
    assert "photo.jpg" in empty_window.notices.notice.text
    assert "inside the program" not in empty_window.notices.notice.title


def test_the_theme_is_switched_while_everything_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    app: Any = QApplication.instance()
    before = current()
    try:
        for choice in ("dark", "light"):
            for place in ("label", "review", "train", "submit"):
                window.show_place(place)
                window.set_theme(choice)
                assert current().name == choice
                assert not window.grab().isNull()
            assert window.actions_by_id[f"theme_{choice}"].isChecked()
            assert window.settings.get(THEME) == choice
        qtbot.waitUntil(lambda: window.palette().window().color().name() == current().window.lower())
    finally:
        apply_theme(app, before)


def test_imputed_values_enter_and_one_undo_takes_them_back(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    table = view.project.labels.table
    before = int(table.mask.sum())
    with qtbot.waitSignal(window.projects.imputed), qtbot.waitSignal(view.session.saved):
        qtbot.mouseClick(view.label.imputation.fill, Qt.MouseButton.LeftButton)
    assert table.mask[:12].all()
    assert not table.mask[12:].any()
    assert window.statusBar().currentMessage()
    with qtbot.waitSignal(view.session.saved):
        window.actions_by_id["undo"].trigger()
    assert int(table.mask.sum()) == before


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Imputations that are worked out and then held back: they tell that they are, and go on when told."""
    ready, go_on = threading.Event(), threading.Event()
    work_out = pipeline.imputation_edit

    def slow(*arguments: Any, **options: Any) -> Any:
        edit = work_out(*arguments, **options)
        ready.set()
        assert go_on.wait(10)
        return edit

    monkeypatch.setattr(pipeline, "imputation_edit", slow)
    yield ready, go_on
    go_on.set()


def test_an_imputation_never_overwrites_what_a_person_did_meanwhile(
    qtbot: QtBot, window: MainWindow, held: tuple[threading.Event, threading.Event]
) -> None:
    view, (ready, go_on) = view_of(window), held
    table = view.project.labels.table
    assert not table.mask[1, 2]
    with qtbot.waitSignal(window.projects.imputed):
        window.projects.impute(view.project, "mean", 0, True)
        assert ready.wait(10)
        view.session.apply(moved(view.project, 1, 2, (12, 13)))
        go_on.set()
    assert table.points[1, 2].tolist() == [12, 13]
    assert table.origin_text(1, 2) == "corrected"
    assert table.origin_text(1, 3) == "imputed:mean"


def test_an_imputation_of_a_project_that_was_closed_goes_nowhere(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, held: tuple[threading.Event, threading.Event]
) -> None:
    ready, go_on = held
    window.projects.impute(view_of(window).project, "mean", 0, True)
    assert ready.wait(10)
    other = open_project(qtbot, window, make_project(tmp_path / "other.fkd", train=12, seed=3))
    with qtbot.waitSignal(window.projects.imputed):
        go_on.set()
    assert other.project.labels.undo_text is None


def test_the_demo_opens_on_a_wrong_mouth_with_a_hint(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fkd_core.demo import project as demo_project

    whole = demo_project.make_demo_project
    monkeypatch.setattr(
        demo_project, "make_demo_project", lambda folder, job: whole(folder, job, faces=60, test=6)
    )
    with qtbot.waitSignal(empty_window.projects.opened, timeout=20_000):
        qtbot.mouseClick(empty_window.start_page.demo, Qt.MouseButton.LeftButton)
    view = view_of(empty_window)
    table, keypoint = view.project.labels.table, view.session.keypoints[0]
    assert table.origin_text(view.session.face, keypoint) == "imputed:backfill"
    assert "This mouth was filled in" in view.label.hint.said
    view.session.apply(moved(view.project, view.session.face, keypoint, (40, 70)))
    assert "N for the next face" in view.label.hint.said
    empty_window.close_project()
    with qtbot.waitSignal(empty_window.projects.opened):
        empty_window.open_path(tmp_path / "demo.fkd")
    assert view_of(empty_window).label.hint.said == "", "the hint is for the first time only"
    assert len(view_of(empty_window).project.labels.done) == 2


def test_a_stop_during_the_demo_does_not_mark_the_next_project_as_the_demo(
    qtbot: QtBot, empty_window: MainWindow, project_folder: Path, tmp_path: Path
) -> None:
    with qtbot.waitSignal(empty_window.projects.stopped, timeout=20_000):
        empty_window.open_demo()
        empty_window.projects.cancel()
    assert not (tmp_path / "demo.fkd").exists()
    view = open_project(qtbot, empty_window, project_folder)
    assert view.label.hint.said == ""
