"""The Review place: the queue, its keys, and what is kept of the decisions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fkd_core.project import Project
from fkd_gui.main_window import MainWindow
from fkd_gui.panels.review import ReviewPanel
from fkd_gui.panels.review_model import SETTLED
from tests.helpers.fake_runs import make_folds
from tests.helpers.projects import make_project
from tests.helpers.windows import moved, open_project, view_of

FACES = 48
NOSE, LIP = 10, 14
WRONG = {9: (NOSE, (0, -14)), 21: (LIP, (11, 0)), 30: (NOSE, (8, 8))}
PATIENCE = 20_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project and a run with folds that sees three labels elsewhere."""
    path = make_project(tmp_path / "faces.fkd", train=FACES)
    with Project(path, write=True) as project:
        labels = project.labels.table.original[project.span("train")]
        seen = np.nan_to_num(labels, nan=48.0)
        seen += np.random.default_rng(0).normal(0, 0.5, seen.shape).astype(np.float32)
        for row, (keypoint, off) in WRONG.items():
            seen[row, keypoint] = labels[row, keypoint] - off
        make_folds(project, "folds", [range(0, FACES, 2), range(1, FACES, 2)], seen)
    return path


@pytest.fixture
def reviewing(qtbot: QtBot, make_window: Callable[[], MainWindow], folder: Path) -> MainWindow:
    window = make_window()
    open_project(qtbot, window, folder)
    window.show_place("review")
    look(qtbot, window)
    return window


def look(qtbot: QtBot, window: MainWindow) -> ReviewPanel:
    view = view_of(window)
    with qtbot.waitSignal(view.review_desk.looked, timeout=PATIENCE):
        view.label.review.look_requested.emit()
    return view.label.review


def listed(panel: ReviewPanel) -> list[int]:
    return [panel.model.face(place) for place in range(panel.model.rowCount())]


def test_the_wrong_ones_come_first_with_their_keypoints_selected(reviewing: MainWindow) -> None:
    view = view_of(reviewing)
    panel = view.label.review
    assert sorted(listed(panel)[:3]) == sorted(WRONG)
    assert len(listed(panel)) == FACES
    assert view.session.face == listed(panel)[0]
    assert view.session.keypoints == (WRONG[view.session.face][0],)
    assert "px" in panel.list.currentIndex().data()
    assert panel.summary.startswith(f"0 of {FACES} faces settled  ·  about 3 wrong labels left")
    # The model's places lie over the face.
    assert view.session.predicted_by == "folds"
    assert panel.isVisible()
    assert not view.label.browser.isVisible()
    assert view.label.docks["faces"].windowTitle() == "Review"


def test_one_key_accepts_and_one_takes_the_models(qtbot: QtBot, reviewing: MainWindow) -> None:
    view = view_of(reviewing)
    panel, table = view.label.review, view.project.labels.table
    first, second, third = listed(panel)[:3]
    before = table.points[first].copy()
    qtbot.keyClick(view.label.canvas, Qt.Key.Key_A)
    assert table.reviewed[first, WRONG[first][0]]
    np.testing.assert_array_equal(table.points[first], before)
    assert view.session.face == second
    assert view.session.keypoints == (WRONG[second][0],)
    keypoint = WRONG[second][0]
    expected = table.points[second, keypoint] - WRONG[second][1]
    qtbot.keyClick(view.label.canvas, Qt.Key.Key_T)
    np.testing.assert_allclose(table.points[second, keypoint], expected, atol=1e-3)
    assert table.reviewed[second, keypoint]
    assert view.session.face == third
    assert panel.model.settled == 2
    assert "2 of" in panel.summary
    assert [panel.model.index(place).data(SETTLED) for place in range(3)] == [True, True, False]


def test_doing_better_by_dragging_settles_a_face_too(qtbot: QtBot, reviewing: MainWindow) -> None:
    view = view_of(reviewing)
    panel, face = view.label.review, view_of(reviewing).session.face
    view.session.apply(moved(view.project, face, WRONG[face][0], (40.0, 41.0)))
    assert panel.model.index(0).data(SETTLED)
    assert view.session.face == face
    qtbot.keyClick(view.label.canvas, Qt.Key.Key_N)
    assert view.session.face == listed(panel)[1]
    view.session.undo()
    assert not panel.model.index(0).data(SETTLED)


def test_keys_go_along_the_queue(qtbot: QtBot, reviewing: MainWindow) -> None:
    view = view_of(reviewing)
    order = listed(view.label.review)
    qtbot.keyClick(view.label.canvas, Qt.Key.Key_PageDown)
    assert view.session.face == order[1]
    qtbot.keyClick(view.label.canvas, Qt.Key.Key_PageUp)
    assert view.session.face == order[0]
    qtbot.keyClick(view.label.canvas, Qt.Key.Key_PageUp)
    assert view.session.face == order[0]
    assert reviewing.statusBar().currentMessage() == "This is the first face."


def test_what_is_told_after_edits_is_what_one_would_count_anew(qtbot: QtBot, reviewing: MainWindow) -> None:
    view = view_of(reviewing)
    panel = view.label.review
    for key in (Qt.Key.Key_A, Qt.Key.Key_T, Qt.Key.Key_A):
        qtbot.keyClick(view.label.canvas, key)
    view.session.undo()
    told = (panel.model.settled, panel.model.expected)
    assert panel.model.queue is not None
    panel.model.set_queue(panel.model.queue)
    assert told[0] == panel.model.settled == 2
    assert told[1] == pytest.approx(panel.model.expected, abs=1e-9)


def test_in_label_the_queue_follows_and_selects_nothing(reviewing: MainWindow) -> None:
    view = view_of(reviewing)
    reviewing.show_place("label")
    second = listed(view.label.review)[1]
    view.session.go_to(second)
    assert view.label.review.current == 1
    assert view.session.keypoints == ()


def test_what_was_accepted_stays_accepted_when_one_looks_again(qtbot: QtBot, reviewing: MainWindow) -> None:
    view = view_of(reviewing)
    accepted = listed(view.label.review)[0]
    qtbot.keyClick(view.label.canvas, Qt.Key.Key_A)
    panel = look(qtbot, reviewing)
    assert listed(panel)[0] != accepted
    assert sorted(listed(panel)[:2]) == sorted(set(WRONG) - {accepted})


def test_label_shows_the_faces_again_and_keeps_the_current_one(qtbot: QtBot, reviewing: MainWindow) -> None:
    view = view_of(reviewing)
    face = view.session.face
    reviewing.show_place("label")
    assert view.session.face == face
    assert view.label.browser.isVisible()
    assert not view.label.review.isVisible()
    assert view.label.docks["faces"].windowTitle() == "Faces"
    qtbot.keyClick(view.label.canvas, Qt.Key.Key_PageDown)
    assert view.session.face == face + 1
    # Where the queue does not know the face, coming back leads into the queue.
    view.session.go_to(FACES + 1)
    reviewing.show_place("review")
    assert view.session.face == listed(view.label.review)[0]


def test_without_such_a_run_one_is_offered(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    window = make_window()
    view = open_project(qtbot, window, make_project(tmp_path / "bare.fkd"))
    window.show_place("review")
    panel = view.label.review
    assert panel.empty.isVisible()
    assert panel.empty.title == "Find wrong labels"
    with qtbot.waitSignal(view.review_desk.looked, timeout=PATIENCE) as looked:
        qtbot.mouseClick(panel.empty.action, Qt.MouseButton.LeftButton)
    assert looked.args == [None]
    assert panel.empty.title == "Four quick networks first"
    with qtbot.waitSignal(panel.train_requested):
        panel.empty.action.click()
    # It is stopped at once: that training works is shown elsewhere.
    with qtbot.waitSignal(view.desk.ended, timeout=PATIENCE):
        view.control.do("stop")
    assert panel.empty.isVisible()
    assert panel.empty.title == "Find wrong labels"


def test_the_faces_can_be_filtered_by_suspicion(reviewing: MainWindow) -> None:
    view = view_of(reviewing)
    reviewing.show_place("label")
    view.label.browser.bar.set_text("suspicion>0.5")
    assert view.label.browser.model.faces.tolist() == sorted(WRONG)


def test_the_pace_is_told(qtbot: QtBot, reviewing: MainWindow) -> None:
    view = view_of(reviewing)
    times = iter(range(0, 1000, 4))
    view.label.review._clock = lambda: float(next(times))
    for _ in range(5):
        qtbot.keyClick(view.label.canvas, Qt.Key.Key_A)
    assert "a minute" in view.label.review.summary
