"""Projects that cannot be opened, imports, and what is left of those that fail or are stopped."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from fkd_core import importing
from fkd_core.errors import Cancelled
from fkd_core.jobs import Job
from fkd_gui import project_view
from fkd_gui.main_window import MainWindow
from tests.helpers.projects import make_project
from tests.helpers.windows import is_free, open_project, view_of

Make = Callable[[], MainWindow]


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
        patch.setattr(project_view, "LabelPlace", broken)
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

    monkeypatch.setattr(importing, "import_kaggle", wait)
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
