"""How long the canvas takes from a face, a pointer or a key to pixels.

    python -m tests.benchmarks.bench_canvas PROJECT [SIDE]

Opens the project for reading; edits are shown, not made.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fkd_core.project import Project
from fkd_gui.canvas import FaceCanvas
from fkd_gui.session import Session
from fkd_gui.theme import apply_theme, theme_for
from tests.benchmarks.timing import timed, told


def main() -> None:
    """Measure and print."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    apply_theme(app, theme_for("light"))
    session = Session(Project(Path(sys.argv[1])))
    side = int(sys.argv[2]) if len(sys.argv) > 2 else 900
    canvas = FaceCanvas(session)
    canvas.resize(side, side)
    canvas.show()
    app.processEvents()
    faces = np.random.default_rng(0).integers(0, len(session.project), 500).tolist()
    print(f"{side} × {side} at {canvas.devicePixelRatioF():g}, {len(session.project):,} faces")

    def show(face: int) -> None:
        session.go_to(face)
        canvas.repaint()

    print(told("next face to pixels", timed(show, faces)))
    canvas.set_options(names=True, skeleton=True)
    predicted = session.project.labels.table.points + 1.5
    session.show_predictions("benchmark", predicted)
    print(told("the same with names, skeleton, predictions", timed(show, faces)))
    canvas.set_options(names=False, skeleton=False)
    session.show_predictions(None, None)
    canvas.set_options(smooth=True)
    print(told("next face to pixels, smooth", timed(show, faces)))
    canvas.set_options(smooth=False)
    canvas.set_options(mean=True, previous=True, original=True, equalise=True, gamma=160)
    print(told("the same with three ghosts, in other light", timed(show, faces)))
    canvas.set_options(mean=False, previous=False, original=False, equalise=False, gamma=100)
    canvas.set_options(grid=True)
    print(told("the same with the pixel grid", timed(show, faces)))
    canvas.set_options(grid=False)
    canvas.rotate(15)
    print(told("the same, turned", timed(show, faces)))
    canvas.set_angle(0)

    session.go_to(0)
    x, y = canvas.view.to_widget(session.project.labels.table.points[0, 10])
    start = QPoint(round(x), round(y))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)

    def drag(step: int) -> None:
        place = QPointF(start + QPoint(8 + step % 90, step % 70))
        moved = QMouseEvent(
            QEvent.Type.MouseMove,
            place,
            canvas.mapToGlobal(place),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        app.sendEvent(canvas, moved)
        canvas.repaint()

    print(told("drag, pointer to pixels", timed(drag, range(400))))
    canvas.set_options(mean=True, previous=True, original=True, grid=True)
    print(told("drag with ghosts and grid", timed(drag, range(400))))
    canvas.set_options(mean=False, previous=False, original=False, grid=False)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)

    def zoom(step: int) -> None:
        canvas.zoom(1.2 if step % 20 < 10 else 1 / 1.2)
        canvas.repaint()

    print(told("zoom step to pixels", timed(zoom, range(200))))
    session.close()


if __name__ == "__main__":
    main()
