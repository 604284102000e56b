"""The Overview place: its parts lead to faces by mouse and keyboard, and it follows the labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fkd_core.errors import ProjectError
from fkd_core.overview import report
from fkd_core.project import Project
from fkd_core.rules import save_rules
from fkd_core.rules.store import one_rule
from fkd_gui.main_window import MainWindow
from fkd_gui.overview.place import OverviewPlace
from fkd_gui.theme import DARK, LIGHT, apply_theme
from tests.helpers.odd_faces import DARK as DARK_ROW
from tests.helpers.odd_faces import ROWS, make_odd_faces
from tests.helpers.windows import focus, moved, open_project, view_of

PATIENCE = 30_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_odd_faces(tmp_path / "odd.fkd")
    with Project(made, write=True) as project:
        save_rules(project, one_rule(project))
    return made


@pytest.fixture
def place(qtbot: QtBot, make_window: Callable[[], MainWindow], folder: Path) -> OverviewPlace:
    window = make_window()
    open_project(qtbot, window, folder)
    return shown(qtbot, window)


def shown(qtbot: QtBot, window: MainWindow) -> OverviewPlace:
    window.show_place("overview")
    place = view_of(window).get_place("overview")
    assert isinstance(place, OverviewPlace)
    qtbot.waitUntil(lambda: place.overview is not None, timeout=PATIENCE)
    return place


def window_of(place: QWidget) -> MainWindow:
    window = place.window()
    assert isinstance(window, MainWindow)
    return window


def listed(place: OverviewPlace) -> int:
    return len(view_of(window_of(place)).label.browser.model.faces)


def click(qtbot: QtBot, place: OverviewPlace, key: str, part: int, series: int = 0) -> None:
    view = place.page.cards[key].view
    assert view.drawing is not None
    spot = next(s for s in view.drawing.spots if s.part == part and s.series == series)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot.box.center().toPoint())


def test_findings_stand_first_and_every_chart_has_a_card(place: OverviewPlace) -> None:
    assert place.page.title.text() == f"{ROWS} train, 6 test faces"
    assert "101 of 600 faces came without all 15 keypoints" in place.page.findings[0].text()
    assert place.overview is not None
    assert list(place.page.cards) == [chart.key for chart in place.overview.charts]


def test_cards_of_a_row_are_of_equal_width(place: OverviewPlace) -> None:
    widths = {card.width() for card in place.page.cards.values()}
    assert max(widths) - min(widths) <= 1


@pytest.mark.parametrize(
    ("key", "part", "series", "count"),
    [("keypoints", 2, 4, 100), ("patterns", 1, 0, 100), ("rules", 0, 0, ROWS), ("outside", 0, 0, 1)],
)
def test_a_click_shows_the_faces_behind_a_bar(
    qtbot: QtBot, place: OverviewPlace, key: str, part: int, series: int, count: int
) -> None:
    click(qtbot, place, key, part, series)
    assert view_of(window_of(place)).place == "label"
    qtbot.waitUntil(lambda: listed(place) == count, timeout=PATIENCE)


def test_brightness_leads_to_faces_of_that_light(qtbot: QtBot, place: OverviewPlace) -> None:
    click(qtbot, place, "brightness", 0)
    faces = view_of(window_of(place)).label.browser.model
    qtbot.waitUntil(lambda: list(faces.faces) == [DARK_ROW], timeout=PATIENCE)


@pytest.mark.parametrize("key", ["drift", "places", "mean", "duplicates", "odd"])
def test_the_keyboard_reaches_every_kind_of_chart(qtbot: QtBot, place: OverviewPlace, key: str) -> None:
    view = place.page.cards[key].view
    focus(qtbot, view)
    first = view.accessibleDescription()
    assert first
    qtbot.keyClick(view, Qt.Key.Key_End)
    last = view.accessibleDescription()
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.accessibleDescription() == first
    if key != "duplicates":
        assert last != first
    assert place.page.cards[key].told.whole == first
    with qtbot.waitSignal(place.filter_requested) as asked:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert asked.args == [view.chart and view.chart.parts[0].filter(0)]
    assert view_of(window_of(place)).place == "label"


def test_a_focused_chart_is_scrolled_into_view(qtbot: QtBot, place: OverviewPlace) -> None:
    view = place.page.cards["splits"].view
    focus(qtbot, view)
    top = view.mapTo(place.page.area.viewport(), QPoint(0, 0)).y()
    assert 0 <= top < place.page.area.viewport().height()


def test_labels_that_changed_are_counted_anew(qtbot: QtBot, place: OverviewPlace) -> None:
    session = view_of(window_of(place)).session
    before = place.overview
    session.apply(moved(session.project, 0, 0, (40, 40)))
    qtbot.waitUntil(lambda: place.overview is not before, timeout=PATIENCE)
    assert place.overview is not None
    assert place.overview.chart("keypoints").parts[0].values == (ROWS - 1, 0, 0, 1, 0)
    assert "1 corrected" in place.page.cards["splits"].finding.text()


@pytest.mark.parametrize("ending", ["png", "svg", "csv"])
def test_a_picture_and_its_numbers_are_saved(
    qtbot: QtBot, place: OverviewPlace, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"patterns.{ending}"
    # the system's dialog cannot be driven; everything after it is real
    monkeypatch.setattr("fkd_gui.dialogs.ask_save", lambda *words: words[-1](path))
    card = place.page.cards["patterns"]
    entry = next(a for a in card.menu.actions() if ending.upper() in a.text().replace("&", ""))
    with qtbot.waitSignal(place.desk.saved, timeout=PATIENCE):
        entry.trigger()
    if ending == "png":
        assert QImage(str(path)).size().width() == 1440
    elif ending == "svg":
        assert QSvgRenderer(str(path)).isValid()
    else:
        assert path.read_text("utf-8").startswith("labelled in the source,faces,filter\nall 15,499,")


def test_a_place_that_cannot_be_written_is_told(
    qtbot: QtBot, place: OverviewPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fkd_gui.dialogs.ask_save", lambda *words: words[-1](tmp_path / "no" / "a.png"))
    with qtbot.waitSignal(place.problem, timeout=PATIENCE):
        place.page.cards["mean"].menu.actions()[0].trigger()


def test_a_failure_is_told_in_place_and_can_be_tried_again(
    qtbot: QtBot, make_window: Callable[[], MainWindow], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    open_project(qtbot, window, folder)

    def fail(*_: object) -> None:
        raise ProjectError("the faces cannot be read", todo="Restore them")

    with monkeypatch.context() as patch:
        patch.setattr(report, "face_light", fail)
        window.show_place("overview")
        place = view_of(window).get_place("overview")
        assert isinstance(place, OverviewPlace)
        qtbot.waitUntil(lambda: place.failure.isVisible(), timeout=PATIENCE)
    assert "the faces cannot be read" in place.failure.accessibleName()
    qtbot.mouseClick(place.failure.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: place.overview is not None, timeout=PATIENCE)
    assert place.page.isVisible()


def test_rules_that_nobody_looked_for_are_one_click_away(qtbot: QtBot, window: MainWindow) -> None:
    place = shown(qtbot, window)
    empty = place.page.cards["rules"].empty
    assert empty.isVisible()
    qtbot.mouseClick(empty.action, Qt.MouseButton.LeftButton)
    assert view_of(window).place == "rules"


def test_colours_follow_the_theme(qapp: QWidget, place: OverviewPlace) -> None:
    view = place.page.cards["rules"].view
    assert view.drawing is not None
    spot = view.drawing.spots[0].box.center().toPoint()
    found = []
    for theme in (LIGHT, DARK):
        apply_theme(qapp, theme)  # type: ignore[arg-type]
        found.append(view.grab().toImage().pixelColor(spot).name())
    assert found == [LIGHT.series[0].lower(), DARK.series[0].lower()]
