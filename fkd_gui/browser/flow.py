"""A layout that puts widgets side by side and goes on in the next line when there is no room."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from fkd_gui.theme import UNIT


class FlowLayout(QLayout):
    """Widgets in lines, like words; every line starts at the left edge."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = UNIT) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        margins = self.contentsMargins()
        inside = width - margins.left() - margins.right()
        height = self._arrange(QRect(0, 0, inside, 0), move=False)
        return height + margins.top() + margins.bottom()

    def setGeometry(self, box: QRect) -> None:
        super().setGeometry(box)
        self._arrange(box.marginsRemoved(self.contentsMargins()), move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size.grownBy(margins)

    def _arrange(self, box: QRect, *, move: bool) -> int:
        lines: list[list[tuple[QLayoutItem, QSize]]] = [[]]
        used = 0
        for item in self._items:
            size = item.sizeHint()
            if item.isEmpty():
                continue
            if lines[-1] and used + size.width() > box.width():
                lines.append([])
                used = 0
            lines[-1].append((item, QSize(min(size.width(), box.width()), size.height())))
            used += size.width() + self.spacing()
        top = box.top()
        for line in lines:
            height = max((size.height() for _, size in line), default=0)
            left = box.left()
            for item, size in line:
                if move:
                    place = QRect(left, top + (height - size.height()) // 2, size.width(), size.height())
                    item.setGeometry(place)
                left += size.width() + self.spacing()
            top += height + self.spacing()
        return top - self.spacing() - box.top()
