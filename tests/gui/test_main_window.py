"""The main window: opening, importing, closing, remembering, and staying usable when things go wrong."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from fkd_core import importing
from fkd_core.demo.dataset import make_demo
from fkd_core.demo.download import write_download
from fkd_core.errors import Cancelled
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_gui import project_desk, project_view
from fkd_gui.main_window import MainWindow
from fkd_gui.settings import LAST_PROJECT, PLACE, RECENT, THEME, Settings
from fkd_gui.theme import apply_theme, current
from tests.helpers.projects import make_project
from tests.helpers.windows import focus, moved, open_project, view_of

Make = Callable[[], MainWindow]


@pytest.fixture(scope="module")
def download(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A competition's download of 12 training and 3 test faces."""
    path = tmp_path_factory.mktemp("download") / "faces.zip"
    write_download(path, make_demo(15, 3, 0))
    return path


def is_free(folder: Path) -> bool:
    """Whether the project can be opened for writing, which also closes it again."""
    with Project(folder, write=True, fall_back=True) as project:
        return project.read_only is None


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


def missing(_: Path) -> str:
    return "There is no such project."


def newer(folder: Path) -> str:
    manifest = json.loads((folder / "project.json").read_text())
    (folder / "project.json").write_text(json.dumps(manifest | {"version": 99}))
    return "A newer FKD made this project."


def damaged_manifest(folder: Path) -> str:
    (folder / "project.json").write_text("{")
    return "The project's manifest is damaged."


def damaged_labels(folder: Path) -> str:
    (folder / "labels.sqlite").write_bytes(b"no database at all" * 100)
    return "The labels are damaged."


def lost_faces(folder: Path) -> str:
    (folder / "faces" / "train_ids.npy").write_bytes(b"")
    return ""


@pytest.mark.parametrize("spoil", [missing, newer, damaged_manifest, damaged_labels, lost_faces])
def test_a_project_that_cannot_be_opened_is_explained(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, spoil: Callable[[Path], str]
) -> None:
    bad = tmp_path / "bad.fkd"
    if spoil is not missing:
        make_project(bad)
    title = spoil(bad)
    before = window.view
    with qtbot.waitSignal(window.projects.failed):
        window.open_path(bad)
    notice = window.notices.notice
    assert notice is not None
    assert notice.title == title or (not title and "inside the program" not in notice.title)
    assert "bad.fkd" in notice.text
    assert window.view is before, "the project that was open stays open"
    assert not window.strip.isVisible()
    QGuiApplication.clipboard().clear()
    qtbot.mouseClick(window.notices.copy, Qt.MouseButton.LeftButton)
    assert "bad.fkd" in QGuiApplication.clipboard().text()
    if bad.exists() and spoil is not damaged_labels:
        shutil.rmtree(bad)  # nothing holds it
    open_project(qtbot, window, make_project(tmp_path / "good.fkd", train=3))
    assert window.windowTitle() == "good – FKD"


def test_a_bug_while_a_project_opens_leaves_a_usable_window(
    qtbot: QtBot, empty_window: MainWindow, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(project_view, "SubmitPlace", broken)
        with qtbot.waitSignal(empty_window.projects.opened):
            empty_window.open_path(project_folder)
        assert empty_window.view is None
        assert empty_window.pages.currentWidget() is empty_window.start_page
        assert empty_window.notices.notice is not None
        assert "ZeroDivisionError: a bug" in empty_window.notices.notice.details
        assert is_free(project_folder)
    with monkeypatch.context() as patch:
        patch.setattr(MainWindow, "_welcome", broken)
        with qtbot.waitSignal(empty_window.projects.opened):
            empty_window.open_path(project_folder)
        assert empty_window.view is None
        assert is_free(project_folder)
    open_project(qtbot, empty_window, project_folder)
    assert view_of(empty_window).project.read_only is None


def test_a_download_is_imported_and_opened(
    qtbot: QtBot, empty_window: MainWindow, download: Path, tmp_path: Path
) -> None:
    with qtbot.waitSignal(empty_window.projects.opened):
        empty_window.projects.make(download, tmp_path / "new.fkd")
        assert empty_window.strip.isVisible()
        assert empty_window.strip.text.startswith("Importing faces.zip")
    assert empty_window.windowTitle() == "new – FKD"
    project = view_of(empty_window).project
    assert project.manifest.splits == {"train": 12, "test": 3}
    assert project.lookup is not None
    assert not empty_window.strip.isVisible()


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in ("window.ini", "source"))


@pytest.mark.parametrize("kind", ["missing", "empty", "truncated", "no faces"])
def test_an_import_that_fails_leaves_nothing(
    qtbot: QtBot, empty_window: MainWindow, download: Path, tmp_path: Path, kind: str
) -> None:
    source = tmp_path / "source" / "faces.zip"
    source.parent.mkdir()
    whole = download.read_bytes()
    if kind != "missing":
        source.write_bytes(
            {"empty": b"", "truncated": whole[: len(whole) // 2], "no faces": b"a,b\n1,2\n"}[kind]
        )
    with qtbot.waitSignal(empty_window.projects.failed):
        empty_window.projects.make(source, tmp_path / "new.fkd")
    assert leftovers(tmp_path) == []
    assert empty_window.notices.notice is not None
    assert "inside the program" not in empty_window.notices.notice.title
    assert not empty_window.projects.busy


@pytest.fixture
def slow_import(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """An import that waits in its temporary folder until it is cancelled; the event says that it waits."""
    waiting, never = threading.Event(), threading.Event()

    def wait(_source: Path, folder: Path, job: Job) -> None:
        with importing.new_project(folder) as partial:
            (partial / "faces" / "half").write_bytes(b"x")
            waiting.set()
            while not job.cancelled:
                never.wait(0.01)
            raise Cancelled

    monkeypatch.setattr(project_desk, "import_kaggle", wait)
    yield waiting
    never.set()


def test_an_import_can_be_stopped(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, slow_import: threading.Event
) -> None:
    empty_window.projects.make(tmp_path, tmp_path / "new.fkd")
    assert slow_import.wait(5)
    with qtbot.waitSignal(empty_window.projects.stopped):
        qtbot.mouseClick(empty_window.strip.stop, Qt.MouseButton.LeftButton)
    assert leftovers(tmp_path) == []
    assert not empty_window.strip.isVisible()


def test_quitting_during_an_import_leaves_nothing(
    empty_window: MainWindow, tmp_path: Path, slow_import: threading.Event
) -> None:
    empty_window.projects.make(tmp_path, tmp_path / "new.fkd")
    assert slow_import.wait(5)
    assert empty_window.close()
    assert leftovers(tmp_path) == []


def test_a_project_that_opens_while_one_quits_is_closed_again(
    empty_window: MainWindow, project_folder: Path
) -> None:
    empty_window.open_path(project_folder)
    empty_window.close()
    assert empty_window.view is None
    assert empty_window.notices.notice is None
    assert is_free(project_folder)


def test_a_project_cannot_be_opened_while_another_is_made_and_it_says_so(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, slow_import: threading.Event
) -> None:
    other = make_project(tmp_path / "other.fkd", train=3)
    window.projects.make(tmp_path, tmp_path / "new.fkd")
    assert slow_import.wait(5)
    for attempt in (lambda: window.open_path(other), window.open_demo, lambda: window.open_path(tmp_path)):
        window.notices.clear()
        attempt()
        assert window.notices.notice is not None
        assert window.notices.notice.title == "Another project is being opened or made."
    assert window.windowTitle() == "tiny – FKD"
    with qtbot.waitSignal(window.projects.stopped):
        window.projects.cancel()


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
    work_out = project_desk.imputation_edit

    def slow(*arguments: Any, **options: Any) -> Any:
        edit = work_out(*arguments, **options)
        ready.set()
        assert go_on.wait(10)
        return edit

    monkeypatch.setattr(project_desk, "imputation_edit", slow)
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
    assert "This mouth was filled in" in view.label.hint_text
    view.session.apply(moved(view.project, view.session.face, keypoint, (40, 70)))
    assert "N for the next face" in view.label.hint_text
    empty_window.close_project()
    with qtbot.waitSignal(empty_window.projects.opened):
        empty_window.open_path(tmp_path / "demo.fkd")
    assert view_of(empty_window).label.hint_text == "", "the hint is for the first time only"
    assert len(view_of(empty_window).project.labels.done) == 2


def test_a_stop_during_the_demo_does_not_mark_the_next_project_as_the_demo(
    qtbot: QtBot, empty_window: MainWindow, project_folder: Path, tmp_path: Path
) -> None:
    with qtbot.waitSignal(empty_window.projects.stopped, timeout=20_000):
        empty_window.open_demo()
        empty_window.projects.cancel()
    assert not (tmp_path / "demo.fkd").exists()
    view = open_project(qtbot, empty_window, project_folder)
    assert view.label.hint_text == ""
