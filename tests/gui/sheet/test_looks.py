"""How the contact sheet is seen, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from fkd_gui import settings as rows_of_settings
from fkd_gui.browser import CellSize
from fkd_gui.main_window import MainWindow
from fkd_gui.sheet import Order, SheetPanel
from fkd_gui.sheet.crops import CROPS, CropSize, enlarged
from fkd_gui.theme import current
from tests.helpers.projects import make_project
from tests.helpers.sheet import (
    NOSE,
    open_sheet,
    points_of,
)
from tests.helpers.windows import moved, open_project, view_of


def painted(panel: SheetPanel, row: int) -> QImage:
    return panel.grid.viewport().grab(panel.grid.picture_box(row)).toImage()


@pytest.mark.parametrize("pixels", CROPS)
def test_a_crop_shows_the_very_pixels(window: MainWindow, sheet: SheetPanel, pixels: int) -> None:
    sheet.set_pixels(pixels)
    image, box = painted(sheet, 3), sheet.grid.picture_box(3)
    face, view = view_of(window).project.image(3), sheet.grid.view_of(3)
    wrong = 0
    for x in range(0, 30, 3):
        for y in range(60, 108, 4):
            i, j = view.to_frame(box.left() + x + 0.5, box.top() + y + 0.5)
            wrong += image.pixelColor(x, y).red() != face[round(j), round(i)]
    assert wrong == 0


def test_the_marker_has_the_colour_of_its_origin(window: MainWindow, sheet: SheetPanel) -> None:
    view = view_of(window)
    view.session.apply(moved(view.project, 3, NOSE, (48, 48)))

    def has(row: int, colour: str) -> bool:
        image = painted(sheet, row)
        middle = range(image.width() // 2 - 8, image.width() // 2 + 8)
        return any(image.pixelColor(x, y).name() == colour.lower() for x in middle for y in middle)

    assert has(3, current().corrected)
    assert not has(3, current().human)
    assert has(1, current().human)
    assert not has(1, current().corrected)


def test_crops_are_of_whole_pixels_of_the_screen_around_the_point() -> None:
    for size in CellSize:
        for pixels in CROPS:
            for ratio in (1.0, 1.25, 1.5, 2.0, 3.0):
                crop = CropSize(size, pixels)
                view = crop.views(np.array([[44.37, 57.1]]), np.array([[13, 8]]), ratio)[0]
                on_screen = view.scale * ratio
                assert on_screen == pytest.approx(round(on_screen)) or on_screen < 2
                assert crop.picture / view.scale >= pixels - 1e-9
                x, y = view.to_widget(np.array([44.37, 57.1])).tolist()
                assert abs(x - 13 - crop.picture / 2) <= 0.5 / ratio + 1e-9
                assert abs(y - 8 - crop.picture / 2) <= 0.5 / ratio + 1e-9


def test_what_lies_beyond_the_face_is_plain() -> None:
    face = np.arange(96 * 96).reshape(96, 96).astype(np.uint8)
    crop = CropSize(CellSize.MEDIUM, 24)
    for ratio in (1.0, 2.0):
        view = crop.views(np.array([[2.0, 95.0]]), np.array([[13, 8]]), ratio)[0]
        shown = enlarged(face, view, (13, 8), crop.picture, ratio, 77)
        step = round(view.scale * ratio)
        edge = round((view.left - 13) * ratio), round((view.top - 8) * ratio) + 96 * step
        assert 0 < edge[0] < edge[1] < len(shown)
        assert (shown[:, : edge[0]] == 77).all()
        assert (shown[edge[1] :] == 77).all()
        inside = shown[: edge[1], edge[0] :]
        np.testing.assert_array_equal(inside[-1, ::step][:10], face[95, :10])
        np.testing.assert_array_equal(inside[::-1][::step, 0][:10], face[95:85:-1, 0])


def test_every_cell_and_control_is_named(window: MainWindow, sheet: SheetPanel) -> None:
    view = view_of(window)
    index = sheet.model.index(2)
    x, y = points_of(window)[2, NOSE]
    text = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == f"train 2, nose tip at x {x:.1f}, y {y:.1f}, human"
    view.session.select((NOSE,))
    sheet.do("accept")
    assert sheet.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("human, reviewed")
    head = sheet.head
    for widget in (head.keypoints, head.orders, head.turn, head.crops, head.again, head.accept, head.every):
        assert widget.accessibleName(), widget
    assert sheet.grid.accessibleName() == "Contact sheet"


def test_pictures_are_read_off_the_windows_thread_and_only_near_what_is_seen(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    window = make_window()
    open_project(qtbot, window, make_project(tmp_path / "many.fkd", train=600))
    view_of(window).session.select((NOSE,))
    window.toggle_sheet()
    panel = view_of(window).label.sheet
    panel.choose_order(Order.ROW, descending=False)
    pictures = panel.grid.pictures
    qtbot.waitUntil(lambda: pictures.get(0) is not None)
    np.testing.assert_array_equal(pictures.get(0), view_of(window).project.image(0))
    assert pictures.get(599) is None
    panel.grid.verticalScrollBar().setValue(panel.grid.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: pictures.get(599) is not None)
    assert pictures.get(300) is None


def test_it_follows_the_light_of_the_canvas(qtbot: QtBot, window: MainWindow, sheet: SheetPanel) -> None:
    plain = sheet.grid.pictures.get(0).copy()
    window.look("brightness", 3)
    qtbot.waitUntil(lambda: sheet.grid.pictures.get(0) is not None)
    assert sheet.grid.pictures.get(0).mean() > plain.mean() + 30


def test_it_is_remembered(qtbot: QtBot, make_window: Callable[[], MainWindow], project_folder: Path) -> None:
    first = make_window()
    open_project(qtbot, first, project_folder)
    panel = open_sheet(qtbot, first)
    panel.choose_order(Order.ACROSS, descending=False)
    panel.set_pixels(48)
    first.close()
    second = make_window()
    view = open_project(qtbot, second, project_folder)
    assert view.label.sheet.isVisible()
    assert second.actions_by_id["sheet"].isChecked()
    assert view.label.sheet.order is Order.ACROSS
    assert view.label.sheet.grid.crop.pixels == 48
    assert view.session.face == 0, "the face that was current stays so"


def test_settings_know_every_order_and_crop() -> None:
    assert set(rows_of_settings.SHEET_ORDER.choices) == {"", *(order.value for order in Order)}
    assert rows_of_settings.SHEET_CROP.choices == CROPS
