"""A chart on the screen: pointed at by mouse or keyboard, each part leads to its faces."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fkd_core.overview.chart import Chart
from fkd_gui.overview.drawing import Drawing, Spot, drawing_of
from fkd_gui.theme import current

HEIGHT = 320
_STEPS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)


class ChartView(QWidget):
    """A click, or Enter, asks for the faces behind what is pointed at."""

    filter_requested = Signal(str)
    pointed = Signal(str)
    """what is pointed at, in words; empty for nothing"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart: Chart | None = None
        self.drawing: Drawing | None = None
        self._hovered: int | None = None
        self._cursor = 0
        self._drawn: QPixmap | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(360, HEIGHT)

    def show_chart(self, chart: Chart) -> None:
        """Draw a chart that has parts."""
        self.chart = chart
        self._hovered, self._cursor = None, 0
        self.setAccessibleName(f"{chart.title}. {chart.finding}")
        self._arrange()

    @property
    def spot(self) -> Spot | None:
        """What is pointed at: by the pointer, or else by the keyboard."""
        if self.drawing is None or not self.drawing.spots:
            return None
        if self._hovered is not None:
            return self.drawing.spots[self._hovered]
        return self.drawing.spots[self._cursor] if self.hasFocus() else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at what is under the pointer."""
        self._hover(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        self._set_hovered(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show the faces behind what is under the pointer."""
        self._hover(event.position())
        if event.button() == Qt.MouseButton.LeftButton and self._hovered is not None:
            self._cursor = self._hovered
            self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End move; Enter shows the faces."""
        key = Qt.Key(event.key())
        if self.drawing is not None and self.drawing.spots and key in _STEPS:
            self._hovered = None
            self._cursor = self.drawing.step(self._cursor, key)
            self._tell()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self._tell()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no longer."""
        super().focusOutEvent(event)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything finds its place again."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Colours follow the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The drawing, kept as a picture, and what is pointed at."""
        if self.drawing is None:
            return
        ratio = self.devicePixelRatioF()
        if self._drawn is None or self._drawn.devicePixelRatio() != ratio:
            self._drawn = QPixmap(self.size() * ratio)
            self._drawn.setDevicePixelRatio(ratio)
            self._drawn.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._drawn)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.drawing.paint(inner)
            inner.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        if (spot := self.spot) is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.drawing.mark(painter, spot, focus=self.hasFocus() and self._hovered is None)

    def _arrange(self) -> None:
        self._drawn = None
        if self.chart is not None:
            self.drawing = drawing_of(self.chart, current(), self.font())
            self.drawing.arrange(QRectF(self.rect()).adjusted(2, 2, -2, -2))
            self._hovered = None
            self._cursor = min(self._cursor, max(0, len(self.drawing.spots) - 1))
        self.update()

    def _hover(self, place: QPointF) -> None:
        self._set_hovered(None if self.drawing is None else self.drawing.hit(place))

    def _set_hovered(self, spot: int | None) -> None:
        if spot != self._hovered:
            self._hovered = spot
            cursor = Qt.CursorShape.PointingHandCursor if spot is not None else Qt.CursorShape.ArrowCursor
            self.setCursor(cursor)
            self._tell()

    def _tell(self) -> None:
        spot = self.spot
        text = "" if spot is None or self.drawing is None else self.drawing.told(spot)
        self.setAccessibleDescription(text)
        self.pointed.emit(text)
        self.update()

    def _open(self) -> None:
        spot = self.spot
        if spot is not None and self.chart is not None:
            wanted = self.chart.parts[spot.part].filter(spot.series)
            if wanted:
                self.filter_requested.emit(wanted)
