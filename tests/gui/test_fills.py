"""What methods would fill in, side by side: seen, taken by key and button, accepted by the thousand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fkd_core.labels.values import OriginKind
from fkd_core.project import Project
from fkd_gui.canvas.legend import legend_height
from fkd_gui.canvas.scene import CanvasOptions
from fkd_gui.fills import FillBench
from fkd_gui.fills.differences import LARGEST
from fkd_gui.fills.layout import CAPTION, cells
from fkd_gui.main_window import MainWindow
from fkd_gui.project_view import ProjectView
from tests.helpers.looking import LookingEngine, make_run
from tests.helpers.projects import FOUR, make_project
from tests.helpers.windows import moved, open_project, view_of

ROWS = 60
HIDDEN = [keypoint for keypoint in range(15) if keypoint not in FOUR]
LEFT = Qt.MouseButton.LeftButton
BY_LABELS = ["shape", "backfill", "mean"]


@pytest.fixture
def view(qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path) -> ProjectView:
    """A project of which 20 faces are whole, on a face with four keypoints."""
    window = make_window()
    view = open_project(qtbot, window, make_project(tmp_path / "p.fkd", train=ROWS))
    view.session.go_to(1)
    return view


def compare(qtbot: QtBot, view: ProjectView) -> FillBench:
    """Begin by key, and wait until everything is worked out."""
    bench = view.label.fills
    with qtbot.waitSignal(bench.desk.rested):
        qtbot.keyClick(view.label.canvas, Qt.Key.Key_I)
    qtbot.waitUntil(bench.pictures.hasFocus)
    return bench


def kinds(view: ProjectView, face: int) -> set[str]:
    table = view.project.labels.table
    return {table.origin_text(face, keypoint) for keypoint in HIDDEN}


def centre(bench: FillBench, number: int) -> QPoint:
    """The middle of a picture's caption."""
    cell = bench.pictures._cells()[number]
    return QPoint(round(cell.left + cell.width / 2), round(cell.top - CAPTION / 2))


def test_a_key_shows_every_method_beside_the_others(qtbot: QtBot, view: ProjectView) -> None:
    before = view.project.label_fingerprint()
    bench = compare(qtbot, view)
    assert [shown.fill.method for shown in bench.pictures.shown] == BY_LABELS
    assert bench.pictures.isVisible()
    assert not view.label.canvas.isVisible()
    assert bench.panel.isVisible()
    for shown in bench.pictures.shown:
        assert np.isfinite(shown.places[HIDDEN]).all()
        assert np.isnan(shown.places[list(FOUR)]).all(), "known labels are nobody's to fill in"
        assert shown.typical is not None
    assert "Train a network" in bench.panel.says.text()
    assert view.project.label_fingerprint() == before
    qtbot.keyClick(bench.pictures, Qt.Key.Key_Escape)
    assert view.label.canvas.isVisible()
    assert QApplication.focusWidget() is view.label.canvas


def test_with_a_run_the_model_is_first_and_offered(
    qtbot: QtBot, view: ProjectView, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = view.project
    sees = np.nanmedian(project.labels.table.points[:ROWS], axis=0) + np.zeros((ROWS, 1, 1), np.float32)
    monkeypatch.setattr(
        view.label.fills.desk, "_engine", LookingEngine(project.faces["train"].images, {None: sees})
    )
    make_run(project, validation=list(range(0, 30, 3)))
    with qtbot.waitSignal(view.desk.runs):
        view.desk.read_runs()
    bench = compare(qtbot, view)
    assert [shown.fill.method for shown in bench.pictures.shown] == ["model", *BY_LABELS]
    assert bench.method == "model"
    assert bench.desk.fills["model"].run == "first"
    assert bench.panel.take.text() == "Take model"
    assert bench.panel.says.text() == ""


def test_a_figure_takes_from_that_method_and_one_undo_takes_it_back(qtbot: QtBot, view: ProjectView) -> None:
    bench = compare(qtbot, view)
    before, table = view.project.label_fingerprint(), view.project.labels.table
    qtbot.keyClick(bench.pictures, Qt.Key.Key_3)
    assert kinds(view, 1) == {"imputed:mean"}
    assert table.reviewed[1, HIDDEN].all()
    assert not table.reviewed[1, list(FOUR)].any()
    assert bench.pictures.shown[2].taken[HIDDEN].all()
    assert not bench.pictures.shown[0].taken.any()
    assert not bench.panel.again.isVisible(), "taking a value leaves what was worked out as it was"
    view.session.undo()
    assert view.project.label_fingerprint() == before
    assert not bench.panel.again.isVisible(), "nor does taking it back"


def test_a_selected_keypoint_is_taken_alone(qtbot: QtBot, view: ProjectView) -> None:
    bench = compare(qtbot, view)
    qtbot.keyClick(bench.pictures, Qt.Key.Key_Down)
    assert view.session.keypoints == (HIDDEN[0],), "the first that lacks a label"
    qtbot.keyClick(bench.pictures, Qt.Key.Key_Tab)
    assert view.session.keypoints == (HIDDEN[1],)
    qtbot.keyClick(bench.pictures, Qt.Key.Key_2)
    assert view.project.labels.table.origin_text(1, HIDDEN[1]) == "imputed:backfill"
    assert kinds(view, 1) == {"imputed:backfill", ""}
    qtbot.mouseClick(bench.panel.take_keypoint, LEFT)
    assert kinds(view, 1) == {"imputed:backfill", ""}, "the chosen method is that of the last figure"
    qtbot.keyClick(bench.pictures, Qt.Key.Key_1)
    assert view.project.labels.table.origin_text(1, HIDDEN[1]) == "imputed:shape", "one may think again"
    qtbot.keyClick(bench.pictures, Qt.Key.Key_Escape)
    assert view.session.keypoints == ()
    assert bench.pictures.isVisible()


def test_enter_takes_and_leads_on_face_by_face(qtbot: QtBot, view: ProjectView) -> None:
    bench = compare(qtbot, view)
    for face in (1, 2, 4, 5):
        assert view.session.face == face
        qtbot.keyClick(bench.pictures, Qt.Key.Key_Return)
        assert kinds(view, face) == {"imputed:shape"}
    assert len(view.project.labels.done) == 4
    view.session.go_to(0)
    qtbot.keyClick(bench.pictures, Qt.Key.Key_Return)
    assert view.session.face == 7, "a whole face is passed over"
    assert len(view.project.labels.done) == 4


def test_enter_with_a_selection_stays_until_the_rest_is_taken(qtbot: QtBot, view: ProjectView) -> None:
    bench = compare(qtbot, view)
    view.session.select((HIDDEN[0],))
    qtbot.keyClick(bench.pictures, Qt.Key.Key_Return)
    assert (view.session.face, view.session.keypoints) == (1, ())
    qtbot.keyClick(bench.pictures, Qt.Key.Key_Return)
    assert kinds(view, 1) == {"imputed:shape"}
    assert view.session.face == 2


def test_the_mouse_chooses_and_takes(qtbot: QtBot, view: ProjectView) -> None:
    bench = compare(qtbot, view)
    qtbot.mouseClick(bench.pictures, LEFT, pos=centre(bench, 1))
    assert bench.method == "backfill"
    assert bench.panel.all.method.currentText() == "backfill"
    qtbot.mouseClick(bench.panel.take, LEFT)
    assert kinds(view, 1) == {"imputed:backfill"}
    qtbot.mouseDClick(bench.pictures, LEFT, pos=centre(bench, 2))
    assert kinds(view, 1) == {"imputed:mean"}
    shown, cell = bench.pictures.shown[2], bench.pictures._cells()[2]
    x, y = bench.pictures.view.to_widget(shown.places[HIDDEN[3]])
    qtbot.mouseClick(bench.pictures, LEFT, pos=QPoint(round(cell.left + x), round(cell.top + y)))
    assert view.session.keypoints == (HIDDEN[3],)


def test_the_table_says_how_far_methods_are_apart(qtbot: QtBot, view: ProjectView) -> None:
    bench = compare(qtbot, view)
    rows, places = bench.panel.table.rows, [shown.places for shown in bench.pictures.shown]
    assert rows.keypoints == HIDDEN
    titles = [rows.headerData(c, Qt.Orientation.Horizontal) for c in range(rows.columnCount())]
    assert titles == ["Keypoint", "1–2", "1–3", "2–3"]
    apart = np.linalg.norm(places[0][HIDDEN] - places[2][HIDDEN], axis=1)
    for row, value in enumerate(apart):
        assert rows.index(row, 2).data() == f"{value:.1f}"
    ranks = np.array([[rows.index(r, c).data(LARGEST) for c in (1, 2, 3)] for r in range(len(HIDDEN))])
    assert (ranks == 2).sum() == 1, "one is the largest of the face"
    assert ((ranks > 0).sum(axis=1) == 1).all(), "one is the largest of its row"
    bench.panel.table.selectRow(2)
    assert view.session.keypoints == (HIDDEN[2],)
    view.session.select((HIDDEN[5], FOUR[0]))
    chosen = [index.row() for index in bench.panel.table.selectionModel().selectedRows()]
    assert chosen == [5]
    assert view.session.keypoints == (HIDDEN[5], FOUR[0]), "what has no row stays selected"


def test_all_under_the_slider_are_counted_then_accepted_in_one_step(qtbot: QtBot, view: ProjectView) -> None:
    bench = compare(qtbot, view)
    panel, table = bench.panel.all, view.project.labels.table
    before = view.project.label_fingerprint()
    panel.slider.setValue(0)
    assert not panel.accept.isEnabled()
    panel.slider.setValue(panel.slider.maximum())
    assert panel.counted.text() == f"{40 * len(HIDDEN)} keypoints of 40 faces"
    panel.limit.setValue(round(float(np.nanmedian(bench.desk.fills["shape"].std)), 2))
    count = int((bench.desk.fills["shape"].std <= panel.limit.value()).sum())
    assert panel.counted.text().startswith(f"{count} keypoints of ")
    assert panel.accept.text() == f"Accept {count}"
    with qtbot.waitSignals([bench.desk.accepted, view.session.saved]), qtbot.waitSignal(bench.noted) as note:
        qtbot.mouseClick(panel.accept, LEFT)
    assert note.args[0].startswith(f"{count} keypoints of ")
    accepted = table.reviewed & table.is_kind(OriginKind.IMPUTED)
    assert accepted.sum() == count
    assert (bench.desk.fills["shape"].std[accepted] <= panel.limit.value()).all()
    assert panel.counted.text() == "0 keypoints of 0 faces"
    assert not panel.accept.isEnabled()
    view.session.undo()
    assert view.project.label_fingerprint() == before
    assert panel.counted.text().startswith(f"{count} keypoints of ")


def test_a_person_who_was_quicker_wins(qtbot: QtBot, view: ProjectView) -> None:
    bench = compare(qtbot, view)
    bench.panel.all.slider.setValue(bench.panel.all.slider.maximum())
    with qtbot.waitSignal(bench.noted):
        qtbot.mouseClick(bench.panel.all.accept, LEFT)
        view.session.apply(moved(view.project, 4, HIDDEN[0], (11.0, 12.0)))
    table = view.project.labels.table
    assert table.points[4, HIDDEN[0]].tolist() == [11.0, 12.0]
    assert table.origin_text(4, HIDDEN[0]) == "corrected"
    assert table.origin_text(4, HIDDEN[1]) == "imputed:shape"


def test_labels_that_change_are_noticed_and_worked_in(qtbot: QtBot, view: ProjectView) -> None:
    bench = compare(qtbot, view)
    old = bench.desk.fills["shape"]
    view.session.apply(moved(view.project, 1, HIDDEN[0], (40.0, 40.0)))
    assert bench.panel.again.isVisible()
    assert "Labels changed" in bench.panel.says.text()
    with qtbot.waitSignal(bench.desk.rested):
        qtbot.mouseClick(bench.panel.again, LEFT)
    assert not bench.panel.again.isVisible()
    assert [shown.fill.method for shown in bench.pictures.shown] == BY_LABELS
    new = bench.desk.fills["shape"]
    assert new is not old
    assert np.isnan(new.points[1, HIDDEN[0]]).all(), "a person placed it"


def test_it_is_not_worked_out_twice(qtbot: QtBot, view: ProjectView) -> None:
    bench = compare(qtbot, view)
    shape = bench.desk.fills["shape"]
    view.label.compare(False)
    view.label.compare(True)
    assert bench.desk.working == ""
    assert bench.desk.fills["shape"] is shape


def test_pictures_show_the_same_part_at_the_same_zoom(qtbot: QtBot, view: ProjectView) -> None:
    bench = compare(qtbot, view)
    whole = bench.pictures.view
    qtbot.keyClick(bench.pictures, Qt.Key.Key_Plus)
    assert bench.pictures.view.scale == pytest.approx(whole.scale * 1.25)
    qtbot.keyClick(bench.pictures, Qt.Key.Key_0)
    assert bench.pictures.view == whole
    plain = bench.pictures.grab().toImage()
    qtbot.keyPress(bench.pictures, Qt.Key.Key_H)
    assert bench.pictures.grab().toImage() != plain
    qtbot.keyRelease(bench.pictures, Qt.Key.Key_H)
    assert bench.pictures.grab().toImage() == plain


def test_a_project_for_reading_only_is_compared_and_not_changed(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    folder = make_project(tmp_path / "r.fkd", train=ROWS)
    with Project(folder, write=True):
        window = make_window()
        view = open_project(qtbot, window, folder)
        view.session.go_to(1)
        bench = compare(qtbot, view)
        before = view.project.label_fingerprint()
        assert not bench.panel.take.isEnabled()
        assert not bench.panel.all.accept.isEnabled()
        assert "reading only" in bench.panel.take.toolTip()
        qtbot.keyClick(bench.pictures, Qt.Key.Key_1)
        assert view.project.label_fingerprint() == before


def test_a_run_that_fails_is_told_and_the_others_are_there(
    qtbot: QtBot, view: ProjectView, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(view.project, weights=False)
    bench = view.label.fills
    monkeypatch.setattr(bench, "_runs", ["first"])
    with qtbot.waitSignal(view.problem):
        compare(qtbot, view)
    assert [fill.method for fill in bench.ready] == BY_LABELS


def test_closing_stops_what_is_worked_on(view: ProjectView) -> None:
    view.label.compare(True)
    assert view.label.fills.desk.working
    window = view.window()
    assert isinstance(window, MainWindow)
    window.close_project()
    assert window.view is None


def test_review_and_label_compare_alike(qtbot: QtBot, view: ProjectView) -> None:
    window = view.window()
    assert isinstance(window, MainWindow)
    bench = compare(qtbot, view)
    window.show_place("train")
    window.show_place("label")
    assert bench.pictures.hasFocus(), "whoever comes back to the face has it under the keys"
    assert view_of(window).label.comparing


def test_a_narrow_panel_cuts_nothing_off(qtbot: QtBot, view: ProjectView) -> None:
    panel = compare(qtbot, view).panel
    body = panel.take.parentWidget()
    assert body.minimumSizeHint().width() <= 180


@pytest.mark.parametrize("count", range(1, 8))
@pytest.mark.parametrize("size", [(590.0, 700.0), (1600.0, 300.0), (200.0, 900.0), (10.0, 10.0)])
def test_pictures_are_equal_and_apart(count: int, size: tuple[float, float]) -> None:
    made = cells(count, *size)
    assert len(made) == count
    assert len({(cell.width, cell.height) for cell in made}) == 1
    for number, one in enumerate(made):
        for other in made[number + 1 :]:
            beside = one.left + one.width <= other.left or other.left + other.width <= one.left
            above = (
                one.top + one.height <= other.top - CAPTION or other.top + other.height <= one.top - CAPTION
            )
            assert beside or above
    if min(size) > 100:
        assert all(cell.left >= 0 and cell.left + cell.width <= size[0] for cell in made)
        assert all(cell.top >= 0 and cell.top + cell.height <= size[1] for cell in made)


def test_wide_room_is_used_in_one_row() -> None:
    assert len({cell.top for cell in cells(4, 1600, 420)}) == 1
    assert len({cell.top for cell in cells(4, 600, 640)}) == 2


@pytest.mark.usefixtures("qapp")
def test_the_legend_takes_more_lines_where_it_is_narrow_and_leaves_nothing_out() -> None:
    heights = [legend_height(CanvasOptions(), width) for width in (900, 400, 200, 80)]
    assert heights == sorted(heights)
    assert heights[0] < heights[1] < heights[2] < heights[3]
    assert legend_height(CanvasOptions(mean=True), 900) > heights[0]
    assert legend_height(CanvasOptions(legend=False), 900) == 0
