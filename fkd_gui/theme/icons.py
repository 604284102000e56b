"""Icons of one set: Phosphor (MIT licence), drawn from the font that qtawesome (MIT licence) carries.

qtawesome itself is not imported: with it comes every class of Qt, which takes a quarter of a start.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from fkd_gui.theme.colours import Theme

_OF_HEIGHT = 0.875
"""size of the font over that of the icon: glyphs of this font have room around them"""


def icon(name: str, theme: Theme, colour: str | None = None, *, on: str | None = None) -> QIcon:
    """An icon in the colours of a theme, sharp at any scale.

    Args:
        name: Phosphor's name such as `check-circle`.
        theme: gives the colours of the normal and the disabled state.
        colour: `#rrggbb` in place of the theme's text colour.
        on: `#rrggbb` while the button is switched on.

    Raises:
        KeyError: if there is no such icon.
    """
    family, glyphs = _font()
    usual = colour or theme.text
    return QIcon(_Glyph(chr(int(glyphs[name], 16)), family, (usual, on or usual, theme.disabled)))


class _Glyph(QIconEngine):
    """Draws one letter of the font; `colours` are for off, on and disabled."""

    def __init__(self, letter: str, family: str, colours: tuple[str, str, str]) -> None:
        super().__init__()
        self._letter, self._family, self._colours = letter, family, colours

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        usual, on, disabled = self._colours
        colour = disabled if mode == QIcon.Mode.Disabled else on if state == QIcon.State.On else usual
        font = QFont(self._family)
        font.setPixelSize(max(1, round(_OF_HEIGHT * rect.height())))
        painter.save()
        painter.setPen(QColor(colour))
        painter.setFont(font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        drawn = QPixmap(size)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return drawn

    def clone(self) -> QIconEngine:
        return _Glyph(self._letter, self._family, self._colours)


@cache
def _font() -> tuple[str, dict[str, str]]:
    """The family of the font, which is loaded now, and the code of each icon's letter as hexadecimal text."""
    package = find_spec("qtawesome")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "fonts"
    (letters,) = folder.glob("phosphor-charmap-*.json")
    (font,) = folder.glob("phosphor-[0-9]*.ttf")
    (family,) = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(font)))
    glyphs: dict[str, str] = json.loads(letters.read_text("utf-8"))
    return family, glyphs
