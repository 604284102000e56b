"""Whether corrections helped: a frozen validation set, and the error before and after."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from fkd_core.proof.compare import Comparison, Measured
from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.kit import Text, button
from fkd_gui.panels.run_table import when
from fkd_gui.proof_desk import ProofState
from fkd_gui.theme import UNIT, current, tabular

_EXPLAINED = (
    "Set some faces aside whose keypoints people placed. No training ever sees them, so they tell "
    "whether corrected labels make a better network."
)
_ROLES = {"better": "success", "worse": "danger", "undecided": "muted"}


class ProofPanel(QWidget):
    """Freeze, retrain, compare. Says what is missing for the next step."""

    freeze_requested = Signal()
    thaw_requested = Signal()
    train_requested = Signal()
    retrain_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = ProofState()
        self._working = self._blocked = ""
        self._asked = False
        self._title = Text("Did corrections help?", "title")
        self._text = Text(_EXPLAINED, "muted")
        self.verdict = Text()
        self.bars = ErrorBars()
        self.act = button("Freeze a validation set", "Freeze a validation set", primary=True)
        self.give_up = button("Give the set up", "Give the frozen set up", "Its faces are trained on again")
        self.act.clicked.connect(self._act)
        self.give_up.clicked.connect(self._give_up)
        buttons = FlowLayout(UNIT, UNIT)
        buttons.addWidget(self.act)
        buttons.addWidget(self.give_up)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, UNIT + 4)
        layout.setSpacing(UNIT)
        for widget in (self._title, self._text, self.verdict, self.bars):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        layout.addStretch(1)
        self._refresh()

    @property
    def text(self) -> str:
        """What the panel says about how things stand."""
        return self._text.text()

    def show_state(self, state: ProofState) -> None:
        """Say how things stand."""
        self._state, self._working, self._asked = state, "", False
        self._refresh()

    def show_working(self, text: str) -> None:
        """Say what is under way; empty for nothing."""
        self._working = text
        self._refresh()

    def set_blocked(self, reason: str) -> None:
        """Why nothing can be trained now; empty if it can."""
        self._blocked = reason
        self._refresh()

    def _act(self) -> None:
        if not self._state.faces:
            self.freeze_requested.emit()
        elif self._state.before is None:
            self.train_requested.emit()
        else:
            self.retrain_requested.emit()

    def _give_up(self) -> None:
        """Only the second click in a row does it: nothing brings the comparisons with this set back."""
        self._asked = not self._asked
        self._refresh()
        if not self._asked:
            self.thaw_requested.emit()

    def _refresh(self) -> None:
        state, last = self._state, self._state.last
        self._text.setText(self._working or _standing(state))
        name, tip = _next(state)
        self.act.setText(name)
        self.act.setAccessibleName(name)
        why = self._working or state.hinders or (self._blocked if state.faces else "")
        self.act.setEnabled(not why)
        self.act.setToolTip(why or tip)
        self.give_up.setVisible(bool(state.faces))
        self.give_up.setEnabled(not self._working)
        self.give_up.setText("Really give it up?" if self._asked else "Give the set up")
        self.verdict.setVisible(last is not None)
        self.bars.setVisible(last is not None)
        if last is not None:
            self.verdict.setText(last.describe() + ".")
            self.verdict.set_role(_ROLES[last.verdict])
            self.bars.show_comparison(last)


class ErrorBars(QWidget):
    """Two errors with their intervals, one above the other on one scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._made: Comparison | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Two rows of text and two of bars."""
        return QSize(200, 4 * self.fontMetrics().height() + 3 * UNIT)

    def show_comparison(self, made: Comparison) -> None:
        """Draw a comparison."""
        self._made = made
        self.setAccessibleName(made.describe())
        self.setToolTip("RMSE on the frozen faces in pixels, with 95 % intervals")
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw in the theme's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A line for the interval, a dot for the error."""
        if self._made is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(self.font()))
        ends = [end for part in (self._made.before, self._made.after) for end in _span(part)]
        low, high = min(ends), max(ends)
        for at, part in enumerate((self._made.before, self._made.after)):
            self._draw(painter, part, at, low, max(high, low + 1e-6))

    def _draw(self, painter: QPainter, part: Measured, at: int, low: float, high: float) -> None:
        theme, line = current(), self.fontMetrics().height()
        top = at * (2 * line + UNIT)
        number = f"{part.rmse:.3f} px"
        width = painter.fontMetrics().horizontalAdvance(number)
        room = QRectF(0, top, self.width() - width - UNIT, line)
        name = painter.fontMetrics().elidedText(part.run, Qt.TextElideMode.ElideMiddle, int(room.width()))
        painter.setPen(QColor(theme.text))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
        whole = QRectF(0, top, self.width(), line)
        painter.drawText(whole, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), number)
        colour = QColor(theme.series[at])
        y = top + 1.5 * line

        def place(value: float) -> float:
            return 6 + (value - low) / (high - low) * (self.width() - 12)

        left, right = _span(part)
        painter.setPen(QPen(colour, 2))
        painter.drawLine(int(place(left)), int(y), int(place(right)), int(y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        # Told apart by shape as well: the older run a circle, the newer a square.
        dot = QRectF(place(part.rmse) - 5, y - 5, 10, 10)
        if at:
            painter.drawRect(dot)
        else:
            painter.drawEllipse(dot)


def _span(part: Measured) -> tuple[float, float]:
    low, high = part.interval
    return (part.rmse, part.rmse) if math.isnan(low) else (low, high)


def _standing(state: ProofState) -> str:
    if not state.faces:
        return state.hinders or _EXPLAINED
    since = when(state.created)
    frozen = f"Frozen since {since}: {_count(state.faces, 'face')}, {_count(state.points, 'keypoint')}."
    if state.before is None:
        return f"{frozen} Train a run to compare later ones with."
    if not state.changed_points:
        return f"{frozen} No label has changed since {state.before} was begun."
    points = _count(state.changed_points, "keypoint")
    faces = _count(state.changed_faces, "face")
    return f"{frozen} {points} of {faces} changed since {state.before} was begun."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _next(state: ProofState) -> tuple[str, str]:
    if not state.faces:
        return "Freeze a validation set", "Draw faces at random, like ones together, and never train on them"
    if state.before is None:
        return "Train a run", "Train with the settings of the form; the frozen faces are left out"
    return "Retrain and compare", f"Train like {state.before} on the labels as they are now, then compare"
