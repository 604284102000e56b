from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from fkd_gui.panels.by_room import ByRoom


@pytest.fixture
def views(qtbot: QtBot) -> ByRoom:
    labels = [QLabel(text) for text in ("curves", "bars", "faces")]
    made = ByRoom(
        ("Curves", labels[0]),
        ("Bars", labels[1]),
        ("Faces", labels[2]),
        width=700,
        height=400,
        beside_width=300,
    )
    qtbot.addWidget(made)
    made.offer(beside=True, below=True)
    made.resize(900, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def tabs(views: ByRoom) -> list[str]:
    return [views.tabs.tabText(i) for i in range(views.tabs.count())] if views.tabs.isVisible() else []


def test_all_are_seen_where_there_is_room(views: ByRoom) -> None:
    assert views.in_sight == (True, True, True)
    assert tabs(views) == []


def test_what_has_nothing_to_show_takes_no_room(views: ByRoom) -> None:
    views.offer(beside=False, below=False)
    assert views.in_sight == (True, False, False)
    views.resize(300, 200)
    assert tabs(views) == []


def test_what_does_not_fit_goes_behind_a_tab(views: ByRoom) -> None:
    views.resize(600, 600)
    assert tabs(views) == ["Curves", "Bars"]
    assert views.in_sight == (True, False, True)
    views.tabs.setCurrentIndex(1)
    assert views.in_sight == (False, True, True)
    views.resize(900, 300)
    assert tabs(views) == ["Curves", "Faces"]
    assert views.in_sight == (True, True, False)
    views.tabs.setCurrentIndex(1)
    assert views.in_sight == (False, False, True)
    views.resize(600, 300)
    assert tabs(views) == ["Curves", "Bars", "Faces"]
    assert views.in_sight == (False, False, True)
    views.resize(900, 600)
    assert views.in_sight == (True, True, True)
