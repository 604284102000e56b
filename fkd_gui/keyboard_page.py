"""The keyboard map as a page: a drawn keyboard, and all keys in two columns by groups."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import attrs
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument
from PySide6.QtSvg import QSvgGenerator

from fkd_core.errors import ProjectError
from fkd_core.files import writing
from fkd_gui.keyboard_drawing import ASPECT, paint_keyboard
from fkd_gui.keymap import Keymap, native
from fkd_gui.shortcuts import GESTURES

_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0)
"""points of the text; the largest one counts that leaves one page"""
_MARGIN = 12.0
"""of the page, in millimetres"""
_WEB = """
body { font-family: sans-serif; color: #1c1c1c; max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.15em; margin: 0.8em 0 0.2em 0; }
td { padding: 1px 0; vertical-align: top; } td.keys { font-weight: bold; text-align: right; }
"""
_UNITS = 10.0
"""units of the layout for one point: the same lines on every device"""

Group = tuple[str, tuple[tuple[str, str], ...]]
"""a title, and lines of what is done and by which keys"""


@attrs.frozen
class Page:
    """What stands on the page; made once, so that a thread can paint it.

    Attributes:
        groups: title to lines of what is done and by which keys.
        bindings: key and what it does, for the drawn keyboard.
    """

    groups: tuple[Group, ...]
    bindings: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, keymap: Keymap) -> Page:
        """The keys as they are now; what has none is left out."""
        groups: dict[str, list[tuple[str, str]]] = {}
        bindings = []
        for row in keymap.rows:
            keys = keymap.keys(row.id)
            if keys:
                groups.setdefault(row.where, []).append((row.text, ", ".join(map(native, keys))))
                bindings += [(key, row.text) for key in keys]
        for where, text, keys_text in GESTURES:
            groups.setdefault(where, []).append((text, keys_text))
        return cls(tuple((title, tuple(lines)) for title, lines in groups.items()), tuple(bindings))

    def html(self, style: str = _WEB, image: str = "") -> str:
        """The page in a style; `image` is put below the title."""
        columns = "".join(
            f'<td width="48%" valign="top">{"".join(map(_group, column))}</td>'
            + ('<td width="4%"></td>' if place == 0 else "")
            for place, column in enumerate(_halves(self.groups))
        )
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>FKD keyboard map</title>'
            f"<style>{style}</style></head><body><h1>FKD keyboard map</h1>{image}"
            f'<table width="100%" cellspacing="0" cellpadding="0"><tr>{columns}</tr></table></body></html>'
        )

    def paint(self, painter: QPainter, box: QRectF, dots: float) -> None:
        """Paint it into a box, all on one page.

        Args:
            dots: device pixels for one point, 1/72 inch.
        """
        drawn = QRectF(box.left(), box.top(), box.width(), box.width() * ASPECT)
        gap = 10 * dots
        room = box.height() - drawn.height() - gap
        scale = dots / _UNITS
        document = _fitting(self, box.width() / scale, room / scale)
        painter.save()
        painter.translate(box.left(), box.top())
        painter.scale(scale, scale)
        document.drawContents(painter)
        painter.restore()
        below = drawn.translated(0, document.size().height() * scale + gap)
        painter.save()
        paint_keyboard(painter, below, self.bindings)
        painter.restore()

    def save(self, path: Path) -> Path:
        """Write it as HTML where the name says so, as PDF otherwise.

        Raises:
            ProjectError: if it cannot be written.
        """
        with writing(path):
            if path.suffix.lower() in (".html", ".htm"):
                path.write_text(self.html(image=self._svg()), encoding="utf-8")
            else:
                path.write_bytes(self._pdf())
        return path

    def _pdf(self) -> bytes:
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setTitle("FKD keyboard map")
        writer.setResolution(300)
        writer.setPageLayout(page_layout())
        painter = QPainter(writer)
        if not painter.isActive():
            raise ProjectError("the page cannot be painted")
        box = QRectF(0, 0, writer.width(), writer.height())
        self.paint(painter, box, 300 / 72)
        painter.end()
        buffer.close()
        return bytes(data.data())

    def _svg(self) -> str:
        """The drawn keyboard as part of a page of HTML."""
        data = QByteArray()
        buffer = QBuffer(data)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        box = QRectF(0, 0, 1376, 1376 * ASPECT)
        generator.setSize(QSize(round(box.width()), round(box.height())))
        generator.setViewBox(box)
        generator.setTitle("Keyboard")
        painter = QPainter(generator)
        paint_keyboard(painter, box, self.bindings)
        painter.end()
        text = bytes(data.data()).decode("utf-8")
        svg = text[text.index("<svg") :]
        end = svg.index(">")
        head = f'<svg viewBox="0 0 {box.width():g} {box.height():g}" style="width:100%;height:auto"'
        return (
            head
            + ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
            + svg[end:]
        )


def page_layout() -> QPageLayout:
    """A4 upright with narrow margins."""
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    size = QPageSize(QPageSize.PageSizeId.A4)
    return QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)


def _fitting(page: Page, width: float, room: float) -> QTextDocument:
    """The page laid out in units, in the largest text that leaves room."""
    for size in _SIZES:
        em = size * _UNITS
        font = QFont("sans-serif")
        font.setPixelSize(round(em))
        document = QTextDocument()
        document.setDefaultFont(font)
        document.setDocumentMargin(0)
        document.setHtml(page.html(_page_style(em)))
        document.setTextWidth(width)
        if document.size().height() <= room:
            break
    return document


def _page_style(em: float) -> str:
    above, below = 0.7 * em, 0.2 * em
    return (
        f"body {{ color: #1c1c1c; }} h1 {{ font-size: {1.6 * em:.0f}px; margin: 0; }}"
        f"h2 {{ font-size: {1.15 * em:.0f}px; margin-top: {above:.0f}px; margin-bottom: {below:.0f}px; }}"
        "td.keys { font-weight: bold; }"
    )


def _group(group: Group) -> str:
    title, lines = group
    rows = "".join(
        f'<tr><td>{escape(text)}</td><td class="keys" align="right">{escape(keys)}</td></tr>'
        for text, keys in lines
    )
    return f'<h2>{escape(title)}</h2><table width="100%" cellspacing="0" cellpadding="0">{rows}</table>'


def _halves(groups: Sequence[Group]) -> tuple[list[Group], list[Group]]:
    """The groups in two columns that are about equally long; each column keeps their order."""
    columns: tuple[list[int], list[int]] = ([], [])
    lengths = [0, 0]
    for place in sorted(range(len(groups)), key=lambda place: -len(groups[place][1])):
        shorter = int(lengths[1] < lengths[0])
        columns[shorter].append(place)
        lengths[shorter] += len(groups[place][1]) + 2
    first, second = sorted((sorted(column) for column in columns), key=lambda column: column[:1])
    return [groups[place] for place in first], [groups[place] for place in second]
