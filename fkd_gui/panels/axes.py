"""Axes of plots: whole epochs below, decades for the loss, pixels for the error; and how all axes look.

Imports pyqtgraph, which takes a few tenths of a second: only modules of plots import this one.
"""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

from fkd_gui.theme import Theme

_STEPS = (1.0, 2.0, 5.0)


class EpochAxis(pg.AxisItem):
    """Ticks at whole epochs only."""

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """One level of ticks, about one each 56 pixels."""
        wanted = (maxVal - minVal) / max(2.0, size / 56)
        return [(_step(max(1.0, wanted)), 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        """Whole numbers with thousands parted."""
        return [f"{value:,.0f}" if value >= 1 else "" for value in values]


class PixelAxis(pg.AxisItem):
    """Few ticks with just the decimals they need."""

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """One level of ticks, about one each 36 pixels."""
        return [(_step((maxVal - minVal) / max(2.0, size / 36)), 0.0)]


class DecadeAxis(pg.AxisItem):
    """For values that are drawn as their decimal logarithm: ticks at 1, 2 and 5 of each decade."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """As many of them as there is room for."""
        low, high = math.floor(min(minVal, maxVal)), math.ceil(max(minVal, maxVal))
        for factors in ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
            ticks = [d + math.log10(f) for d in range(low, high + 1) for f in factors]
            seen = [t for t in ticks if minVal <= t <= maxVal]
            if len(seen) <= max(2.0, size / 26):
                break
        else:
            every = math.ceil(len(seen) / max(2.0, size / 26))
            seen = seen[::every]
        if len(seen) < 2 <= size / 36:
            # less than the step from 1 to 2: the values themselves
            for room in (40, 28, 20):
                spacing = _step((10**maxVal - 10**minVal) / max(2.0, size / room))
                first = math.ceil(10**minVal / spacing)
                seen = [math.log10(i * spacing) for i in range(max(1, first), int(10**maxVal / spacing) + 1)]
                if len(seen) >= 2:
                    # One alone tells no scale.
                    break
        return [(1.0, seen)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        """The values, not their logarithms."""
        return [f"{10**value:.3g}" for value in values]


def _step(wanted: float) -> float:
    decade = 10 ** math.floor(math.log10(max(wanted, 1e-12)))
    return next((f * decade for f in (*_STEPS, 10.0) if f * decade >= wanted * 0.999), 10 * decade)


def thin_out(line: pg.PlotDataItem, method: str = "peak") -> None:
    """Draw no more points of a line than the screen can tell apart; ten thousand take tenths of a second.

    Args:
        line: in its plot already: adding it would undo this.
        method: `peak` keeps the lowest and the highest of what shares a pixel, `subsample` one of them.
    """
    line.opts["autoDownsampleFactor"] = 1.0
    line.setDownsampling(auto=True, method=method)
    line.setClipToView(True)


def small_font(widget: QWidget) -> QFont:
    """The font of ticks."""
    font = QFont(widget.font())
    font.setPixelSize(max(11, font.pixelSize() - 2) if font.pixelSize() > 0 else 11)
    return font


def dress_axis(axis: pg.AxisItem, theme: Theme, font: QFont) -> None:
    """Colours and font of an axis."""
    axis.setPen(pg.mkPen(theme.border, width=1))
    axis.setTextPen(theme.muted)
    axis.setTickFont(font)
    axis.setStyle(tickLength=0, tickTextOffset=6)
    axis.label.setFont(font)
    axis.label.setDefaultTextColor(QColor(theme.muted))
