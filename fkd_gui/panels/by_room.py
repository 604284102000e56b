"""Three views of one thing, arranged by the room there is: all at once, or some of them behind tabs."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from fkd_gui.theme import UNIT

_FIRST, _BESIDE, _BELOW = range(3)


class ByRoom(QWidget):
    """The first has the middle, the second stands beside it, the third below both.

    The second and the third may have nothing to show: then they take no room. Where there is too little
    width or height for them, they come in the place of the others, behind a tab.

    Args:
        first, beside, below: each a title and a widget.
        width: pixels from which the first two fit side by side.
        height: pixels from which the third fits below.
        beside_width: pixels of the second where it stands beside the first.
    """

    def __init__(
        self,
        first: tuple[str, QWidget],
        beside: tuple[str, QWidget],
        below: tuple[str, QWidget],
        *,
        width: int,
        height: int,
        beside_width: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._titles = (first[0], beside[0], below[0])
        self._widgets = (first[1], beside[1], below[1])
        self._needed, self._beside_width = QSize(width, height), beside_width
        self._offered = [True, False, False]
        self._behind: list[int] = []
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("What is shown of the run")
        self.tabs.currentChanged.connect(self._choose)
        self._chosen = _FIRST
        row = QHBoxLayout()
        row.setSpacing(2 * UNIT)
        row.addWidget(self._widgets[_FIRST], 1)
        row.addWidget(self._widgets[_BESIDE])
        self._row = row
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(row, 1)
        layout.addWidget(self._widgets[_BELOW])
        layout.addStretch(0)
        self._arrange()

    def offer(self, *, beside: bool, below: bool) -> None:
        """Say which of the two others have something to show."""
        if self._offered != [True, beside, below]:
            self._offered = [True, beside, below]
            self._arrange()

    @property
    def in_sight(self) -> tuple[bool, bool, bool]:
        """Which of the three are seen, as far as this widget is."""
        return tuple(not widget.isHidden() for widget in self._widgets)  # type: ignore[return-value]

    def minimumSizeHint(self) -> QSize:
        """Enough for one of them: what does not fit goes behind a tab and needs no room."""
        return QSize(240, 188)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """All of them, or fewer."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        fits = (True, self.width() >= self._needed.width(), self.height() >= self._needed.height())
        behind = [place for place in (_BESIDE, _BELOW) if self._offered[place] and not fits[place]]
        if behind != self._behind:
            self._behind = behind
            if self._chosen not in behind:
                self._chosen = _FIRST
            self._fill_tabs()
        self.tabs.setVisible(bool(behind))
        for place, widget in enumerate(self._widgets):
            alone = self._chosen == place
            # what stands beside the first goes with it; what stands below stays whatever is chosen
            with_first = place == _BESIDE and fits[_BESIDE] and self._chosen == _FIRST
            always = place == _BELOW and fits[_BELOW]
            widget.setVisible(self._offered[place] and (alone or with_first or always))
        beside = self._widgets[_BESIDE]
        narrow = fits[_BESIDE]
        beside.setMinimumWidth(self._beside_width if narrow else 0)
        beside.setMaximumWidth(self._beside_width if narrow else 16777215)
        stretch = self.layout()
        assert isinstance(stretch, QVBoxLayout)
        # alone, faces of a fixed height stay at the top
        stretch.setStretch(3, 1 if self._chosen == _BELOW else 0)
        stretch.setStretch(1, 0 if self._chosen == _BELOW else 1)

    def _fill_tabs(self) -> None:
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for place in (_FIRST, *self._behind):
            self.tabs.addTab(self._titles[place])
            self.tabs.setTabData(self.tabs.count() - 1, place)
            if place == self._chosen:
                self.tabs.setCurrentIndex(self.tabs.count() - 1)
        self.tabs.blockSignals(False)

    def _choose(self, tab: int) -> None:
        place = self.tabs.tabData(tab)
        if place is not None:
            self._chosen = int(place)
            self._arrange()
