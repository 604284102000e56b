"""The scrolling page: findings first, then cards of equal width."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from fkd_core.overview import Chart, Overview
from fkd_gui.overview.card import Card, frame
from fkd_gui.panels.kit import Text, scrolling
from fkd_gui.theme import UNIT

_NARROWEST = 400
"""pixels of a card"""
_OFFERS = {"rules": "Look for marking rules"}


class OverviewPage(QWidget):
    """Cards in as many columns as there is room for; what the keyboard reaches is scrolled to."""

    filter_requested = Signal(str)
    save_requested = Signal(object, str)
    rules_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: dict[str, Card] = {}
        self.title = Text("", "title")
        self.findings: list[Text] = []
        self._head = QFrame()
        frame(self._head)
        self._told = QVBoxLayout(self._head)
        self._told.setContentsMargins(2 * UNIT, UNIT + 4, 2 * UNIT, UNIT + 4)
        self._told.setSpacing(UNIT)
        self._told.addWidget(self.title)
        self._grid = QGridLayout()
        self._grid.setSpacing(2 * UNIT)
        self._columns = 0
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(2 * UNIT)
        column.addWidget(self._head)
        column.addLayout(self._grid)
        column.addStretch(1)
        self.area = scrolling(self._body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area)

    def show_overview(self, overview: Overview) -> None:
        """Show an overview in place of the one before; the page stays where it was scrolled to."""
        self.title.setText(overview.chart("splits").finding.partition(".")[0])
        for line in self.findings:
            self._told.removeWidget(line)
            line.deleteLater()
        self.findings = [Text(f"•  {finding}") for finding in overview.findings]
        for line in self.findings:
            self._told.addWidget(line)
        if tuple(self.cards) != tuple(chart.key for chart in overview.charts):
            self._make_cards(overview.charts)
        for chart in overview.charts:
            self.cards[chart.key].show_chart(chart)

    def take_focus(self) -> None:
        """Give the keyboard to the first chart."""
        first = next(
            (card.view for card in self.cards.values() if card.chart and not card.chart.missing), None
        )
        if first is not None:
            first.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as fit."""
        super().resizeEvent(event)
        self._lay_out()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """What the keyboard reaches is brought into view."""
        if isinstance(event, QFocusEvent) and event.gotFocus() and isinstance(watched, QWidget):
            self.area.ensureWidgetVisible(watched, 0, 5 * UNIT)
        return False

    def _make_cards(self, charts: tuple[Chart, ...]) -> None:
        for card in self.cards.values():
            self._grid.removeWidget(card)
            card.deleteLater()
        self.cards = {}
        for chart in charts:
            card = Card(_OFFERS.get(chart.key, ""))
            card.filter_requested.connect(self.filter_requested)
            card.save_requested.connect(self.save_requested)
            card.acted.connect(self.rules_requested)
            card.view.installEventFilter(self)
            card.menu_button.installEventFilter(self)
            self.setTabOrder(card.view, card.menu_button)
            self.cards[chart.key] = card
        self._columns = 0
        self._lay_out()

    def _lay_out(self) -> None:
        room = self.width() - 2 * UNIT
        columns = max(1, min(3, room // (_NARROWEST + 2 * UNIT)))
        if columns == self._columns:
            return
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for place, card in enumerate(self.cards.values()):
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
