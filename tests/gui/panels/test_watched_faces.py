from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from fkd_gui.panels.watched_faces import LARGEST, SMALLEST, FaceStrip, SeenFaces
from fkd_gui.theme import current

ROWS = [3, 14, 159]


@pytest.fixture
def strip(qtbot: QtBot) -> FaceStrip:
    made = FaceStrip()
    qtbot.addWidget(made)
    made.resize(700, 180)
    made.show()
    qtbot.waitExposed(made)
    return made


def seen(epoch: int = 4, at: float = 20.0) -> SeenFaces:
    return SeenFaces.of(epoch, ROWS, [[[at, at], [60.0, 40.0]]] * 3)


def shown(strip: FaceStrip, place: int) -> QImage:
    box: QRect = strip.view.visualRect(strip.view.faces.index(place))
    return strip.view.viewport().grab(box).toImage()


def pixels_of(image: QImage, colour: str) -> int:
    """How many pixels are about of a colour."""
    wanted = QColor(colour)
    count = 0
    for y in range(image.height()):
        for x in range(image.width()):
            found = image.pixelColor(x, y)
            off = (found.red() - wanted.red(), found.green() - wanted.green(), found.blue() - wanted.blue())
            count += sum(abs(part) for part in off) < 60
    return count


def test_faces_tell_their_row_their_error_and_the_epoch(strip: FaceStrip) -> None:
    strip.show_seen(seen())
    assert strip.told.whole == "Validation faces after epoch 4"
    faces = strip.view.faces
    assert [faces.index(i).data() for i in range(3)] == ["3", "14", "159"]
    labels = np.full((3, 2, 2), np.nan, np.float32)
    labels[0, 0] = (23, 24)
    strip.set_labels(ROWS, labels)
    assert faces.error(0) == pytest.approx(np.sqrt((9 + 16) / 2))
    assert faces.error(1) is None
    assert faces.index(0).data() == "3 · 3.54\N{NO-BREAK SPACE}px"


def test_pictures_and_both_markers_are_drawn(strip: FaceStrip) -> None:
    strip.show_seen(seen())
    waiting = shown(strip, 0)
    strip.set_images(ROWS, np.full((3, 96, 96), 200, np.uint8))
    predicted = shown(strip, 0)
    assert waiting != predicted
    assert pixels_of(predicted, current().predicted) > 0
    assert pixels_of(predicted, current().human) == 0
    strip.set_labels(ROWS, np.full((3, 2, 2), 70.0, np.float32))
    assert pixels_of(shown(strip, 0), current().human) > 0


def test_a_new_epoch_moves_the_predictions_of_the_same_faces(strip: FaceStrip) -> None:
    strip.show_seen(seen())
    strip.set_images(ROWS, np.full((3, 96, 96), 120, np.uint8))
    strip.view.setCurrentIndex(strip.view.faces.index(1))
    before = shown(strip, 0)
    strip.show_seen(seen(5, at=50.0))
    assert shown(strip, 0) != before
    assert strip.view.currentIndex().row() == 1
    assert strip.told.whole == "Validation faces after epoch 5"


def test_a_click_and_the_keyboard_choose_a_face(strip: FaceStrip, qtbot: QtBot) -> None:
    strip.show_seen(seen())
    with qtbot.waitSignal(strip.face_chosen) as chosen:
        at: QPoint = strip.view.visualRect(strip.view.faces.index(1)).center()
        qtbot.mouseClick(strip.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args == [14]
    qtbot.keyClick(strip.view, Qt.Key.Key_Right)
    with qtbot.waitSignal(strip.face_chosen) as chosen:
        qtbot.keyClick(strip.view, Qt.Key.Key_Return)
    assert chosen.args == [159]


@pytest.mark.parametrize(("width", "side"), [(500, SMALLEST), (900, 104), (3000, LARGEST)])
def test_faces_are_as_large_as_the_width_allows(
    strip: FaceStrip, qtbot: QtBot, width: int, side: int
) -> None:
    strip.resize(width, 200)
    strip.show_seen(SeenFaces.of(1, range(8), np.zeros((8, 2, 2))))
    qtbot.waitUntil(lambda: strip.view.pictures.side == side)
    assert strip.view.visualRect(strip.view.faces.index(0)).height() <= strip.view.height()
