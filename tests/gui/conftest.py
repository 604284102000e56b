"""The window's tests run without a screen, and remember nothing outside their own folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fkd_core.demo.dataset import make_demo
from fkd_core.demo.download import write_download
from fkd_core.project import Project
from fkd_gui.main_window import MainWindow
from fkd_gui.session import Session
from fkd_gui.settings import Settings
from fkd_gui.training_desk import TrainingDesk
from tests.helpers.projects import make_project
from tests.helpers.windows import open_project

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings in a file of this test."""
    return Settings(tmp_path / "window.ini")


@pytest.fixture
def project_folder(tmp_path: Path) -> Path:
    """A project of 12 training faces, every third with all keypoints, and 4 test faces."""
    return make_project(tmp_path / "tiny.fkd")


@pytest.fixture
def project(project_folder: Path) -> Iterator[Project]:
    """That project, open for writing."""
    with Project(project_folder, write=True) as opened:
        yield opened


@pytest.fixture
def session(project: Project, qapp: object) -> Iterator[Session]:  # noqa: ARG001 - signals need the application
    """A session on that project."""
    made = Session(project)
    yield made
    made.close()


@pytest.fixture
def make_window(
    qtbot: QtBot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], MainWindow]]:
    """Makes shown, empty windows that are closed when the test ends. Looking at Train starts no engine."""
    monkeypatch.setattr(TrainingDesk, "ask_devices", lambda _: None)
    made: list[MainWindow] = []

    def make() -> MainWindow:
        window = MainWindow(settings, demo=tmp_path / "demo.fkd")
        qtbot.addWidget(window)
        made.append(window)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        return window

    yield make
    for window in made:
        window.close()


@pytest.fixture
def empty_window(make_window: Callable[[], MainWindow]) -> MainWindow:
    """A window without a project."""
    return make_window()


@pytest.fixture
def window(qtbot: QtBot, empty_window: MainWindow, project_folder: Path) -> MainWindow:
    """A window on the project of `project_folder`."""
    open_project(qtbot, empty_window, project_folder)
    return empty_window


@pytest.fixture(scope="session")
def download(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A competition's download of 12 training and 3 test faces."""
    path = tmp_path_factory.mktemp("download") / "faces.zip"
    write_download(path, make_demo(15, 3, 0))
    return path
