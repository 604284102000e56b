"""What a comparison found: the sentence first, then the plots, then the faces that got worse."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fkd_gui.compare.desk import Compared
from fkd_gui.compare.exports import TITLES, plot_of
from fkd_gui.compare.plots import ComparePlots
from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.kit import Choice, Text, named, scrolling
from fkd_gui.plotting.save import SaveButton
from fkd_gui.theme import UNIT, current, tabular

_BROKEN = 100


class Outcome(QWidget):
    """Shows one comparison."""

    face_chosen = Signal(int)
    """training row"""
    save_requested = Signal(object, str, str)
    """what makes the plot, a name for its file, and its ending"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._compared: Compared | None = None
        self.verdict = Text("", "title")
        self.about = Text("", "muted")
        self.moves = Text("", "muted")
        self._keys = QWidget()
        self._legend = FlowLayout(2 * UNIT, UNIT // 2)
        self._keys.setLayout(self._legend)
        self.plots = ComparePlots()
        self.which = named(
            Choice(), "Run to look at face by face", "Face by face, this run against the first"
        )
        self.broken = named(QListWidget(), "Faces that got worse", "Enter or a click shows the face")
        self.broken.setFont(tabular(self.font()))
        self.count = Text("", "muted")
        self.save = SaveButton(TITLES)
        self._lay_out()
        for asking in (self.save.wanted, self.plots.save_wanted):
            asking.connect(self._save)
        self.which.activated.connect(self._choose)
        self.plots.face_chosen.connect(self.face_chosen)
        for signal in (self.broken.itemActivated, self.broken.itemClicked):
            signal.connect(lambda item: self.face_chosen.emit(item.data(Qt.ItemDataRole.UserRole)))

    def show_comparison(self, compared: Compared) -> None:
        """Show what was found."""
        self._compared = compared
        found = compared.found
        self.verdict.setText(found.describe())
        self.about.setText(f"Measured on {found.about}, each in its own marking rule.")
        self.moves.setText(found.describe_spreads())
        self.which.clear()
        self.which.addItems(found.runs[1:])
        self._draw_legend()
        self._choose(0)

    def changeEvent(self, event: QEvent) -> None:
        """The legend's colours follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.save.retint()
            self._draw_legend()

    def _lay_out(self) -> None:
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(UNIT, UNIT, UNIT, 0)
        column.setSpacing(UNIT // 2)
        first = QHBoxLayout()
        first.addWidget(self.verdict, 1)
        first.addWidget(self.save, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(first)
        for widget in (self.about, self._keys, self.moves):
            column.addWidget(widget)
        side = QWidget()
        listed = QVBoxLayout(side)
        listed.setContentsMargins(UNIT, 0, UNIT, UNIT)
        listed.setSpacing(UNIT)
        row = QHBoxLayout()
        row.addWidget(QLabel("Face by face:"))
        row.addWidget(self.which, 1)
        listed.addLayout(row)
        listed.addWidget(self.count)
        listed.addWidget(self.broken, 1)
        side.setMinimumWidth(220)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.plots)
        splitter.addWidget(side)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        splitter.setSizes([1000, 260])
        splitter.setChildrenCollapsible(False)
        body = QWidget()
        whole = QVBoxLayout(body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(UNIT)
        whole.addWidget(head)
        whole.addWidget(splitter, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(body))

    def _save(self, key: str, ending: str) -> None:
        if self._compared is not None:
            which = self.which.currentIndex() + 1
            make = partial(plot_of, self._compared, key, which)
            self.save_requested.emit(make, f"comparison-{key}", ending)

    def _choose(self, index: int) -> None:
        if self._compared is None:
            return
        found, which = self._compared.found, index + 1
        self.plots.show_comparison(self._compared, which)
        difference = found.differences[index]
        self.count.setText(
            f"{difference.run} errs less on {difference.better:,} faces and more on {difference.worse:,}"
            + (", those that got worst first:" if difference.worse else ".")
        )
        errors = found.face_errors
        self.broken.clear()
        for face in found.broken(which, _BROKEN):
            row = int(found.rows[face])
            item = QListWidgetItem(f"row {row:,}:  {errors[0, face]:.2f} → {errors[which, face]:.2f} px")
            item.setData(Qt.ItemDataRole.UserRole, row)
            self.broken.addItem(item)

    def _draw_legend(self) -> None:
        while (item := self._legend.takeAt(0)) is not None:
            item.widget().deleteLater()
        if self._compared is None:
            return
        found = self._compared.found
        for which, name in enumerate(found.runs):
            low, high = found.intervals[which]
            key = QWidget()
            line = QHBoxLayout(key)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(UNIT // 2)
            swatch = QLabel()
            swatch.setPixmap(self._swatch(which))
            line.addWidget(swatch)
            line.addWidget(QLabel(f"{name}  {found.rmse[which]:.3f} px ({low:.2f} to {high:.2f})"))
            self._legend.addWidget(key)

    def _swatch(self, which: int) -> QPixmap:
        series, ratio = current().series, self.devicePixelRatioF()
        drawn = QPixmap(QSize(18, 10) * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.fillRect(0, 3, 18, 4, QColor(series[which % len(series)]))
        painter.end()
        return drawn
