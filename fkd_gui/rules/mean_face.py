"""The mean face of a file with the places of its marking rules on it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fkd_core.rules.picture import SIDE, Picture
from fkd_gui.canvas.scene import grey_image
from fkd_gui.rules.marks import draw_rule, rule_colour
from fkd_gui.theme import UNIT, current

_RADIUS = 4.6
_REACH = 12.0
"""how far from a marker the pointer still means it"""


class MeanFaceView(QWidget):
    """Draws the chosen rules; lines lead from the place of one rule to that of the others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self._shown: tuple[int, ...] = ()
        self._against = 0
        self._names: tuple[str, ...] = ()
        self._grey = np.zeros((SIDE, SIDE), np.uint8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 240)
        self.setAccessibleName("Mean face with the places of each marking rule")

    def sizeHint(self) -> QSize:
        """Room for each standard pixel to be four of the screen."""
        return QSize(2 * SIDE, 2 * SIDE)

    def show_rules(
        self, picture: Picture, shown: tuple[int, ...], against: int, names: tuple[str, ...]
    ) -> None:
        """Show rules by their positions.

        Args:
            picture: of the file.
            shown: the rules to draw.
            against: the rule that lines begin at, where it is shown.
            names: of the keypoints, for people.
        """
        self._picture, self._shown, self._against, self._names = picture, shown, against, names
        faces = picture.images[list(shown or range(len(picture.names)))]
        self._grey = np.round(faces.mean(axis=0)).astype(np.uint8)
        self.setAccessibleDescription(
            f"Rules {', '.join(picture.names[rule] for rule in shown)} over their mean face"
        )
        self.update()

    def place_of(self, rule: int, keypoint: int) -> QPointF:
        """Where the marker of a rule is in the widget."""
        assert self._picture is not None
        box = self._box()
        x, y = self._picture.points[rule, keypoint] * box.width() / SIDE
        return QPointF(box.x() + float(x), box.y() + float(y))

    def event(self, event: QEvent) -> bool:
        """Tell the place under the pointer in words."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.told_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), text, self) if text else QToolTip.hideText()
            return True
        return super().event(event)

    def told_at(self, place: QPointF) -> str:
        """What is said of the keypoint at a place of the widget; empty where there is none."""
        nearest = min(
            (
                ((self.place_of(rule, keypoint) - place).manhattanLength(), keypoint)
                for rule, keypoint in self._markers()
            ),
            default=(_REACH + 1, -1),
        )
        if nearest[0] > _REACH or self._picture is None:
            return ""
        keypoint, lines = nearest[1], []
        for rule in self._shown:
            shift = self._picture.shifts[self._against][rule]
            if shift is not None and shift.measured[keypoint]:
                x, y = shift.by[keypoint]
                lines.append(f"{self._picture.names[rule]}: {x:+.1f} x, {y:+.1f} y")
        reference = self._picture.names[self._against]
        return "\n".join(
            [self._names[keypoint], *lines, f"pixels from rule {reference}" if lines else ""]
        ).strip()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The mean face, the lines, the markers."""
        if self._picture is None:
            return
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = self._box()
        painter.drawImage(box, grey_image(self._grey))
        if self._against in self._shown:
            for rule, keypoint in self._markers():
                start = self.place_of(self._against, keypoint)
                if rule != self._against and not np.isnan(start.x()):
                    end = self.place_of(rule, keypoint)
                    for colour, width in ((theme.halo_dark, 3.4), (rule_colour(rule, theme), 1.6)):
                        painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine))
                        painter.drawLine(start, end)
        for rule, keypoint in self._markers():
            draw_rule(painter, self.place_of(rule, keypoint), rule, _RADIUS, theme)

    def _markers(self) -> Iterator[tuple[int, int]]:
        if self._picture is not None:
            for rule in self._shown:
                for keypoint in np.flatnonzero(np.isfinite(self._picture.points[rule]).all(axis=1)).tolist():
                    yield rule, keypoint

    def _box(self) -> QRectF:
        side = max(1, min(self.width(), self.height()) - UNIT)
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
