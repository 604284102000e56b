"""Palette, style sheet and fonts of a theme, on Qt's Fusion style."""

from __future__ import annotations

from pathlib import Path
from string import Template

import attrs
from PySide6.QtGui import QColor, QFont, QPalette

from fkd_gui.theme.colours import Theme

TEXT = 13
"""height of text in pixels"""
UNIT = 8
"""margins and gaps are multiples of it"""

_FOLDER = Path(__file__).parent


def palette(theme: Theme) -> QPalette:
    """The colours as Qt's own roles."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.window,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.danger,
        role.ToolTipBase: theme.text,
        role.ToolTipText: theme.window,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.on_selection,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.surface,
        role.Midlight: theme.raised,
        role.Mid: theme.border,
        role.Dark: theme.outline,
        role.Shadow: theme.halo_dark,
    }
    made = QPalette()
    for which, colour in colours.items():
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.disabled))
    return made


def style_sheet(theme: Theme) -> str:
    """The application's style sheet.

    A button with the dynamic property `primary` is the one that a screen asks for; `flat` tool buttons
    show no border until they are hovered; `role` of a label is `muted`, `title`, `danger`, `warning` or
    `success`.
    """
    colours = {
        name: value for name, value in attrs.asdict(theme, recurse=False).items() if isinstance(value, str)
    }
    images = (_FOLDER / "images").as_posix()
    text = (_FOLDER / "window.qss").read_text("utf-8")
    return Template(text).substitute(colours, images=images)


def tabular(font: QFont) -> QFont:
    """The font with figures of one width, so that columns of numbers stand still."""
    made = QFont(font)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
