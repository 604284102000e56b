"""Icons of one set: Phosphor (MIT licence), drawn from the font that qtawesome (MIT licence) carries."""

from __future__ import annotations

from typing import Any

import qtawesome
from PySide6.QtGui import QIcon

from fkd_gui.theme.colours import Theme


def icon(name: str, theme: Theme, colour: str | None = None, *, on: str | None = None) -> QIcon:
    """An icon in the colours of a theme, sharp at any scale.

    Args:
        name: Phosphor's name such as `check-circle`, with or without `ph.` before it.
        theme: gives the colours of the normal and the disabled state.
        colour: `#rrggbb` in place of the theme's text colour.
        on: `#rrggbb` while the button is switched on.
    """
    options: dict[str, Any] = {"color": colour or theme.text, "color_disabled": theme.disabled}
    if on is not None:
        options |= {"color_on": on, "color_on_active": on}
    made: QIcon = qtawesome.icon(name if "." in name else f"ph.{name}", **options)
    return made
