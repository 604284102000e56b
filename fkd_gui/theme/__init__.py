"""How the window looks: named colours in light and dark, and what follows from them."""

from fkd_gui.theme.colours import CHOICES, DARK, LIGHT, Theme, contrast
from fkd_gui.theme.icons import icon
from fkd_gui.theme.style import UNIT, palette, style_sheet, tabular
from fkd_gui.theme.use import apply_theme, current, theme_for

__all__ = [
    "CHOICES",
    "DARK",
    "LIGHT",
    "UNIT",
    "Theme",
    "apply_theme",
    "contrast",
    "current",
    "icon",
    "palette",
    "style_sheet",
    "tabular",
    "theme_for",
]
