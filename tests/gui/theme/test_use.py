"""Applying a theme reaches palette, style sheet and `current`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from fkd_gui.theme import DARK, LIGHT, Theme, apply_theme, current, icon, style_sheet, theme_for


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    before = current()
    yield qapp
    apply_theme(qapp, before)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_theme_is_applied_to_everything(app: QApplication, qtbot: QtBot, theme: Theme) -> None:
    apply_theme(app, theme)
    button = QPushButton("Train")
    button.setProperty("primary", True)
    qtbot.addWidget(button)
    button.resize(120, 32)
    assert current() == theme
    assert app.palette().window().color() == QColor(theme.window)
    assert button.grab().toImage().pixelColor(16, 16) == QColor(theme.accent)


def test_the_system_can_be_overruled() -> None:
    assert theme_for("light") is LIGHT
    assert theme_for("dark") is DARK
    assert theme_for("system") in (LIGHT, DARK)
    with pytest.raises(ValueError, match="received 'blue'"):
        theme_for("blue")


def test_the_style_sheet_has_no_name_left_to_fill_in() -> None:
    assert "$" not in style_sheet(LIGHT)


@pytest.mark.usefixtures("qapp")
def test_icons_are_drawn() -> None:
    image = icon("check-circle", DARK).pixmap(16, 16).toImage()
    seen = {image.pixelColor(x, y).alpha() for x in range(16) for y in range(16)}
    assert max(seen) > 128
