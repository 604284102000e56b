"""The quiet strip at the bottom of the window: what is being worked on, how far it is, and a way to stop."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QSize, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QProgressBar, QSizePolicy, QWidget

from fkd_gui.panels.kit import Elided, button
from fkd_gui.panels.pace import Pace, duration
from fkd_gui.theme import UNIT, current, icon, tabular

SCALE = 1000
"""steps of the progress bar"""


class SparkLine(QWidget):
    """The last values of a figure as a line without axes, the best one dotted."""

    KEPT = 120

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: list[float] = []
        self.setFixedWidth(96)
        self.setMinimumHeight(18)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """As high as a line of text."""
        return QSize(96, 22)

    def add(self, value: float) -> None:
        """Append a value; those that are no numbers are left out."""
        if math.isfinite(value):
            self.values = [*self.values[1 - self.KEPT :], value]
            self.setAccessibleName(f"Validation RMSE now {value:.2f} px, best {min(self.values):.2f} px")
            self.setToolTip(self.accessibleName())
            self.update()

    def clear(self) -> None:
        """Forget all values."""
        self.values = []
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The line in the colour of validation."""
        if len(self.values) < 2:
            return
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = min(self.values), sorted(self.values)[-max(1, len(self.values) // 20)]
        room = self.rect().adjusted(3, 4, -4, -4)
        step = room.width() / (len(self.values) - 1)
        across = max(high - low, 1e-9)
        line = [
            QPointF(room.left() + i * step, room.top() + room.height() * (1 - min(1.0, (v - low) / across)))
            for i, v in enumerate(self.values)
        ]
        colour = QColor(theme.series[0])
        painter.setPen(QPen(colour, 1.5))
        painter.drawPolyline(QPolygonF(line))
        painter.setBrush(colour)
        painter.drawEllipse(line[self.values.index(low)], 2.2, 2.2)


class JobStrip(QWidget):
    """Hidden while idle; after the work it says for a while how it ended and what may come next."""

    stop_requested = Signal()
    action_requested = Signal(str)
    """text of the next step that was chosen"""

    def __init__(self, parent: QWidget | None = None, *, linger: int = 30_000) -> None:
        super().__init__(parent)
        self._pace = Pace()
        self._title = ""
        self.running = False
        self._glyph = QLabel()
        self._text = Elided()
        self.bar = QProgressBar()
        self.bar.setFixedWidth(160)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.spark = SparkLine()
        self._figure = QLabel()
        self._left = QLabel()
        for label in (self._figure, self._left):
            label.setFont(tabular(self.font()))
            label.setProperty("role", "muted")
        self.stop = button("Stop", "Stop", "Stop this work; what is done so far is kept")
        self.next = button("", "Next step")
        self.close_button = button("", "Hide this line")
        self.close_button.setProperty("flat", True)
        self.stop.clicked.connect(self._ask_to_stop)
        self.next.clicked.connect(lambda: self.action_requested.emit(self.next.text()))
        self.close_button.clicked.connect(self.clear)
        layout = QHBoxLayout(self)
        # else the strip could never become narrow enough for `_fit` to leave something out
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setContentsMargins(UNIT + 4, 4, UNIT, 4)
        layout.setSpacing(UNIT + 4)
        layout.addWidget(self._glyph)
        layout.addWidget(self._text, 1)
        for widget in (self.spark, self._figure, self.bar, self._left, self.stop, self.next):
            layout.addWidget(widget)
        layout.addWidget(self.close_button)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tell_time)
        self._linger = QTimer(self, interval=linger, singleShot=True)
        self._linger.timeout.connect(self.clear)
        self._kind = "play"
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.whole

    def start(self, text: str, *, minutes: float | None = None) -> None:
        """Work has begun.

        Args:
            text: what it is, such as `Training run-3`.
            minutes: how long it may take, if that is known.
        """
        self._linger.stop()
        self.running = True
        self._title = text
        self._pace = Pace(None if minutes is None else 60 * minutes)
        self.spark.clear()
        self._figure.clear()
        self._left.clear()
        self.stop.setText("Stop")
        self.stop.setEnabled(True)
        self.bar.setRange(0, 0)
        self._clock.start()
        self._set(text, "play")

    def show_progress(self, done: float, total: float | None, text: str = "") -> None:
        """The work is at `done` of `total`, None if unknown."""
        if not self.running:
            return
        self._pace.report(done, total)
        if total:
            self.bar.setRange(0, SCALE)
            self.bar.setValue(round(SCALE * min(1.0, done / total)))
        else:
            self.bar.setRange(0, 0)
        self._text.set_text(f"{self._title} · {text}" if text else self._title)
        self._tell_time()

    def add_value(self, rmse: float | None) -> None:
        """A validation RMSE in pixels came in."""
        if rmse is not None and math.isfinite(rmse):
            self.spark.add(rmse)
            self._figure.setText(f"RMSE {rmse:.2f}\N{NO-BREAK SPACE}px")
            self._fit()

    def finish(self, text: str, action: str = "") -> None:
        """The work is done; offer what comes next, then go away by itself."""
        self._end(text, "check-circle", action)
        self._linger.start()

    def fail(self, text: str, action: str = "") -> None:
        """The work failed; stays until it is closed."""
        self._end(text, "warning-circle", action)

    def clear(self) -> None:
        """Idle again."""
        self.running = False
        self._clock.stop()
        self._linger.stop()
        self.hide()

    def minimumSizeHint(self) -> QSize:
        """A few words and the button."""
        return QSize(200, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop what matters least where there is little room."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw in the theme's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _end(self, text: str, kind: str, action: str) -> None:
        self.running = False
        self._clock.stop()
        self.next.setText(action)
        self.next.setAccessibleName(action)
        self.next.setToolTip(action)
        self._set(text, kind)

    def _set(self, text: str, kind: str) -> None:
        self._kind = kind
        self._text.set_text(text)
        self._draw()
        self.show()
        self._fit()

    def _draw(self) -> None:
        theme = current()
        colour = {"check-circle": theme.success, "warning-circle": theme.danger}.get(self._kind, theme.accent)
        self._glyph.setPixmap(icon(self._kind, theme, colour).pixmap(QSize(18, 18)))
        self.close_button.setIcon(icon("x", theme))

    def _fit(self) -> None:
        wide, roomy = self.width() >= 480, self.width() >= 760
        self.bar.setVisible(self.running and wide)
        self._left.setVisible(self.running and (wide or not self._figure.text()))
        self.spark.setVisible(roomy and len(self.spark.values) > 1)
        self._figure.setVisible(self.running and wide and bool(self._figure.text()))
        self.stop.setVisible(self.running)
        self.next.setVisible(not self.running and bool(self.next.text()))
        self.close_button.setVisible(not self.running)

    def _tell_time(self) -> None:
        left = self._pace.remaining
        self._left.setText(f"{duration(left)} left" if left is not None else duration(self._pace.elapsed))

    def _ask_to_stop(self) -> None:
        self.stop.setEnabled(False)
        self.stop.setText("Stopping …")
        self._left.clear()
        self._clock.stop()
        self.stop_requested.emit()
