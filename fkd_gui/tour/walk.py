"""The steps of the tour: import, browse, correct, train, predict, submit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from fkd_core.demo.dataset import make_demo
from fkd_core.demo.download import write_download
from fkd_core.evaluation.metrics import rmse
from fkd_core.labels.values import OriginKind
from fkd_gui.canvas import FaceCanvas
from fkd_gui.demo_start import first_face
from fkd_gui.main_window import MainWindow
from fkd_gui.project_view import ProjectView
from fkd_gui.tour.stage import Walk

_PAUSE = 150
"""milliseconds for the window to draw itself before a picture"""


class Tour:
    """Walks through a window and keeps pictures and files in a folder."""

    def __init__(
        self, window: MainWindow, folder: Path, *, epochs: int = 6, faces: int = 600, test: int = 150
    ) -> None:
        self.window = window
        self.folder = folder
        self.epochs = epochs
        self.faces = faces
        self.test = test
        self.pictures: list[Path] = []
        self.corrected: list[tuple[int, int]] = []

    @property
    def view(self) -> ProjectView:
        """The project that the tour has imported."""
        view = self.window.view
        if view is None:
            raise RuntimeError("the tour has no project: its import did not open one")
        return view

    def walk(self) -> Walk:
        """Yields what to wait for."""
        window = self.window
        yield _PAUSE
        self._picture("start")
        drawn = make_demo(self.faces, self.test, seed=0)
        download = self.folder / "download.zip"
        write_download(download, drawn)
        project = self.folder / "tour.fkd"
        self._say(f"importing {download.name}, a download in the competition's form")
        window.projects.make(download, project)
        yield window.projects.opened
        window.show_place("label")
        yield _PAUSE
        self._picture("import")
        yield from self._browse()
        yield from self._correct()
        yield from self._train()
        yield from self._predict()
        yield from self._submit(drawn.test_truth)

    def _browse(self) -> Walk:
        window = self.window
        canvas = self.view.label.canvas
        for _ in range(3):
            QTest.keyClick(canvas, Qt.Key.Key_Right)
            yield _PAUSE
        window.next_work(1)
        yield _PAUSE
        self._say("browsing faces")
        self._picture("browse")

    def _correct(self) -> Walk:
        window = self.window
        view = self.view
        self._say("filling missing keypoints by backfill, then dragging two that are wrong")
        window.projects.impute(view.project, "backfill", 0, True)
        yield view.session.saved
        first = first_face(view.project)
        if first is None:
            raise RuntimeError("no face has a mouth that was filled in")
        face, _ = first
        view.session.go_to(face)
        yield _PAUSE
        self._picture("imputed")
        table, schema = view.project.labels.table, view.project.schema
        lip = table.points[face, schema.index("mouth_center_bottom_lip")]
        for name, offset in (("mouth_left_corner", (11, -4)), ("mouth_right_corner", (-11, -4))):
            keypoint = schema.index(name)
            yield from self._drag(keypoint, (float(lip[0]) + offset[0], float(lip[1]) + offset[1]))
            if table.origin_text(face, keypoint) != OriginKind.CORRECTED.value:
                raise RuntimeError(f"dragging {name} left it {table.origin_text(face, keypoint)}")
            self.corrected.append((face, keypoint))
        yield _PAUSE
        self._picture("corrected")

    def _drag(self, keypoint: int, target: tuple[float, float]) -> Walk:
        """Press on a keypoint, move it with a stop half way for a picture, and let go."""
        view = self.view
        canvas = view.label.canvas
        start = view.project.labels.table.points[view.session.face, keypoint]
        at = [_place(canvas, start + (np.array(target) - start) * share) for share in (0.0, 0.5, 1.0)]
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at[0])
        QTest.mouseMove(canvas, at[1])
        yield _PAUSE
        QTest.mouseMove(canvas, at[2])
        yield _PAUSE
        if not self.corrected:
            self._picture("dragging")
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at[2])
        yield view.session.saved

    def _train(self) -> Walk:
        window = self.window
        view = self.view
        self._say(f"training the default network for {self.epochs} epochs")
        window.show_place("train")
        view.train.settings.by_epochs.setChecked(True)
        view.train.settings.epochs.setValue(self.epochs)
        window.start_training()
        epochs: list[object] = []
        view.desk.epoch.connect(epochs.append)
        yield lambda: len(epochs) >= min(2, self.epochs - 1) or not view.desk.training
        yield _PAUSE
        self._picture("training")
        yield lambda: not view.desk.training
        yield lambda: bool(view.run_names)
        yield _PAUSE
        self._picture("trained")

    def _predict(self) -> Walk:
        window = self.window
        view = self.view
        self._say("predicting all faces")
        window.predict_latest()
        yield view.desk.predictions_read
        window.show_place("label")
        view.session.go_to(view.project.span("test").start)
        yield _PAUSE
        self._picture("predicted")

    def _submit(self, truth: NDArray[Any]) -> Walk:
        window = self.window
        view = self.view
        window.show_place("submit")
        yield view.desk.submission_read
        yield _PAUSE
        path = self.folder / "submission.csv"
        view.submit.save(view.run_names[0], path)
        yield view.submit.saved
        yield _PAUSE
        self._picture("submitted")
        predictions = view.session.predictions
        assert predictions is not None
        error = rmse(predictions[view.project.span("test")], truth)
        rows = sum(1 for _ in path.open(encoding="utf-8")) - 1
        self._say(f"wrote {rows:,} rows to {path}; RMSE against the drawn truth: {error:.2f} px")

    def _picture(self, name: str) -> None:
        path = self.folder / f"{len(self.pictures) + 1:02d}-{name}.png"
        if not self.window.grab().save(str(path)):
            raise RuntimeError(f"the picture {path} cannot be written")
        self.pictures.append(path)

    def _say(self, text: str) -> None:
        print(f"tour: {text}", file=sys.stderr, flush=True)


def _place(canvas: FaceCanvas, point: NDArray[Any]) -> QPoint:
    place = canvas.view.to_widget(np.asarray(point)[None])[0]
    return QPointF(*place.tolist()).toPoint()
