"""Typing a filter: completion, mistakes in place, what is applied when."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from fkd_core.project import Project
from fkd_core.rules import NO_RULE, Rule, Rules, save_rules
from fkd_gui.browser import FaceBrowser, FaceFilter
from fkd_gui.browser.saved_filters import SavedFilter, load_filters, store_filters
from fkd_gui.main_window import MainWindow
from fkd_gui.session import Session
from fkd_gui.settings import SAVED_FILTERS, Settings
from tests.helpers.windows import focus, view_of

KEY = Qt.Key


@pytest.fixture
def browser(qtbot: QtBot, session: Session, settings: Settings) -> Iterator[FaceBrowser]:
    made = FaceBrowser(session, settings)
    qtbot.addWidget(made)
    made.resize(480, 560)
    with qtbot.waitExposed(made):
        made.show()
    focus(qtbot, made.bar.query)
    yield made
    made.hide()


def faces(browser: FaceBrowser) -> list[int]:
    shown: list[int] = browser.model.faces.tolist()
    return shown


def type_(qtbot: QtBot, browser: FaceBrowser, text: str) -> None:
    """Type, and wait until it was tried."""
    with qtbot.waitSignal(browser.bar.query.settled):
        qtbot.keyClicks(browser.bar.query, text)


def test_faces_follow_what_is_typed(qtbot: QtBot, browser: FaceBrowser) -> None:
    type_(qtbot, browser, "split:test row:1-2")
    assert faces(browser) == [13, 14]
    assert browser.bar.message == "2 of 16 faces"
    assert browser.bar.filter == FaceFilter(split="test")


def test_enter_does_not_wait(qtbot: QtBot, browser: FaceBrowser) -> None:
    qtbot.keyClicks(browser.bar.query, "split:test")
    assert len(faces(browser)) == 16
    qtbot.keyClick(browser.bar.query, KEY.Key_Return)
    assert faces(browser) == [12, 13, 14, 15]


def test_a_mistake_is_marked_and_the_last_good_filter_stays(qtbot: QtBot, browser: FaceBrowser) -> None:
    browser.bar.set_text("split:test")
    browser.bar.query.end(False)
    type_(qtbot, browser, " and orgin:human")
    assert browser.bar.query.mistake == (15, 20)
    assert browser.bar.message == "Character 16: nothing is called ‘orgin’; expected origin."
    assert browser.bar.query.accessibleDescription() in browser.bar.message
    assert faces(browser) == [12, 13, 14, 15]
    browser.bar.query.setSelection(15, 5)
    type_(qtbot, browser, "origin")
    assert browser.bar.query.mistake is None
    assert faces(browser) == []


def test_half_a_filter_is_no_mistake_until_enter(qtbot: QtBot, browser: FaceBrowser) -> None:
    type_(qtbot, browser, "missing:yes and")
    assert browser.bar.query.mistake is None
    assert browser.bar.message.startswith("something is missing; expected")
    assert len(faces(browser)) == 16
    qtbot.keyClick(browser.bar.query, KEY.Key_Return)
    assert browser.bar.query.mistake == (15, 15)
    for _ in range(4):
        qtbot.keyClick(browser.bar.query, KEY.Key_Backspace)
    qtbot.keyClick(browser.bar.query, KEY.Key_Return)
    assert browser.bar.message == "12 of 16 faces"


def test_the_mark_is_drawn_below_the_mistake(qtbot: QtBot, browser: FaceBrowser) -> None:
    query = browser.bar.query
    type_(qtbot, browser, "row:1 wrong:2")
    query.setCursorPosition(8)  # within the mistake: the cursor blinks
    with_mark = query.grab().toImage()
    query.mark(None)
    without = query.grab().toImage()
    differing = [
        x
        for x in range(without.width())
        if any(with_mark.pixel(x, y) != without.pixel(x, y) for y in range(without.height()))
    ]
    metrics = query.fontMetrics()
    start, end = (metrics.horizontalAdvance(text) for text in ("row:1 ", "row:1 wrong"))
    ratio = without.devicePixelRatio()
    assert differing
    assert differing[0] / ratio == pytest.approx(start + 4, abs=6)
    assert differing[-1] / ratio == pytest.approx(end + 4, abs=6)


def test_words_are_completed_by_tab_and_by_arrows(qtbot: QtBot, browser: FaceBrowser) -> None:
    query = browser.bar.query
    qtbot.keyClicks(query, "ori")
    assert query.offered[0] == "origin"
    qtbot.keyClick(query, KEY.Key_Tab)
    assert query.text() == "origin:"
    assert query.offered == ["human", "imputed", "predicted", "corrected", "none"]
    popup = query._completer.popup()
    qtbot.keyClick(popup, KEY.Key_Down)
    qtbot.keyClick(popup, KEY.Key_Return)
    assert query.text() == "origin:human "
    assert query.hasFocus()
    qtbot.keyClick(query, KEY.Key_Escape)
    assert query.offered == []
    qtbot.keyClick(query, KEY.Key_Return)
    assert len(faces(browser)) == 12


def test_down_offers_everything_and_escape_leads_back(qtbot: QtBot, browser: FaceBrowser) -> None:
    query = browser.bar.query
    qtbot.keyClick(query, KEY.Key_Down)
    assert {"origin", "error", "work"} <= set(query.offered)
    qtbot.keyClick(query, KEY.Key_Escape)
    assert query.hasFocus()
    qtbot.keyClick(query, KEY.Key_Escape)
    qtbot.waitUntil(browser.grid.hasFocus)


def test_an_error_needs_a_run_and_comes_with_it(qtbot: QtBot, session: Session, browser: FaceBrowser) -> None:
    type_(qtbot, browser, "error>3")
    assert browser.bar.message == "error: choose a run first, in Train."
    assert browser.bar.query.mistake == (0, 7)
    points = session.project.labels.table.points.copy()
    points[4] += 5
    session.show_predictions("run-1", points)
    assert faces(browser) == [4]
    assert browser.bar.query.mistake is None


def test_suspicion_is_taken_when_it_is_there(session: Session, browser: FaceBrowser) -> None:
    browser.bar.set_text("suspicion>0.8")
    assert "review the labels first" in browser.bar.message
    suspicion = np.full(session.project.labels.table.state.shape, np.nan)
    suspicion[[2, 6], 1] = 0.9, 0.85
    browser.set_suspicion(suspicion)
    assert faces(browser) == [2, 6]
    with pytest.raises(ValueError, match="received"):
        browser.set_suspicion(suspicion[:3])


def test_like_faces_are_looked_for_when_they_are_asked_for(qtbot: QtBot, browser: FaceBrowser) -> None:
    browser.bar.set_text("duplicate:no")
    assert browser.bar.message == "duplicate: looking for like faces …."
    assert browser.bar.query.mistake is None
    qtbot.waitUntil(lambda: browser.bar.message == "16 of 16 faces")


def test_rules_are_read_when_someone_begins_to_type(
    qtbot: QtBot, session: Session, settings: Settings
) -> None:
    keep_rules(session.project)
    browser = FaceBrowser(session, settings)
    qtbot.addWidget(browser)
    browser.show()
    with qtbot.waitSignal(browser.facts.changed):
        focus(qtbot, browser.bar.query)
    qtbot.keyClicks(browser.bar.query, "rule:")
    assert browser.bar.query.offered == ["A", "B", "none"]
    type_(qtbot, browser, "B")
    assert faces(browser) == list(range(5, 12))


def test_rules_that_cannot_be_read_say_why(qtbot: QtBot, session: Session, settings: Settings) -> None:
    (session.project.folder / "rules.json").write_text("{")
    browser = FaceBrowser(session, settings)
    qtbot.addWidget(browser)
    with qtbot.waitSignal(browser.facts.failed):
        browser.bar.set_text("rule:B")
    assert "rules.json" in browser.bar.message
    assert len(faces(browser)) == 16


def test_faces_are_sorted_and_turned_round(qtbot: QtBot, session: Session, browser: FaceBrowser) -> None:
    combo = next(c for c in browser.findChildren(QComboBox) if c.accessibleName() == "Sort by")
    combo.setCurrentIndex(combo.findData("missing"))
    combo.activated.emit(combo.currentIndex())
    assert faces(browser)[:4] == [12, 13, 14, 15]
    assert faces(browser)[-4:] == [0, 3, 6, 9]
    turn = next(b for b in browser.findChildren(QToolButton) if b.accessibleName() == "Highest first")
    qtbot.mouseClick(turn, Qt.MouseButton.LeftButton)
    assert faces(browser)[:4] == [0, 3, 6, 9]
    session.go_to(9)
    assert browser.model.neighbour(9, 1) == 1
    assert browser.model.neighbour(0, -1) is None


def test_a_mistake_stays_said_while_other_things_change(
    qtbot: QtBot, session: Session, browser: FaceBrowser
) -> None:
    browser.bar.set_text("missing:yes")
    browser.bar.query.end(False)
    type_(qtbot, browser, " wrong:1")
    browser.bar.order.set_order("row", True)
    browser.bar.order.changed.emit()
    session.show_predictions("run-1", session.project.labels.table.points.copy())
    browser.refresh()
    assert faces(browser)[0] == 11, "the order changes, the last good filter stays"
    assert browser.bar.query.mistake == (12, 17)
    assert "nothing is called ‘wrong’" in browser.bar.message


@pytest.mark.parametrize("known", [False, True])
def test_a_rule_that_is_not_there_is_a_mistake_once_the_rules_are_known(
    qtbot: QtBot, session: Session, browser: FaceBrowser, known: bool
) -> None:
    keep_rules(session.project)
    if known:
        qtbot.waitUntil(lambda: not browser.facts.looking)
    browser.facts.read_rules()
    with qtbot.waitSignal(browser.facts.changed):
        browser.bar.set_text("rule:Z")
    assert "rule cannot be ‘Z’; expected A, B, none" in browser.bar.message
    browser.refresh()
    assert len(faces(browser)) == 16


def test_nothing_begins_after_the_session_ended(qtbot: QtBot, project: Project) -> None:
    session = Session(project)
    browser = FaceBrowser(session)
    qtbot.addWidget(browser)
    session.close()
    browser.facts.read_rules()
    browser.bar.set_text("duplicate:yes")
    assert not browser.facts.looking


def test_choices_write_into_the_text(qtbot: QtBot, browser: FaceBrowser) -> None:
    type_(qtbot, browser, "row:0-5 or row:11")
    combo = next(c for c in browser.findChildren(QComboBox) if c.accessibleName() == "Split")
    qtbot.keyClick(combo, KEY.Key_Down)
    assert browser.bar.query.text() == "(row:0-5 or row:11) split:train"
    assert faces(browser) == [0, 1, 2, 3, 4, 5, 11]
    qtbot.keyClick(combo, KEY.Key_Up)
    assert browser.bar.query.text() == "(row:0-5 or row:11)"


def test_filters_are_saved_by_name(qtbot: QtBot, browser: FaceBrowser, settings: Settings) -> None:
    bar = browser.bar
    assert bar.saved is not None
    bar.set_text("split:test row:1-2")
    bar.order.set_order("row", True)
    bar.order.changed.emit()
    bar.saved.menu().aboutToShow.emit()
    line = bar.saved._line.defaultWidget()
    assert isinstance(line, QLineEdit)
    qtbot.keyClicks(line, 'Two, "of" four; & more')
    qtbot.keyClick(line, KEY.Key_Return)
    settings.save()
    kept = load_filters(settings)
    assert kept == [SavedFilter('Two, "of" four; & more', "split:test row:1-2", "row", True)]
    bar.clear()
    bar.order.set_order("", False)
    bar.order.changed.emit()
    assert len(faces(browser)) == 16
    bar.saved.menu().aboutToShow.emit()
    bar.saved.menu().actions()[0].trigger()
    assert faces(browser) == [14, 13]
    assert bar.query.text() == "split:test row:1-2"
    bar.saved.remove(kept[0].name)
    assert load_filters(settings) == []


def test_a_saved_filter_of_another_project_says_what_does_not_fit(
    browser: FaceBrowser, settings: Settings
) -> None:
    store_filters(settings, [SavedFilter("far", "split:validation", "error")])
    browser.bar.show_saved(load_filters(settings)[0])
    assert "split cannot be ‘validation’" in browser.bar.message
    assert len(faces(browser)) == 16


def test_damaged_settings_are_no_filters(settings: Settings) -> None:
    for damaged in ("{", "[1]", '[{"name": 1}]', "{}"):
        settings.set(SAVED_FILTERS, damaged)
        assert load_filters(settings) == []


def test_the_shortcut_leads_to_the_line_and_escape_back(qtbot: QtBot, window: MainWindow) -> None:
    window.show_place("train")
    window.actions_by_id["filter"].trigger()
    browser = view_of(window).label.browser
    qtbot.waitUntil(browser.bar.query.hasFocus)
    assert view_of(window).place == "label"
    qtbot.keyClicks(browser.bar.query, "split:test")
    qtbot.keyClick(browser.bar.query, KEY.Key_Escape)
    qtbot.keyClick(browser.bar.query, KEY.Key_Escape)
    qtbot.waitUntil(browser.grid.hasFocus)
    assert len(browser.model.faces) == 4


def keep_rules(project: Project) -> None:
    which = np.repeat(np.array([0, 1], np.int16), [5, 7])
    nothing = np.full(12, NO_RULE, np.int16)
    rules = tuple(
        Rule(name, (rows,), len(rows), ("nose_tip",), {})
        for name, rows in (("A", range(5)), ("B", range(5, 12)))
    )
    save_rules(project, Rules(("A", "B"), which, nothing, nothing, rules, "A"))


def test_very_many_faces_are_filtered_on_a_thread(
    qtbot: QtBot, browser: FaceBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fkd_gui.browser.browser._AT_ONCE", 10)
    browser.bar.set_text("split:train")
    browser.bar.set_text("split:test")
    assert len(faces(browser)) == 16
    qtbot.waitUntil(lambda: faces(browser) == [12, 13, 14, 15])
    browser.bar.set_text("error>3")
    qtbot.waitUntil(lambda: "choose a run" in browser.bar.message)
    qtbot.waitUntil(lambda: not len(browser.facts._tasks))
    assert faces(browser) == [12, 13, 14, 15], "what was asked before does not come after"
