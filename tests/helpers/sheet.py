"""What tests do with the contact sheet again and again."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from fkd_gui.main_window import MainWindow
from fkd_gui.sheet import Order, SheetPanel
from tests.helpers.windows import focus, view_of

NOSE, BROW = 10, 6
FULL = [0, 3, 6, 9]
KEYS = Qt.Key
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


def open_sheet(qtbot: QtBot, window: MainWindow) -> SheetPanel:
    view = view_of(window)
    view.session.select((NOSE,))
    window.toggle_sheet()
    panel = view.label.sheet
    panel.choose_order(Order.ROW, descending=False)
    qtbot.waitUntil(lambda: all(panel.grid.pictures.get(int(face)) is not None for face in panel.model.faces))
    focus(qtbot, panel.grid)
    return panel


def points_of(window: MainWindow) -> np.ndarray:
    return view_of(window).project.labels.table.points


def spot(panel: SheetPanel, row: int, point: tuple[float, float]) -> QPoint:
    """Where a point of a face is on the sheet."""
    x, y = panel.grid.view_of(row).to_widget(np.array(point)).tolist()
    return QPoint(int(x), int(y))


def click(qtbot: QtBot, panel: SheetPanel, place: QPoint, modifier: Qt.KeyboardModifier = NONE) -> None:
    qtbot.mouseClick(panel.grid.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def press(qtbot: QtBot, panel: SheetPanel, *keys: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    for key in keys:
        qtbot.keyClick(panel.grid, key, modifier)


def caption(panel: SheetPanel, row: int) -> QPoint:
    box = panel.grid.picture_box(row)
    return QPoint(box.center().x(), box.bottom() + 8)


def picked(panel: SheetPanel) -> list[int]:
    return panel.grid.picked_faces().tolist()
