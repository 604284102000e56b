"""How much each setting mattered, as bars."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fkd_core.search.importance import FEWEST, Importance
from fkd_gui.search.trial_table import setting_text
from fkd_gui.theme import UNIT, current, tabular

_SURE = 0.3
"""share of left-out trials' variance that the model must explain for the bars to be worth a look"""


class ImportanceBars(QWidget):
    """A bar for each setting, the longest first, and how far the model behind them can be trusted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.importance: Importance | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFont(tabular(self.font()))
        self._tell()

    def show_importance(self, found: Importance | None) -> None:
        """Draw this; None while too little is known."""
        self.importance = found
        self._tell()
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        """What stands below the bars."""
        if self.importance is None:
            return f"What mattered is told from {FEWEST} trials on that differ."
        explained = max(0.0, self.importance.explained)
        if explained < _SURE:
            return (
                f"From {self.importance.trials} trials; they explain only {explained:.0%} of how others "
                "differ, so little can be said yet."
            )
        return f"From {self.importance.trials} trials, which explain {explained:.0%} of how others differ."

    def rows(self) -> list[tuple[str, float]]:
        """Settings and their shares, the largest first."""
        if self.importance is None:
            return []
        return sorted(self.importance.shares.items(), key=lambda item: -item[1])

    def sizeHint(self) -> QSize:
        """A line for each setting, and the text."""
        line = QFontMetrics(self.font()).height() + 6
        return QSize(220, line * (len(self.rows()) + 2) + 2 * UNIT)

    def minimumSizeHint(self) -> QSize:
        """All bars, at least."""
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Names, bars, shares, and the text below."""
        theme, metrics = current(), QFontMetrics(self.font())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.surface))
        rows = self.rows()
        names = max((metrics.horizontalAdvance(setting_text(name)) for name, _ in rows), default=0)
        shares = metrics.horizontalAdvance("100 %")
        line = metrics.height() + 6
        room = max(10, self.width() - names - shares - 4 * UNIT)
        y = UNIT
        sure = self.importance is not None and self.importance.explained >= _SURE
        for name, share in rows:
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.setPen(QColor(theme.text))
            painter.drawText(
                QRectF(UNIT, y, names, line), middle | Qt.AlignmentFlag.AlignRight, setting_text(name)
            )
            bar = QRectF(names + 2 * UNIT, y + 4, max(2.0, room * share), line - 8)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.series[0] if sure else theme.muted))
            painter.drawRoundedRect(bar, 2, 2)
            painter.setPen(QColor(theme.text))
            after = QRectF(bar.right() + 6, y, shares + UNIT, line)
            painter.drawText(after, middle, f"{share:.0%}")
            y += line
        painter.setPen(QColor(theme.muted))
        below = QRectF(UNIT, y + 4, self.width() - 2 * UNIT, self.height() - y - 4)
        painter.drawText(below, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, self.text)

    def _tell(self) -> None:
        said = ", ".join(f"{setting_text(name)} {share:.0%}" for name, share in self.rows())
        self.setAccessibleName(f"What mattered: {said}. {self.text}" if said else self.text)
        self.setToolTip(
            "Share of each setting in the differences between trials, by an additive model of the error over "
            "the space"
        )
