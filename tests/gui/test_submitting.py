"""Submit, reports and Kaggle in the window, with runs that have predicted and a program named kaggle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from fkd_core.demo.dataset import make_demo
from fkd_core.demo.download import write_download
from fkd_core.project import Project
from fkd_core.runs import Run
from fkd_core.submitting.past import PastSubmissions
from fkd_gui.main_window import MainWindow
from fkd_gui.panels.past_table import EXPECTED, NOTE, SCORE
from fkd_gui.project_view import ProjectView
from fkd_gui.reports import OPEN
from tests.helpers.kaggle import FakeKaggle
from tests.helpers.submissions import make_competition, make_predicted
from tests.helpers.windows import open_project, view_of


@pytest.fixture
def kaggle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeKaggle:
    folder = tmp_path / "kaggle"
    folder.mkdir()
    write_download(folder / "data.zip", make_demo(9, 3, 0))
    return FakeKaggle(folder, monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_competition(tmp_path / "comp.fkd")
    with Project(made) as opened:
        make_predicted(opened, "one", off=1.0)
        make_predicted(opened, "two", off=3.0)
        points = np.full((8, 15, 2), 43, np.float32)
        points[5, 10] = (43, 70)
        Run.find(opened.runs_folder, "two").save_predictions("test", points)
    return made


@pytest.fixture
def view(qtbot: QtBot, kaggle: FakeKaggle, empty_window: MainWindow, folder: Path) -> ProjectView:  # noqa: ARG001
    return open_project(qtbot, empty_window, folder)


def show(qtbot: QtBot, window: MainWindow, run: str) -> None:
    """Show the place with a run, and wait for all that is known of it."""
    view = view_of(window)
    window.show_place("submit")
    with qtbot.waitSignal(
        view.submit.submissions.estimated, check_params_cb=lambda name, _: name == run, timeout=20_000
    ):
        view.submit.panel.select(run)
        view.submit.refresh()


def test_a_submission_is_estimated_written_compared_and_described(
    qtbot: QtBot, empty_window: MainWindow, view: ProjectView, tmp_path: Path
) -> None:
    show(qtbot, empty_window, "one")
    place = view.submit
    assert place.panel.expected.figure.value == "1.00"
    assert "4 keypoints × 4 faces" in place.panel.expected.text.text()
    assert not place.past_view.isVisible()
    with qtbot.waitSignals([place.saved, place.submissions.history]):
        place.save("one", tmp_path / "first.csv")
    assert place.past_view.isVisible()
    assert str(place.past.index(0, EXPECTED).data()).startswith("1.00")
    show(qtbot, empty_window, "two")
    assert place.changed_title.text().startswith("Furthest from submission 1 of one: 152 rows differ")
    top = place.changed.rows[0]
    assert (top.row, top.keypoint, top.axis, top.by) == (5, "nose_tip", "y", pytest.approx(29))
    place.changed_view.setCurrentIndex(place.changed.index(0, 0))
    qtbot.keyClick(place.changed_view, Qt.Key.Key_Return)
    assert view.place == "label"
    assert view.session.face == view.project.span("test").start + 5
    empty_window.show_place("submit")
    for column, text in ((NOTE, "a note"), (SCORE, "1.7")):
        cell = place.past.index(0, column)
        assert place.past.setData(cell, text)
        qtbot.waitUntil(lambda cell=cell, text=text: cell.data() == text)
    (entry,) = PastSubmissions(view.project.folder).all()
    assert (entry.note, entry.score) == ("a note", 1.7)
    assert place.past.index(0, NOTE).data() == "a note"


def test_an_estimate_that_comes_late_is_noted_with_what_was_written(
    qtbot: QtBot, empty_window: MainWindow, view: ProjectView, tmp_path: Path
) -> None:
    show(qtbot, empty_window, "one")
    place = view.submit
    with qtbot.waitSignal(view.desk.submission_read) as read:
        view.desk.check_submission("one")
    with qtbot.waitSignal(view.desk.submission_written):
        view.desk.write_submission(read.args[1], tmp_path / "early.csv")
    with qtbot.waitSignal(place.submissions.estimated):
        place.submissions.estimate("one", read.args[1])
    qtbot.waitUntil(lambda: PastSubmissions(view.project.folder).all()[0].expected is not None)


def test_an_estimate_that_ends_while_the_project_closes_asks_for_nothing(
    qtbot: QtBot, empty_window: MainWindow, view: ProjectView
) -> None:
    show(qtbot, empty_window, "one")
    desk = view.submit.submissions
    with qtbot.waitSignal(view.desk.submission_read) as read:
        view.desk.check_submission("one")
    desk.finish()
    ended = len(desk._tasks)
    # What the thread had found already is told after that; a new task could no longer begin.
    desk._tell_estimated(("one", read.args[1], True))
    desk.read_history()
    assert len(desk._tasks) == ended


def test_it_is_handed_in_and_a_failure_loses_nothing(
    qtbot: QtBot, empty_window: MainWindow, view: ProjectView, kaggle: FakeKaggle, tmp_path: Path
) -> None:
    show(qtbot, empty_window, "one")
    place, path = view.submit, tmp_path / "it.csv"
    with qtbot.waitSignals([place.saved, place.submissions.history]):
        place.save("one", path)
    content = path.read_bytes()
    hand_in = place.panel.hand_in
    qtbot.waitUntil(hand_in.upload.isVisible)
    assert hand_in.upload.text() == "Submit it.csv to Kaggle"
    kaggle.behave("no network")
    with qtbot.waitSignal(place.submissions.upload_failed):
        qtbot.mouseClick(hand_in.upload, Qt.MouseButton.LeftButton)
    assert place.panel.notice.notice is not None
    assert place.panel.notice.notice.title == "Kaggle cannot be reached."
    assert path.read_bytes() == content
    assert PastSubmissions(view.project.folder).all()[0].uploaded == ""
    kaggle.behave("well")
    with qtbot.waitSignal(place.submissions.uploaded):
        qtbot.mouseClick(hand_in.upload, Qt.MouseButton.LeftButton)
    assert "Successfully submitted" in hand_in.text.text()
    assert PastSubmissions(view.project.folder).all()[0].uploaded
    kaggle.behave("slow")
    with qtbot.waitSignal(place.submissions.upload_failed) as stopped:
        qtbot.mouseClick(hand_in.upload, Qt.MouseButton.LeftButton)
        qtbot.mouseClick(hand_in.stop, Qt.MouseButton.LeftButton)
    assert stopped.args == [None]
    assert hand_in.upload.isVisible()


def test_a_damaged_history_is_told_and_left_as_it_is(
    qtbot: QtBot, empty_window: MainWindow, view: ProjectView
) -> None:
    path = PastSubmissions(view.project.folder).path
    path.parent.mkdir()
    path.write_text("{")
    with qtbot.waitSignal(view.problem) as told:
        empty_window.show_place("submit")
    assert "damaged" in str(told.args[0])
    assert path.read_text() == "{"


def test_a_report_is_written_from_the_train_place(
    qtbot: QtBot, empty_window: MainWindow, view: ProjectView, tmp_path: Path
) -> None:
    empty_window.show_place("train")
    view.train.runs.select("one")
    qtbot.mouseClick(view.train.runs.report, Qt.MouseButton.LeftButton)
    dialog = view.findChild(QFileDialog)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    path = tmp_path / "r.html"
    # The run's file of weights is empty, so nothing can be measured; the report says so.
    with qtbot.waitSignal(view.reports.desk.written, timeout=60_000):
        dialog.fileSelected.emit(str(path))
    dialog.close()
    page = path.read_text("utf-8")
    assert "one · comp" in page
    assert "Expected score" in page
    assert empty_window.strip.next.text() == OPEN
    with qtbot.waitSignal(view.reports.desk.failed) as told:
        view.reports.desk.write("none", path)
    assert "there is no run" in str(told.args[0])
    assert path.read_text("utf-8") == page


def test_the_start_page_downloads_imports_and_opens(
    qtbot: QtBot, kaggle: FakeKaggle, empty_window: MainWindow, tmp_path: Path
) -> None:
    page = empty_window.start_page
    qtbot.waitUntil(page.kaggle.isVisible)
    qtbot.mouseClick(page.kaggle, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: empty_window.findChild(QFileDialog) is not None)
    dialog = empty_window.findChild(QFileDialog)
    kaggle.behave("not logged in")
    with qtbot.waitSignal(empty_window.projects.failed) as told:
        dialog.fileSelected.emit(str(tmp_path / "new.fkd"))
    assert "API token" in str(told.args[0])
    assert not (tmp_path / "new.fkd").exists()
    kaggle.behave("well")
    with qtbot.waitSignal(empty_window.projects.opened, timeout=20_000):
        dialog.fileSelected.emit(str(tmp_path / "new.fkd"))
    dialog.close()
    assert view_of(empty_window).project.manifest.splits == {"train": 6, "test": 3}


def test_without_the_program_a_line_says_how(
    qtbot: QtBot, empty_window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    empty_window.kaggle.look()
    page = empty_window.start_page
    qtbot.waitUntil(lambda: "pip install" in page.how_to.text())
    assert page.how_to.isVisible()
    assert not page.kaggle.isVisible()
    empty_window.actions_by_id["import_kaggle"].trigger()
    qtbot.waitUntil(lambda: "pip install" in empty_window.statusBar().currentMessage())
