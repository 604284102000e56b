"""Filter bar, grid and row work as one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from fkd_core.labels.values import OriginKind
from fkd_gui.browser import FaceBrowser, FaceFilter
from fkd_gui.browser.filters import Pattern
from fkd_gui.canvas import commands
from fkd_gui.session import Session


@pytest.fixture
def browser(qtbot: QtBot, session: Session) -> Iterator[FaceBrowser]:
    made = FaceBrowser(session)
    qtbot.addWidget(made)
    made.resize(480, 500)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.hide()


def choose(qtbot: QtBot, browser: FaceBrowser, name: str, steps: int) -> None:
    combo = next(c for c in browser.findChildren(QComboBox) if c.accessibleName() == name)
    for _ in range(steps):
        qtbot.keyClick(combo, Qt.Key.Key_Down)


def test_choices_narrow_the_faces(qtbot: QtBot, browser: FaceBrowser) -> None:
    choose(qtbot, browser, "Split", 1)
    choose(qtbot, browser, "Keypoints in the source", 2)
    assert browser.bar.filter == FaceFilter(split="train", pattern=Pattern.FOUR)
    assert browser.model.faces.tolist() == [1, 2, 4, 5, 7, 8, 10, 11]
    choose(qtbot, browser, "Origin", 1)
    assert browser.bar.filter.origin is OriginKind.HUMAN


def test_the_bar_says_how_many(browser: FaceBrowser) -> None:
    browser.bar.set_filter(FaceFilter(split="test"))
    texts = [label.text() for label in browser.bar.findChildren(type(browser.bar._count))]
    assert "4 of 16 faces" in texts


def test_nothing_found_offers_a_way_out(qtbot: QtBot, browser: FaceBrowser) -> None:
    browser.bar.set_filter(FaceFilter(split="test", origin=OriginKind.HUMAN))
    button = next(b for b in browser.findChildren(QPushButton) if b.text() == "Clear the filter")
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isVisible()
    assert browser.model.rowCount() == 16
    assert browser.bar.filter.is_empty


def test_a_row_is_gone_to_within_its_split(qtbot: QtBot, session: Session, browser: FaceBrowser) -> None:
    spin = browser.row.findChild(QSpinBox)
    assert isinstance(spin, QSpinBox)
    session.go_to(14)
    assert (spin.value(), spin.maximum()) == (2, 3)
    browser.row.focus()
    qtbot.keyClicks(spin, "1")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert session.face == 13


def test_a_filter_holds_until_it_is_refreshed(session: Session, browser: FaceBrowser) -> None:
    browser.bar.set_filter(FaceFilter(missing=2, split="train"))
    session.go_to(1)
    commands.move(session, 1, [2], np.array([[40, 40]]))
    assert 1 in browser.model.faces
    browser.refresh()
    assert 1 not in browser.model.faces
