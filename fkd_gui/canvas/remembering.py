"""What a person chose about how faces look, kept from one start to the next."""

from __future__ import annotations

from typing import Any

from fkd_gui import settings
from fkd_gui.canvas.tone import LIMITS, clamped
from fkd_gui.settings import Setting, Settings

ROWS: dict[str, Setting] = {
    "names": settings.SHOW_NAMES,
    "skeleton": settings.SHOW_SKELETON,
    "legend": settings.SHOW_LEGEND,
    "smooth": settings.SMOOTH,
    "grid": settings.SHOW_GRID,
    "predictions": settings.GHOST_MODEL,
    "mean": settings.GHOST_MEAN,
    "previous": settings.GHOST_PREVIOUS,
    "original": settings.GHOST_ORIGINAL,
    "brightness": settings.BRIGHTNESS,
    "contrast": settings.CONTRAST,
    "gamma": settings.GAMMA,
    "equalise": settings.EQUALISE,
}
"""of `CanvasOptions`: the row of the settings in which each is kept"""


def remembered(store: Settings) -> dict[str, Any]:
    """The options as they were left, each within its limits."""
    values = {option: store.get(row) for option, row in ROWS.items()}
    return {option: clamped(option, value) if option in LIMITS else value for option, value in values.items()}
