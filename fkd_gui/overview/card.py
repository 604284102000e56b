"""One card of the overview: a title, what it says, the chart, and a small menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from fkd_core.overview.chart import Chart
from fkd_gui.overview.chart_view import HEIGHT, ChartView
from fkd_gui.panels.kit import Elided, EmptyState, Text, named, set_glyph
from fkd_gui.theme import UNIT

SAVES = (("png", "Save as &PNG …"), ("svg", "Save as S&VG …"), ("csv", "Save numbers as &CSV …"))
_HINT = "Click, or arrows and Enter, shows the faces."
_LINES = 3


def frame(made: QFrame) -> None:
    """The look of a card, in colours of the palette: it follows the theme by itself."""
    made.setObjectName("card")
    made.setStyleSheet(
        "#card { background: palette(base); border: 1px solid palette(mid); border-radius: 6px; }"
    )


class Card(QFrame):
    """Shows a chart; one that has nothing to draw says why."""

    filter_requested = Signal(str)
    save_requested = Signal(object, str)
    """the chart, and the ending of the file"""
    acted = Signal()
    """what a chart without anything to draw offers was chosen"""

    def __init__(self, action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        frame(self)
        self.title = Text("", "title")
        self.finding = Text()
        self.finding.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.view = ChartView()
        self.told = Elided("", "muted")
        self.empty = EmptyState("", "", action, "chart-bar")
        self.menu_button = QToolButton()
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setProperty("flat", True)
        self.menu = QMenu(self.menu_button)
        for ending, text in SAVES:
            entry = QAction(text, self.menu)
            entry.triggered.connect(partial(self._save, ending))
            self.menu.addAction(entry)
        self.menu_button.setMenu(self.menu)
        self._pages = QStackedWidget()
        self._pages.setFixedHeight(HEIGHT)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.empty)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.title, 1)
        head.addWidget(self.menu_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, UNIT + 4, 2 * UNIT, UNIT + 4)
        layout.setSpacing(UNIT)
        layout.addLayout(head)
        layout.addWidget(self.finding)
        layout.addWidget(self._pages)
        layout.addWidget(self.told)
        layout.addStretch(1)
        self.chart: Chart | None = None
        self.view.pointed.connect(self._tell)
        self.view.filter_requested.connect(self.filter_requested)
        self.empty.acted.connect(self.acted)
        self._dress()

    def show_chart(self, chart: Chart) -> None:
        """Show a chart in place of the one before."""
        self.chart = chart
        self.title.setText(chart.title)
        named(self.menu_button, f"Save: {chart.title}", "Save the picture or its numbers")
        lacking = bool(chart.missing)
        self.finding.setText("" if lacking else chart.finding)
        self.menu_button.setVisible(not lacking)
        self._pages.setCurrentWidget(self.empty if lacking else self.view)
        if lacking:
            self.empty.set_text("", chart.missing, self._action)
        else:
            self.view.show_chart(chart)
        self._tell("")

    def changeEvent(self, event: QEvent) -> None:
        """Colours follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        set_glyph(self.menu_button, "dots-three")
        # Findings of one to three lines: charts beside each other begin at the same height.
        self.finding.setMinimumHeight(_LINES * QFontMetrics(self.finding.font()).lineSpacing())

    def _tell(self, text: str) -> None:
        chart = self.chart
        if chart is not None:
            self.told.set_text("" if chart.missing else text or chart.note or _HINT)

    def _save(self, ending: str) -> None:
        if self.chart is not None:
            self.save_requested.emit(self.chart, ending)
