"""The program: quick and light at the start, words of its command line, and bugs said in the window."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fkd_core import __version__
from fkd_gui import app
from fkd_gui.main_window import MainWindow
from fkd_gui.paths import is_project, is_same, may_be_imported
from fkd_gui.settings import LAST_PROJECT, Settings
from tests.helpers.projects import make_project

_START = """
import sys, time
began = time.perf_counter()
from pathlib import Path
from fkd_gui.app import make_application
from fkd_gui.main_window import MainWindow
from fkd_gui.settings import Settings
application = make_application(["fkd-gui"])
window = MainWindow(Settings(Path(sys.argv[1])))
window.show()
application.processEvents()
seconds = time.perf_counter() - began
assert window.isVisible() and window.pages.currentWidget() is window.start_page
heavy = {"tensorflow", "keras", "pandas", "pyqtgraph"} & set(sys.modules)
print(seconds, *sorted(heavy))
window.close()
"""


def test_an_empty_window_is_there_at_once_and_imports_nothing_heavy(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _START, str(tmp_path / "window.ini")],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    seconds, *heavy = done.stdout.split()
    assert heavy == []
    assert float(seconds) < 10, "1.5 s on a machine that does nothing else"
    assert done.stderr == ""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot) -> Callable[..., MainWindow]:
    """Runs `main` until a condition holds, then closes its window; returns the window."""
    hook = sys.excepthook
    made: list[MainWindow] = []

    class Kept(MainWindow):
        def __init__(self, settings: Settings, *, demo: Path | None = None) -> None:
            super().__init__(settings, demo=demo)
            made.append(self)
            qtbot.addWidget(self)

    monkeypatch.setattr(app, "MainWindow", Kept)
    monkeypatch.setattr(app, "make_application", lambda _: QApplication.instance())

    def main(*words: str, until: Callable[[MainWindow], bool], timeout: int = 20_000) -> MainWindow:
        seen: list[bool] = []
        looks = QTimer(interval=10)
        late = QTimer(singleShot=True, interval=timeout)

        def look() -> None:
            if made and until(made[-1]):
                seen.append(True)
                looks.stop()
                # The last window that closes ends the loop; a second request would end the next test's.
                made[-1].close()

        looks.timeout.connect(look)
        late.timeout.connect(QApplication.exit)
        looks.start()
        late.start()
        try:
            assert app.main(["--settings", str(tmp_path / "mine.ini"), *words]) == 0
        finally:
            sys.excepthook = hook
            looks.stop()
            late.stop()
        assert seen, "what was waited for did not come"
        return made[-1]

    return main


def test_a_project_on_the_command_line_is_opened_and_remembered(
    run: Callable[..., MainWindow], project_folder: Path, tmp_path: Path
) -> None:
    run(str(project_folder), until=lambda window: window.view is not None)
    assert Settings(tmp_path / "mine.ini").get(LAST_PROJECT) == str(project_folder)


def test_the_last_project_is_opened_again(
    run: Callable[..., MainWindow], project_folder: Path, tmp_path: Path
) -> None:
    Settings(tmp_path / "mine.ini").opened(project_folder)
    titles: list[str] = []

    def opened(window: MainWindow) -> bool:
        titles.append(window.windowTitle())
        return window.view is not None

    run(until=opened)
    assert titles[-1] == "tiny – FKD"


def test_a_last_project_that_is_gone_is_not_missed(run: Callable[..., MainWindow], tmp_path: Path) -> None:
    (tmp_path / "was.fkd").mkdir()
    Settings(tmp_path / "mine.ini").opened(tmp_path / "was.fkd")
    looks: list[int] = []

    def settled(window: MainWindow) -> bool:
        looks.append(1)
        return len(looks) > 20 and not window.projects.busy

    window = run(until=settled)
    assert window.view is None
    assert window.notices.notice is None


def test_a_project_that_does_not_exist_is_explained(run: Callable[..., MainWindow], tmp_path: Path) -> None:
    window = run(str(tmp_path / "none.fkd"), until=lambda window: window.notices.notice is not None)
    assert window.notices.notice is not None
    assert window.notices.notice.title == "There is no such project."


def test_the_demo_opens_in_the_folder_that_is_named(run: Callable[..., MainWindow], tmp_path: Path) -> None:
    demo = make_project(tmp_path / "my-demo.fkd")
    titles: list[str] = []

    def opened(window: MainWindow) -> bool:
        titles.append(window.windowTitle())
        return window.view is not None

    run("--demo", "--demo-folder", str(demo), until=opened)
    assert titles[-1] == "my-demo – FKD"


def test_the_application_is_named(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "QApplication", lambda _: qapp)
    assert app.make_application(["fkd-gui"]) is qapp
    assert (qapp.applicationName(), qapp.applicationVersion()) == ("FKD", __version__)


def test_a_bug_is_said_in_the_window_and_on_stderr(
    empty_window: MainWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = partial(app._show_bug, empty_window)
    try:
        raise ZeroDivisionError("a bug in a slot")
    except ZeroDivisionError as error:
        hook(type(error), error, error.__traceback__)
    assert empty_window.notices.notice is not None
    assert "ZeroDivisionError: a bug in a slot" in empty_window.notices.notice.details
    assert "ZeroDivisionError: a bug in a slot" in capsys.readouterr().err


def test_ctrl_c_is_no_bug(empty_window: MainWindow, capsys: pytest.CaptureFixture[str]) -> None:
    app._show_bug(empty_window, KeyboardInterrupt, KeyboardInterrupt(), None)
    assert empty_window.notices.notice is None
    capsys.readouterr()


def test_paths(project_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "broken.fkd").mkdir()
    assert is_project(project_folder)
    assert not is_project(tmp_path / "photos")
    assert [may_be_imported(tmp_path / name) for name in ("photos", "a.zip", "A.CSV", "a.txt")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert not may_be_imported(project_folder)
    assert not may_be_imported(tmp_path / "broken.fkd"), "a damaged project is explained, not imported"
    assert is_same(project_folder, project_folder / ".." / project_folder.name)
    assert not is_same(project_folder, tmp_path / "nowhere")
