"""The canvas turns real mouse and key events into edits."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fkd_core.labels.values import State
from fkd_gui.canvas import FaceCanvas
from fkd_gui.session import Session

LEFT = Qt.MouseButton.LeftButton
NOSE, MISSING = 10, 2


def place(canvas: FaceCanvas, keypoint: int) -> QPoint:
    x, y = canvas.view.to_widget(canvas.session.project.labels.table.points[canvas.session.face, keypoint])
    return QPoint(round(x), round(y))


def point(session: Session, keypoint: int = NOSE) -> list[float]:
    return [float(value) for value in session.project.labels.table.points[session.face, keypoint]]


def drag(qtbot: QtBot, canvas: FaceCanvas, start: QPoint, end: QPoint, *, release: bool = True) -> None:
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, start + (end - start) / 2)
    qtbot.mouseMove(canvas, end)
    if release:
        qtbot.mouseRelease(canvas, LEFT, pos=end)


def test_a_drag_is_one_corrected_edit(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    x, y = point(session)
    start = place(canvas, NOSE)
    with qtbot.waitSignal(session.saved) as saved:
        drag(qtbot, canvas, start, start + QPoint(40, 24))
    assert saved.args[0].startswith("move nose tip")
    assert len(session.project.labels.done) == 1
    scale = canvas.view.scale
    assert point(session) == pytest.approx([x + 40 / scale, y + 24 / scale], abs=1e-4)
    assert session.project.labels.table.origin_text(0, NOSE) == "corrected"
    assert session.project.labels.table.reviewed[0, NOSE]


def test_a_drag_is_shown_before_it_is_made(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    before = point(session)
    start = place(canvas, NOSE)
    drag(qtbot, canvas, start, start + QPoint(40, 0), release=False)
    assert point(session) == before
    shown = canvas.scene()
    assert shown.moving == (NOSE,)
    assert float(shown.points[NOSE, 0]) == pytest.approx(before[0] + 40 / canvas.view.scale)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    qtbot.mouseRelease(canvas, LEFT, pos=start + QPoint(40, 0))
    assert canvas.moving is None
    assert point(session) == before
    assert not session.project.labels.done


def test_a_click_selects_and_moves_nothing(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    start = place(canvas, NOSE)
    drag(qtbot, canvas, start, start + QPoint(1, 1))
    assert session.keypoints == (NOSE,)
    qtbot.mouseClick(canvas, LEFT, Qt.KeyboardModifier.ShiftModifier, place(canvas, 0))
    assert session.keypoints == (NOSE, 0)
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(3, 3))
    assert session.keypoints == ()
    assert not session.project.labels.done


def test_selected_points_are_dragged_together(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    session.select((0, 1))
    before = [point(session, 0), point(session, 1)]
    start = place(canvas, 0)
    drag(qtbot, canvas, start, start + QPoint(0, 16))
    step = 16 / canvas.view.scale
    for k in (0, 1):
        assert point(session, k) == pytest.approx([before[k][0], before[k][1] + step], abs=1e-4)
    assert len(session.project.labels.done) == 1


def test_a_drag_stays_in_the_frame_and_says_so(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    start = place(canvas, NOSE)
    with qtbot.waitSignal(canvas.noted) as noted:
        drag(qtbot, canvas, start, QPoint(799, start.y()))
    assert "0 to 96" in noted.args[0]
    assert point(session)[0] == 96


@pytest.mark.parametrize(
    ("key", "modifier", "step"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, (1, 0)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, (0, -5)),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier, (-0.1, 0)),
    ],
)
def test_arrows_nudge(
    qtbot: QtBot,
    session: Session,
    canvas: FaceCanvas,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    step: tuple[float, float],
) -> None:
    session.select((NOSE,))
    x, y = point(session)
    qtbot.keyClick(canvas, key, modifier)
    assert point(session) == pytest.approx([x + step[0], y + step[1]], abs=1e-4)
    assert len(session.project.labels.done) == 1


def test_a_key_that_is_held_is_one_edit(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    session.select((NOSE,))
    x, y = point(session)
    qtbot.keyPress(canvas, Qt.Key.Key_Right)
    for _ in range(4):
        send_key(canvas, QEvent.Type.KeyRelease, repeat=True)
        send_key(canvas, QEvent.Type.KeyPress, repeat=True)
    assert not session.project.labels.done
    qtbot.keyRelease(canvas, Qt.Key.Key_Right)
    assert point(session) == pytest.approx([x + 5, y])
    assert len(session.project.labels.done) == 1


def send_key(canvas: FaceCanvas, kind: QEvent.Type, *, repeat: bool = False) -> bool:
    event = QKeyEvent(kind, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 0, 0, 0, "", repeat)
    event.ignore()
    QApplication.sendEvent(canvas, event)
    return event.isAccepted()


def test_a_held_nudge_is_not_lost_with_the_face(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    session.select((NOSE,))
    x, _ = point(session)
    qtbot.keyPress(canvas, Qt.Key.Key_Right)
    session.go_to(3)
    assert session.project.labels.table.points[0, NOSE, 0] == pytest.approx(x + 1)
    assert session.project.labels.done[0].what == "move nose tip"


def test_arrows_belong_to_others_while_nothing_is_selected(session: Session, canvas: FaceCanvas) -> None:
    assert not send_key(canvas, QEvent.Type.ShortcutOverride)
    assert not send_key(canvas, QEvent.Type.KeyPress)
    session.select((NOSE,))
    assert send_key(canvas, QEvent.Type.ShortcutOverride)


def test_undo_is_seen_at_once(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    before = canvas.grab().toImage()
    session.select((NOSE,))
    qtbot.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    session.select(())
    assert canvas.grab().toImage() != before
    session.undo()
    assert canvas.grab().toImage() == before


def test_tab_goes_through_the_keypoints(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert session.keypoints == (1,)
    qtbot.keyClick(canvas, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert session.keypoints == (0,)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert session.keypoints == ()


def test_a_missing_keypoint_is_put_where_the_click_falls(
    qtbot: QtBot, session: Session, canvas: FaceCanvas
) -> None:
    session.go_to(1)
    session.select((MISSING,))
    target = canvas.view.to_widget(np.array([30.0, 60.0]))
    qtbot.mouseClick(canvas, LEFT, pos=QPointF(*target).toPoint())
    assert point(session, MISSING) == pytest.approx([30, 60], abs=0.1)
    assert session.project.labels.table.state[1, MISSING] == State.VISIBLE
    assert session.project.labels.undo_text == "move left eye inner corner"


def test_a_missing_keypoint_is_placed_by_keys_alone(
    qtbot: QtBot, session: Session, canvas: FaceCanvas
) -> None:
    session.go_to(1)
    session.select((MISSING,))
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert not session.project.labels.done
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert point(session, MISSING) == [49, 48]


def test_a_click_beside_the_face_places_nothing(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    session.go_to(1)
    session.select((MISSING,))
    with qtbot.waitSignal(canvas.noted):
        qtbot.mouseClick(canvas, LEFT, pos=QPoint(2, 400))
    assert not session.project.labels.done


def test_the_wheel_zooms_about_the_pointer_and_a_double_click_fits(qtbot: QtBot, canvas: FaceCanvas) -> None:
    whole = canvas.view
    at = QPointF(300, 250)
    under = whole.to_frame(at.x(), at.y())
    wheel = QWheelEvent(
        at,
        canvas.mapToGlobal(at),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, wheel)
    assert canvas.view.scale > whole.scale
    assert canvas.view.to_frame(at.x(), at.y()) == pytest.approx(under)
    qtbot.mouseDClick(canvas, LEFT, pos=QPoint(5, 5))
    assert canvas.view == whole


def test_space_and_drag_pan(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    before = canvas.view
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    drag(qtbot, canvas, place(canvas, NOSE), place(canvas, NOSE) + QPoint(30, -20))
    qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    assert (canvas.view.left, canvas.view.top) == (before.left + 30, before.top - 20)
    assert not session.project.labels.done


def test_h_hides_markers_while_it_is_held(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    shown = canvas.grab().toImage()
    qtbot.keyPress(canvas, Qt.Key.Key_H)
    hidden = canvas.grab().toImage()
    assert hidden != shown
    x, y = canvas.view.to_widget(np.rint(session.project.labels.table.points[0, NOSE]))
    column, row = np.rint(session.project.labels.table.points[0, NOSE]).astype(int)
    assert hidden.pixelColor(round(x), round(y)).red() == session.project.image(0)[row, column]
    qtbot.keyRelease(canvas, Qt.Key.Key_H)
    assert canvas.grab().toImage() == shown


def test_pixels_are_squares_of_one_grey(session: Session, canvas: FaceCanvas) -> None:
    canvas.hide_markers(True)
    image, view = canvas.grab().toImage(), canvas.view
    for row, column in ((0, 0), (40, 17), (95, 95)):
        left, top = round(view.left + column * view.scale), round(view.top + row * view.scale)
        last = round(view.scale) - 1
        corners = {image.pixelColor(left + a, top + b).red() for a in (0, last) for b in (0, last)}
        assert corners == {int(session.project.image(0)[row, column])}


def test_options_change_what_is_seen(canvas: FaceCanvas) -> None:
    plain = canvas.grab().toImage()
    for option in ("names", "skeleton", "smooth"):
        canvas.set_options(**{option: True})
        assert canvas.grab().toImage() != plain, option
        canvas.set_options(**{option: False})
    assert canvas.grab().toImage() == plain


def test_predictions_are_laid_over(session: Session, canvas: FaceCanvas) -> None:
    plain = canvas.grab().toImage()
    session.show_predictions("run", np.full((16, 15, 2), 40, np.float32))
    assert canvas.grab().toImage() != plain
    session.show_predictions(None, None)
    assert canvas.grab().toImage() == plain


def test_a_screen_reader_hears_face_and_selection(session: Session, canvas: FaceCanvas) -> None:
    session.go_to(13)
    assert canvas.accessibleName() == "Face test 1"
    session.go_to(0)
    session.select((NOSE,))
    x, y = point(session)
    assert f"nose tip: x {x:.1f}, y {y:.1f}, human" in canvas.accessibleDescription()
