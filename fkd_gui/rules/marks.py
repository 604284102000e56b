"""How a marking rule is drawn: by colour and by shape, so that neither is the only sign."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QIcon, QPainter

from fkd_gui.canvas import markers
from fkd_gui.theme import Theme

_SHAPES = ("human", "original", "previous", "corrected", "predicted", "mean")
"""circle, square, triangle, diamond, cross, plus"""


def rule_colour(rule: int, theme: Theme) -> str:
    """The colour of a rule by its position."""
    return theme.series[rule % len(theme.series)]


def draw_rule(
    painter: QPainter, place: QPointF, rule: int, radius: float, theme: Theme, *, hollow: bool = False
) -> None:
    """Draw the marker of a rule. The painter should have antialiasing on."""
    # From the seventh rule on colours come again, with other shapes.
    kind = _SHAPES[(rule + rule // len(_SHAPES)) % len(_SHAPES)]
    markers.draw(painter, place, kind, radius, theme, hollow=hollow, colour=rule_colour(rule, theme))


def rule_icon(rule: int, theme: Theme, size: int = 16, ratio: float = 1.0) -> QIcon:
    """The marker of a rule as an icon for lists and boxes."""
    return markers.drawn_icon(
        lambda painter, place, radius: draw_rule(painter, place, rule, radius, theme), size, ratio
    )
