"""Filling in missing keypoints from the window by methods that know faces."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fkd_gui.main_window import MainWindow
from tests.helpers.looking import LookingEngine, make_run
from tests.helpers.windows import view_of


def test_shape_fills_in_on_a_thread(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    panel = view.label.imputation
    panel.method.setCurrentText("shape")
    with qtbot.waitSignal(view.session.saved):
        qtbot.mouseClick(panel.fill, Qt.MouseButton.LeftButton)
    assert view.project.labels.table.origin_text(1, 2) == "imputed:shape"


def test_model_fills_in_with_a_run_and_shows_its_progress(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = view_of(window)
    project, panel = view.project, view.label.imputation
    sees = np.full((12, 15, 2), 40, np.float32)
    engine = LookingEngine(project.faces["train"].images, {None: sees})
    monkeypatch.setattr(view.desk, "_predictor", engine)
    make_run(project, validation=[0, 3])
    with qtbot.waitSignal(view.desk.runs):
        view.desk.read_runs()
    panel.method.setCurrentText("model")
    with qtbot.waitSignal(view.session.saved):
        qtbot.mouseClick(panel.fill, Qt.MouseButton.LeftButton)
        assert window.strip.text == "Filling in with first"
    assert project.labels.table.origin_text(1, 2) == "imputed:model"
    assert not view.desk.busy_predicting
    assert window.strip.isHidden()


def test_what_goes_wrong_with_the_run_is_told(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = view_of(window)
    monkeypatch.setattr(view.desk, "_predictor", LookingEngine(view.project.faces["train"].images, {}))
    make_run(view.project, weights=False)
    with qtbot.waitSignal(view.problem):
        view.label.look_requested.emit("model", "first")
    assert window.notices.notice is not None
    assert "has no weights" in window.notices.notice.title
    assert not view.desk.busy_predicting
