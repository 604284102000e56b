"""Markers differ in shape, can be seen on any skin, and leave their pixel open."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from fkd_gui.canvas import markers
from fkd_gui.theme import LIGHT

SIZE = 41
pytestmark = pytest.mark.usefixtures("qapp")


def drawn(kind: str, ground: int, *, hollow: bool = False, colour: str | None = None) -> NDArray[np.float64]:
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    image.fill(QColor(ground, ground, ground))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(SIZE / 2, SIZE / 2)
        ghostly = LIGHT.ghost(kind) if kind in markers.GHOSTS else None
        markers.draw(painter, middle, kind, 9, LIGHT, hollow=hollow, colour=colour or ghostly)
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIZE, SIZE, 4)[:, :, :3].astype(float)


@pytest.mark.parametrize("kind", [*markers.KINDS, *markers.GHOSTS])
@pytest.mark.parametrize("ground", [0, 60, 128, 200, 255])
def test_a_marker_stands_out_from_any_grey(kind: str, ground: int) -> None:
    grey = drawn(kind, ground).mean(axis=2)
    assert np.abs(grey - ground).max() >= 100


@pytest.mark.parametrize("kind", [*markers.KINDS, *markers.GHOSTS])
def test_the_pixel_under_a_hollow_marker_is_seen(kind: str) -> None:
    middle = SIZE // 2
    assert drawn(kind, 77, hollow=True)[middle, middle].tolist() == [77, 77, 77]


def test_shapes_differ_without_colour() -> None:
    shapes = {kind: drawn(kind, 128, colour="#ff0000") for kind in (*markers.KINDS, *markers.GHOSTS)}
    for one, other in combinations(shapes, 2):
        assert (np.abs(shapes[one] - shapes[other]).max(axis=2) > 60).sum() > 20, (one, other)


def ticked(ground: int) -> NDArray[np.float64]:
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    image.fill(QColor(ground, ground, ground))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        markers.draw_tick(painter, QPointF(SIZE / 2, SIZE / 2), 14, LIGHT)
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIZE, SIZE, 4)[:, :, :3].astype(float)


@pytest.mark.parametrize("ground", [0, 60, 128, 200, 255])
def test_the_tick_of_what_was_reviewed_stands_out_from_any_grey(ground: int) -> None:
    assert np.abs(ticked(ground).mean(axis=2) - ground).max() >= 100


def test_the_tick_is_no_marker() -> None:
    tick = ticked(128)
    for kind in markers.KINDS:
        marker = drawn(kind, 128, colour=LIGHT.reviewed)
        assert (np.abs(tick - marker).max(axis=2) > 60).sum() > 20, kind
