"""How a face is looked at: ghosts, light, grid, turned. Labels and pixels never change by it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from fkd_core.labels.symmetry import laid_over, mean_shape
from fkd_gui.canvas import FaceCanvas
from fkd_gui.session import Session
from tests.helpers.windows import moved, place_of

LEFT = Qt.MouseButton.LeftButton
NOSE = 10
LOOKS = (
    {"grid": True},
    {"mean": True},
    {"previous": True},
    {"equalise": True},
    {"brightness": 30},
    {"gamma": 180},
)


@pytest.fixture
def canvas(canvas: FaceCanvas) -> FaceCanvas:
    """One that came from another face."""
    canvas.session.go_to(3)
    canvas.session.go_to(0)
    return canvas


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_look_is_seen_and_taken_back_without_a_trace(canvas: FaceCanvas, look: dict[str, int]) -> None:
    project = canvas.session.project
    image, points = np.array(project.image(0)), project.labels.table.points.copy()
    plain, options = canvas.grab().toImage(), canvas.options
    canvas.set_options(**look)
    assert canvas.grab().toImage() != plain
    canvas.set_options(**{name: getattr(options, name) for name in look})
    assert canvas.grab().toImage() == plain
    np.testing.assert_array_equal(project.image(0), image)
    np.testing.assert_array_equal(project.labels.table.points, points)
    assert not project.labels.done


def test_ghosts_lie_where_they_belong(session: Session, canvas: FaceCanvas) -> None:
    canvas.set_options(mean=True, previous=True, original=True)
    session.apply(moved(session.project, 0, NOSE, (20, 20)))
    table, ghosts = session.project.labels.table, canvas.scene().ghosts
    np.testing.assert_allclose(ghosts["previous"], canvas.view.to_widget(table.points[3]))
    mean = laid_over(mean_shape(table.original[:12]), table.points[0])
    np.testing.assert_allclose(ghosts["mean"], canvas.view.to_widget(mean))
    left = np.flatnonzero(np.isfinite(ghosts["original"]).all(axis=1))
    assert left.tolist() == [NOSE], "only what was moved left a ghost"
    assert ghosts["original"][NOSE] == pytest.approx(canvas.view.to_widget(table.original[0, NOSE]))


def test_ghosts_are_hidden_with_the_markers(canvas: FaceCanvas) -> None:
    canvas.set_options(legend=False)
    canvas.hide_markers(True)
    bare = canvas.grab().toImage()
    canvas.set_options(mean=True, previous=True)
    assert canvas.grab().toImage() == bare


def test_the_first_face_has_no_face_before_it(qtbot: QtBot, session: Session) -> None:
    canvas = FaceCanvas(session)
    qtbot.addWidget(canvas)
    canvas.set_options(previous=True)
    assert canvas.scene().ghosts == {}


def test_light_is_kept_from_face_to_face_and_told(canvas: FaceCanvas) -> None:
    canvas.set_options(brightness=-100)
    canvas.hide_markers(True)
    canvas.session.go_to(5)
    x, y = canvas.view.to_widget(np.array([48, 48])).tolist()
    assert canvas.grab().toImage().pixelColor(round(x), round(y)).red() == 0
    assert canvas.scene().options.tone.told() == "brightness -100 %"


def test_the_grid_marks_the_edges_of_pixels(canvas: FaceCanvas) -> None:
    canvas.hide_markers(True)
    plain = canvas.grab().toImage()
    canvas.set_options(grid=True)
    shown, view = canvas.grab().toImage(), canvas.view
    assert view.scale >= 6
    row = round(view.top + 40.5 * view.scale)
    changed = {
        (x - round(view.left)) % round(view.scale)
        for x in range(round(view.left) + 2, round(view.left + 90 * view.scale))
        if shown.pixelColor(x, row) != plain.pixelColor(x, row)
    }
    assert changed <= {0, 1, round(view.scale) - 1}
    assert changed


def test_a_turned_face_is_dragged_and_nudged_along_the_screen(
    qtbot: QtBot, session: Session, canvas: FaceCanvas
) -> None:
    canvas.rotate(90)
    table = session.project.labels.table
    x, y = table.points[0, NOSE].tolist()
    start = place_of(canvas, table.points[0, NOSE])
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, start + QPoint(12, 0))
    qtbot.mouseMove(canvas, start + QPoint(24, 0))
    qtbot.mouseRelease(canvas, LEFT, pos=start + QPoint(24, 0))
    assert table.points[0, NOSE].tolist() == pytest.approx([x, y - 24 / canvas.view.scale], abs=1e-3)
    assert place_of(canvas, table.points[0, NOSE]) == start + QPoint(24, 0)
    y = float(table.points[0, NOSE, 1])
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert table.points[0, NOSE].tolist() == pytest.approx([x, y - 1], abs=1e-4)


def test_turning_keeps_the_middle_and_upright_takes_it_back(canvas: FaceCanvas) -> None:
    whole = canvas.view
    canvas.rotate(15)
    canvas.rotate(15)
    assert canvas.view.angle == 30
    assert canvas.view.scale < whole.scale, "the corners need room"
    canvas.set_angle(0)
    assert canvas.view == whole
    canvas.zoom(3, QPointF(300, 300))
    middle = canvas.view.to_frame(400, 400)
    canvas.rotate(-45)
    assert canvas.view.to_frame(400, 400) == pytest.approx(middle)
    canvas.rotate(360)
    assert canvas.view.angle == -45


def test_the_loupe_turns_with_the_face(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    canvas.rotate(90)
    start = place_of(canvas, session.project.labels.table.points[0, NOSE])
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, start + QPoint(5, 0))
    qtbot.mouseMove(canvas, start + QPoint(10, 0))
    moving, image = canvas.scene(), canvas.grab().toImage()
    x, y = moving.points[NOSE].tolist()
    size, scale = 152.0, max(2 * canvas.view.scale, 12.0)
    left = 12 if moving.places[NOSE][0] > 400 else 800 - size - 12
    # A pixel that lies up on the turned screen lies to the left on the face.
    column, row = round(x) - 2, round(y)
    offset = canvas.view.to_widget(np.array([column, row])) - moving.places[NOSE]
    place = np.array([left + size / 2, 12 + size / 2]) + offset * scale / canvas.view.scale
    seen = image.pixelColor(*(int(value) for value in place)).red()
    assert seen == session.project.image(0)[row, column]
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    qtbot.mouseRelease(canvas, LEFT, pos=start)
