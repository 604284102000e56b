"""A drawn keyboard: on each key what it does alone, with Shift and with Ctrl."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import attrs
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from fkd_gui.theme import LIGHT

ASPECT = 5 / 17.2
"""height of the drawing in its width"""

_ROWS = (
    (0.0, "` 1 2 3 4 5 6 7 8 9 0 - = Backspace:2"),
    (0.0, "Tab:1.5 Q W E R T Y U I O P [ ] \\:1.5"),
    (1.75, "A S D F G H J K L ; ' Return:2.25"),
    (2.25, "Z X C V B N M , . /"),
    (3.75, "Space:6.25"),
)
_MORE = (
    (15.2, 0, "Del"),
    (16.2, 0, "F1"),
    (15.2, 1, "PgUp"),
    (16.2, 1, "PgDown"),
    (15.2, 3, "Up"),
    (14.2, 4, "Left"),
    (15.2, 4, "Down"),
    (16.2, 4, "Right"),
)
_MARKS = {"": "", "Shift+": "⇧ ", "Ctrl+": "Ctrl ", "Ctrl+Shift+": "Ctrl ⇧ ", "Alt+": "Alt "}
_CAPS = {"Backspace": "⌫", "Return": "⏎", "Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "PgDown": "PgDn"}
_LINES = 3


@attrs.frozen
class _Cap:
    name: str
    left: float
    row: int
    width: float = 1.0


def paint_keyboard(painter: QPainter, box: QRectF, bindings: Iterable[tuple[str, str]]) -> None:
    """Draw it into a box, dark on white.

    Args:
        bindings: key and what it does, in the order of their weight.
    """
    does: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, text in bindings:
        mark, name = _cut(key)
        if mark in _MARKS:
            does[name].append((mark, text))
    unit = min(box.width() / 17.2, box.height() / 5)
    for cap in _caps():
        place = QRectF(box.left() + cap.left * unit, box.top() + cap.row * unit, cap.width * unit, unit)
        _paint_cap(
            painter, place.adjusted(0.03 * unit, 0.03 * unit, -0.03 * unit, -0.03 * unit), cap, does, unit
        )


def _paint_cap(
    painter: QPainter, place: QRectF, cap: _Cap, does: dict[str, list[tuple[str, str]]], unit: float
) -> None:
    order = list(_MARKS)
    bound = sorted(dict.fromkeys(does.get(cap.name, [])), key=lambda pair: order.index(pair[0]))
    texts = [_MARKS[mark] + text for mark, text in bound]
    painter.setPen(QPen(QColor(LIGHT.outline), 0.02 * unit))
    painter.setBrush(QColor(LIGHT.selection if texts else LIGHT.surface))
    painter.drawRoundedRect(place, 0.09 * unit, 0.09 * unit)
    inner = place.adjusted(0.07 * unit, 0.04 * unit, -0.05 * unit, -0.04 * unit)
    font = QFont(painter.font())
    font.setPixelSize(max(1, round(0.2 * unit)))
    font.setBold(bool(texts))
    painter.setFont(font)
    painter.setPen(QColor(LIGHT.text if texts else LIGHT.muted))
    top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
    painter.drawText(inner, top, _CAPS.get(cap.name, cap.name))
    font.setBold(False)
    font.setPixelSize(max(1, round(0.125 * unit)))
    painter.setFont(font)
    painter.setPen(QColor(LIGHT.text))
    lines = _lines(texts, QFontMetricsF(font), inner.width())
    height = 0.155 * unit
    y = inner.top() + 0.27 * unit
    for line in lines:
        painter.drawText(QRectF(inner.left(), y, inner.width(), height), top, line)
        y += height


def _lines(texts: list[str], metrics: QFontMetricsF, width: float) -> list[str]:
    """Words in at most four lines: each thing begins a line, and is cut where others need the room."""
    room = _LINES + 1
    lines: list[str] = []
    for place, text in enumerate(texts[:room]):
        allowed = max(1, room - len(lines) - (len(texts[:room]) - place - 1))
        part: list[str] = []
        for word in text.split():
            if part and metrics.horizontalAdvance(f"{part[-1]} {word}") <= width:
                part[-1] += f" {word}"
            else:
                part.append(word)
        if len(part) > allowed:
            part = [*part[: allowed - 1], " ".join(part[allowed - 1 :])]
        lines += [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in part]
    return lines[:room]


def _caps() -> list[_Cap]:
    caps = []
    for row, (left, names) in enumerate(_ROWS):
        for word in names.split():
            name, _, width = word.partition(":")
            cap = _Cap(name, left, row, float(width or 1))
            caps.append(cap)
            left += cap.width
    return caps + [_Cap(name, left, row) for left, row, name in _MORE]


def _cut(key: str) -> tuple[str, str]:
    """Modifiers and the key itself."""
    name = "+" if key.endswith("+") else key.rpartition("+")[2]
    return key[: len(key) - len(name)], "=" if name == "+" else name
