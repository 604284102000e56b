"""The Rules place: the picture, the rows, one rule for all; and what is said of a file with several rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from fkd_core.project import Project
from fkd_core.rules import load_rules
from fkd_core.rules.store import has_rules
from fkd_gui.main_window import MainWindow
from fkd_gui.rules.marks import rule_colour, rule_icon
from fkd_gui.rules.notice import SHOW_RULES
from fkd_gui.rules.place import RulesPlace, rule_filter
from fkd_gui.rules.strip import RowStrip
from fkd_gui.theme import current
from tests.helpers.looking import LookingEngine, make_run
from tests.helpers.projects import make_project
from tests.helpers.three_rules import ROWS, B, make_three_rules
from tests.helpers.windows import moved, open_project, view_of

NOSE, TOP_LIP = 10, 13
PATIENCE = 30_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_three_rules(tmp_path / "faces.fkd")


@pytest.fixture
def place(qtbot: QtBot, make_window: Callable[[], MainWindow], folder: Path) -> RulesPlace:
    """The place with its first plan."""
    window = make_window()
    view = open_project(qtbot, window, folder)
    show(qtbot, window)
    return view.rules


def window_of(place: RulesPlace) -> MainWindow:
    window = place.window()
    assert isinstance(window, MainWindow)
    return window


def show(qtbot: QtBot, window: MainWindow) -> None:
    place = view_of(window).rules
    window.show_place("rules")
    qtbot.waitUntil(lambda: place.panel.plan is not None and place.mixed, timeout=PATIENCE)


def choose(qtbot: QtBot, place: RulesPlace, *sources: str, rule: str = "A") -> None:
    """Choose rules as a person does, and wait for the plan."""
    panel = place.panel
    panel.rule.setCurrentIndex(panel.rule.findText(rule))
    for box in panel._sources:
        box.setChecked(box.text() in sources)
    with qtbot.waitSignal(place.desk.planned, timeout=PATIENCE):
        panel.rule.activated.emit(panel.rule.currentIndex())


def test_the_rules_are_told_drawn_and_measured(place: RulesPlace) -> None:
    assert place.summary.text() == "240 training rows are labelled by 3 different rules: A, B, C."
    assert place.legend.shown == (0, 1, 2)
    assert place.offsets.rowCount() == 15
    assert place.offsets.columnCount() == 4
    y = place.offsets.index(NOSE, 1)
    assert y.data().startswith("+")
    value = float(y.data().split("\N{THIN SPACE}")[0])
    assert value == pytest.approx(3, abs=1)
    assert "95 % between" in y.data(Qt.ItemDataRole.AccessibleTextRole)
    # C lacks the corners of the eyes.
    assert place.offsets.index(3, 2).data() == "–"
    told = place.picture.told_at(place.picture.place_of(0, NOSE))
    assert told.splitlines()[0] == "nose tip"
    assert "B: " in told
    assert place.picture.told_at(QPointF(2, 2)) == ""


def test_offsets_are_measured_from_the_rule_that_is_chosen(place: RulesPlace) -> None:
    before = place.offsets.index(NOSE, 1).data()
    place.against.setCurrentIndex(1)
    place.against.activated.emit(1)
    after = place.offsets.index(NOSE, 1).data()
    assert before[0] == "+"
    assert after[0] == "-"
    assert place.offsets.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole) == "A x"


def test_a_rule_can_be_taken_off_the_picture_and_the_table(qtbot: QtBot, place: RulesPlace) -> None:
    box = place.legend._boxes[1]
    with_it = place.picture.grab().toImage()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(10, box.height() // 2))
    assert place.legend.shown == (0, 2)
    assert place.picture.grab().toImage() != with_it
    assert [place.table.isColumnHidden(column) for column in range(4)] == [True, True, False, False]


def test_no_two_rules_look_alike(qapp: object) -> None:  # noqa: ARG001 - icons need the application
    icons = [rule_icon(rule, current()).pixmap(16, 16).toImage() for rule in range(18)]
    assert all(icons[i] != icons[j] for i in range(18) for j in range(i))


def test_the_first_plan_is_there_at_once(place: RulesPlace) -> None:
    panel = place.panel
    assert panel.wish is not None
    assert panel.wish.rule == "A"
    assert panel.wish.sources == ("B",)
    assert panel.faces.value == "80"
    assert panel.apply.text() == "Label 80 faces as A"
    assert panel.apply.isEnabled()
    assert "The offsets are known to ±" in panel.says.text()


def test_one_button_labels_anew_and_one_undo_takes_it_back(qtbot: QtBot, place: RulesPlace) -> None:
    window = window_of(place)
    view = view_of(window)
    table = view.project.labels.table
    before = table.points.copy()
    choose(qtbot, place, "B", "C")
    assert place.panel.faces.value == "120"
    with qtbot.waitSignals([view.session.saved, place.desk.looked], timeout=PATIENCE):
        qtbot.mouseClick(place.panel.apply, Qt.MouseButton.LeftButton)
    assert table.origin_text(130, NOSE) == "predicted:offset@A"
    assert place.summary.text().endswith("all labelled by one rule, A.")
    assert "One undo (Ctrl+Z)" in place.panel.done.text()
    assert place.legend._texts[0].text().startswith("240 (120) faces")
    with Project(view.project.folder) as reader:
        assert (load_rules(reader).of_row == 0).all()
    with qtbot.waitSignals([view.session.saved, place.desk.looked], timeout=PATIENCE):
        window.actions_by_id["undo"].trigger()
    np.testing.assert_array_equal(table.points, before)
    assert place.mixed
    assert place.panel.done.text() == ""
    qtbot.waitUntil(lambda: place.panel.plan is not None, timeout=PATIENCE)
    assert place.panel.faces.value == "120"


def test_what_a_person_did_meanwhile_is_not_overwritten(qtbot: QtBot, place: RulesPlace) -> None:
    session = view_of(window_of(place)).session
    plan = place.panel.plan
    assert plan is not None
    with qtbot.waitSignal(place.desk.planned, timeout=PATIENCE):
        session.apply(moved(session.project, 130, NOSE, (50.0, 60.0)))
        # A plan of labels that are not there any more cannot be applied.
        assert place.panel.plan is None
        assert not place.panel.apply.isEnabled()
    assert place.panel.plan is not None
    assert place.panel.plan.kept == 1
    place.panel.apply.click()
    np.testing.assert_array_equal(session.project.labels.table.points[130, NOSE], [50, 60])


def test_corrected_labels_change_only_if_that_is_chosen(qtbot: QtBot, place: RulesPlace) -> None:
    session = view_of(window_of(place)).session
    with qtbot.waitSignal(place.desk.planned, timeout=PATIENCE):
        session.apply(moved(session.project, 130, NOSE, (50.0, 60.0)))
    labels = int(place.panel.labels.value)
    with qtbot.waitSignal(place.desk.planned, timeout=PATIENCE):
        place.panel.everything.click()
    assert int(place.panel.labels.value) == labels + 1


def test_choices_that_make_no_sense_say_so(qtbot: QtBot, place: RulesPlace) -> None:
    panel = place.panel
    for box in panel._sources:
        box.setChecked(False)
    panel._sources[0].click()
    assert panel.wish is None
    assert panel.plan is None
    assert not panel.apply.isEnabled()
    assert panel.why.text() == "Choose at least one other rule to leave."
    choose(qtbot, place, "A", rule="B")
    assert panel.apply.text() == "Label 120 faces as B"


def test_a_sample_is_shown_and_another_one_drawn(qtbot: QtBot, place: RulesPlace) -> None:
    pairs = place.spot_check.pairs
    qtbot.mouseClick(place.panel.check, Qt.MouseButton.LeftButton)
    assert place.tabs.currentIndex() == 1
    assert pairs.rowCount() == 12
    first = [pairs.face(i) for i in range(12)]
    assert all(120 <= face < 200 for face in first)
    assert "labels change, by" in pairs.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    with qtbot.waitSignal(place.desk.sampled, timeout=PATIENCE):
        qtbot.mouseClick(place.panel.check, Qt.MouseButton.LeftButton)
    assert [pairs.face(i) for i in range(12)] != first
    assert place.caption.text().startswith("12 of 80 faces")
    # Every pair fits beside its neighbour, or below it.
    boxes = [place.spot_check.visualRect(pairs.index(i)) for i in range(12)]
    assert not any(boxes[i].intersects(boxes[j]) for i in range(12) for j in range(i))
    view = view_of(window_of(place))
    place.spot_check.activated.emit(pairs.index(3))
    assert view.place == "label"
    assert view.session.face == pairs.face(3)


def test_the_strip_leads_to_the_rows(qtbot: QtBot, place: RulesPlace) -> None:
    view = view_of(window_of(place))
    strip = place.strip
    assert strip.told(130) == "row 130 · rule B"
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.row == 120
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.row == 200
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert view.place == "label"
    assert view.session.face == 120
    window_of(place).show_place("rules")
    assert strip.row == 120
    place_at = QPoint(strip.width() - 10, 10)
    row = strip.row_at(place_at.x())
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=place_at)
    assert view.session.face == row > 230


def test_single_strays_are_no_change_of_the_strip(qtbot: QtBot) -> None:
    strip = RowStrip()
    qtbot.addWidget(strip)
    of_row = np.repeat(np.array([0, 1], np.int16), [2600, 2400])
    of_row[::40] = 2
    strip.show_rows(of_row, ("A", "B", "C"), (2600,))
    strip.resize(700, 50)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.row == 2600
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.row == 2600
    picture = strip.grab().toImage()
    middle, below = picture.pixelColor(150, 8).name(), picture.pixelColor(550, 8).name()
    assert (middle, below) == (rule_colour(0, current()).lower(), rule_colour(1, current()).lower())


def test_the_faces_of_a_rule_are_shown_as_they_are_labelled_now(qtbot: QtBot, place: RulesPlace) -> None:
    view = view_of(window_of(place))
    browser = view.label.browser
    place.legend.faces[1].click()
    assert view.place == "label"
    qtbot.waitUntil(lambda: len(browser.model.faces) == 80, timeout=PATIENCE)
    window_of(place).show_place("rules")
    qtbot.waitUntil(lambda: place.panel.plan is not None, timeout=PATIENCE)
    with qtbot.waitSignal(place.desk.looked, timeout=PATIENCE):
        place.panel.apply.click()
    browser.refresh()
    assert len(browser.model.faces) == 0
    browser.bar.set_text(rule_filter("A"))
    assert len(browser.model.faces) == 200
    view.session.undo()
    browser.refresh()
    assert len(browser.model.faces) == 120


def test_from_a_run_it_is_asked_first(
    qtbot: QtBot, place: RulesPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = view_of(window_of(place))
    sees = np.full((ROWS, 15, 2), 40, np.float32)
    engine = LookingEngine(view.project.faces["train"].images, {"A": sees})
    monkeypatch.setattr(view.rules_desk, "_predictor", engine)
    make_run(view.project, validation=[0, 3], rules=("A", "B", "C"))
    with qtbot.waitSignal(view.desk.runs):
        view.desk.read_runs()
    panel = place.panel
    assert panel.method.itemText(1) == "Run first"
    panel.method.setCurrentIndex(1)
    panel.method.activated.emit(1)
    assert panel.plan is None
    assert panel.look.isVisible()
    assert not panel.apply.isEnabled()
    with qtbot.waitSignal(place.desk.planned, timeout=PATIENCE):
        qtbot.mouseClick(panel.look, Qt.MouseButton.LeftButton)
    assert panel.labels.value == f"{80 * 15:,}"
    assert "On 2 faces that people marked by rule A" in panel.says.text()
    panel.apply.click()
    assert (view.project.labels.table.points[B] == 40).all()


def test_a_run_that_knows_no_such_rule_says_so_in_place(qtbot: QtBot, place: RulesPlace) -> None:
    view = view_of(window_of(place))
    make_run(view.project, rules=("X",))
    with qtbot.waitSignal(view.desk.runs):
        view.desk.read_runs()
    place.panel.method.setCurrentIndex(1)
    place.panel.method.activated.emit(1)
    with qtbot.waitSignal(place.desk.failed, timeout=PATIENCE):
        place.panel.look.click()
    assert "knows no marking rule" in place.panel.says.text()
    assert place.panel.says.property("role") == "danger"
    assert place.panel.look.isVisible()


def test_where_nobody_looked_the_search_is_one_button(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    window = make_window()
    view = open_project(qtbot, window, make_three_rules(tmp_path / "new.fkd", found=False))
    window.show_place("rules")
    assert view.rules.empty.isVisible()
    assert window.notices.notice is None
    with qtbot.waitSignal(view.rules_desk.looked, timeout=2 * PATIENCE):
        qtbot.mouseClick(view.rules.empty.action, Qt.MouseButton.LeftButton)
    assert has_rules(view.project)
    assert not view.rules.empty.isVisible()
    assert view.rules.look is not None


def test_a_project_with_several_rules_says_so_first_and_once(
    qtbot: QtBot, make_window: Callable[[], MainWindow], folder: Path
) -> None:
    window = make_window()
    view = open_project(qtbot, window, folder)
    qtbot.waitUntil(lambda: window.notices.notice is not None, timeout=PATIENCE)
    notice = window.notices.notice
    assert notice is not None
    assert notice.title == "The faces of this file are marked by 3 different rules (A 120, B 80, C 40 rows)."
    assert "top lip of B lies" in notice.text
    assert notice.action == SHOW_RULES
    qtbot.mouseClick(window.notices.action, Qt.MouseButton.LeftButton)
    assert view.place == "rules"
    assert window.notices.notice is None
    window.close()
    again = make_window()
    view = open_project(qtbot, again, folder)
    show(qtbot, again)
    assert again.notices.notice is None


def test_a_file_of_one_rule_says_nothing(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    window = make_window()
    view = open_project(qtbot, window, make_project(tmp_path / "one.fkd"))
    with qtbot.waitSignal(view.rules_desk.looked, timeout=2 * PATIENCE):
        window.show_place("rules")
        view.rules.empty.action.click()
    assert not view.rules.mixed
    assert view.rules.summary.text() == "12 training rows, all labelled by one rule, A."
    assert window.notices.notice is None
    assert not view.rules.panel.apply.isEnabled()
    assert view.rules.panel.why.text() == "All rows follow one rule."
    assert view.rules.panel.isHidden()


def test_after_an_import_the_rules_are_looked_for(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()

    def write(source: Path, to: Path, job: object) -> None:  # noqa: ARG001 - in the place of the importer
        make_three_rules(to, found=False)

    monkeypatch.setattr("fkd_core.importing.import_kaggle", write)
    with qtbot.waitSignal(window.projects.opened, timeout=PATIENCE):
        window.projects.make(tmp_path / "download.zip", tmp_path / "made.fkd")
    view = view_of(window)
    qtbot.waitUntil(lambda: window.notices.notice is not None, timeout=2 * PATIENCE)
    assert window.notices.notice is not None
    assert "different rules" in window.notices.notice.title
    assert has_rules(view.project)


def test_a_project_that_is_only_read_can_be_looked_at_but_not_labelled(
    qtbot: QtBot, make_window: Callable[[], MainWindow], folder: Path
) -> None:
    with Project(folder, write=True):
        window = make_window()
        view = open_project(qtbot, window, folder)
        show(qtbot, window)
        assert view.rules.panel.faces.value == "80"
        assert not view.rules.panel.apply.isEnabled()
        assert "reading only" in view.rules.panel.why.text()


def test_the_place_is_left_while_a_run_looks(
    qtbot: QtBot, place: RulesPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = view_of(window_of(place))
    engine = LookingEngine(view.project.faces["train"].images, {"A": np.zeros((ROWS, 15, 2), np.float32)})
    monkeypatch.setattr(view.rules_desk, "_predictor", engine)
    make_run(view.project, rules=("A",))
    with qtbot.waitSignal(view.desk.runs):
        view.desk.read_runs()
    place.panel.method.setCurrentIndex(1)
    place.panel.method.activated.emit(1)
    place.panel.look.click()
    window = window_of(place)
    window.close_project()
    assert window.view is None
