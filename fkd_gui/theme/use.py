"""Which theme is in force. The choice lives in the application object, not in this module."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from fkd_gui.theme.colours import CHOICES, DARK, LIGHT, Theme
from fkd_gui.theme.style import TEXT, palette, style_sheet

_NAME = "fkd_theme"


def theme_for(choice: str) -> Theme:
    """The theme that `light`, `dark` or `system` means now.

    `QStyleHints.colorSchemeChanged` tells when the system changes its mind.

    Raises:
        ValueError: if the choice is none of these.
    """
    if choice not in CHOICES:
        raise ValueError(f"theme must be one of {', '.join(CHOICES)}, received {choice!r}")
    if choice == "system":
        return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Give the whole application a theme. Widgets that paint themselves are sent a palette change."""
    app.setProperty(_NAME, theme.name)
    if (app.style().name() or "").lower() != "fusion":
        app.setStyle(QStyleFactory.create("Fusion"))
    font = app.font()
    font.setPixelSize(TEXT)
    app.setFont(font)
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(theme))


def current() -> Theme:
    """The theme that was applied last; the system's before any was."""
    app = QApplication.instance()
    name = app.property(_NAME) if app is not None else None
    return theme_for(name or "system")
