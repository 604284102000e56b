"""What tests do with the main window again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fkd_core.labels.edits import move
from fkd_core.labels.values import Edit
from fkd_core.project import Project
from fkd_gui.main_window import MainWindow
from fkd_gui.project_view import ProjectView


def view_of(window: MainWindow) -> ProjectView:
    """The open project's view."""
    assert window.view is not None
    return window.view


def open_project(qtbot: QtBot, window: MainWindow, folder: Path) -> ProjectView:
    """Open a project and wait until its runs are read too."""
    with qtbot.waitSignal(window.projects.opened):
        window.open_path(folder)
    view = view_of(window)
    with qtbot.waitSignal(view.desk.runs):
        view.desk.read_runs()
    return view


def focus(qtbot: QtBot, widget: QWidget) -> None:
    """Give a widget the keyboard, and wait until it has it."""
    widget.window().activateWindow()
    widget.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is widget)


def place_of(canvas: Any, point: Any) -> QPoint:
    """Where a point of the face is on the canvas."""
    x, y = canvas.view.to_widget(np.asarray(point, np.float32)[None])[0].tolist()
    return QPointF(x, y).toPoint()


def moved(project: Project, face: int, keypoint: int, to: tuple[float, float]) -> Edit:
    """The edit that puts one keypoint somewhere."""
    return move(project.labels.table, project.schema, face, [keypoint], np.array([to]))


def is_free(folder: Path) -> bool:
    """Whether the project can be opened for writing, which also closes it again."""
    with Project(folder, write=True, fall_back=True) as project:
        return project.read_only is None
