"""The bar above the grid: which faces are shown, and how many that are."""

from __future__ import annotations

from typing import Any

import attrs
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from fkd_core.labels.values import OriginKind
from fkd_core.project import Project
from fkd_gui.browser.filters import FaceFilter, Pattern
from fkd_gui.browser.flow import FlowLayout
from fkd_gui.canvas.markers import marker_icon
from fkd_gui.theme import UNIT, current, tabular

_PATTERNS = {
    Pattern.FULL: "All keypoints",
    Pattern.FOUR: "Four keypoints",
    Pattern.OTHER: "Another number",
    Pattern.NONE: "None",
}


class FilterBar(QWidget):
    """Choices that together say which faces are wanted.

    Args:
        project: whose splits and keypoints are offered.
    """

    changed = Signal(object)
    """the `FaceFilter` that is wanted now"""

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter = FaceFilter()
        schema = project.schema
        splits = {split: split.capitalize() for split in project.manifest.splits}
        missing = {k: f"No {schema.label(k)}" for k in range(len(schema))}
        kinds = {kind: kind.value.capitalize() for kind in OriginKind}
        theme = current()
        self._combos = {
            "split": self._combo("Split", "All splits", splits),
            "pattern": self._combo("Keypoints in the source", "Any pattern", _PATTERNS),
            "origin": self._combo("Origin", "Any origin", kinds),
            "missing": self._combo("Missing keypoint", "Missing …", missing),
            "reviewed": self._combo("Review", "Any review", {True: "Reviewed", False: "Not reviewed"}),
        }
        for i, kind in enumerate(OriginKind):
            icon = marker_icon(kind.value, theme, ratio=self.devicePixelRatioF())
            self._combos["origin"].setItemIcon(i + 1, icon)
        self._work = QToolButton()
        self._work.setText("Needs work")
        self._work.setToolTip("Faces with a keypoint that is unlabelled, or filled in and not reviewed")
        self._work.setCheckable(True)
        self._work.setProperty("chip", True)
        self._work.toggled.connect(lambda on: self.set_filter(attrs.evolve(self._filter, needs_work=on)))
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._count.setFont(tabular(self.font()))
        self._clear = QPushButton("Clear")
        self._clear.setProperty("flat", True)
        self._clear.setToolTip("Show all faces again")
        self._clear.clicked.connect(self.clear)
        # It keeps its place while there is nothing to clear, so that nothing jumps.
        clear_place = self._clear.sizePolicy()
        clear_place.setRetainSizeWhenHidden(True)
        self._clear.setSizePolicy(clear_place)
        choices = FlowLayout()
        for widget in (*self._combos.values(), self._work):
            choices.addWidget(widget)
        line = QHBoxLayout()
        line.addWidget(self._count, 1)
        line.addWidget(self._clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(UNIT, UNIT, UNIT, UNIT // 2)
        layout.setSpacing(UNIT // 2)
        layout.addLayout(choices)
        layout.addLayout(line)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._show()

    @property
    def filter(self) -> FaceFilter:
        """Which faces are wanted."""
        return self._filter

    def set_filter(self, wanted: FaceFilter) -> None:
        """Want other faces."""
        if wanted != self._filter:
            self._filter = wanted
            self._show()
            self.changed.emit(wanted)

    def clear(self) -> None:
        """Want all faces."""
        self.set_filter(FaceFilter())

    def show_count(self, shown: int, every: int) -> None:
        """Say how many faces match."""
        self._count.setText(f"{shown:,} of {every:,} faces")
        self._count.setAccessibleName(self._count.text())

    def _combo(self, name: str, every: str, choices: dict[Any, str]) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.addItem(every, None)
        for value, text in choices.items():
            combo.addItem(text, value)
        combo.setFixedWidth(17 * UNIT)
        combo.view().setMinimumWidth(combo.view().sizeHintForColumn(0) + 4 * UNIT)
        combo.activated.connect(self._chosen)
        return combo

    def _chosen(self) -> None:
        values = {part: combo.currentData() for part, combo in self._combos.items()}
        # Qt hands string enumerations back as plain strings.
        values["pattern"] = values["pattern"] and Pattern(values["pattern"])
        values["origin"] = values["origin"] and OriginKind(values["origin"])
        self.set_filter(attrs.evolve(self._filter, **values))

    def _show(self) -> None:
        for part, combo in self._combos.items():
            value = getattr(self._filter, part)
            combo.setCurrentIndex(0 if value is None else combo.findData(value))
            if combo.property("active") != (value is not None):
                combo.setProperty("active", value is not None)
                combo.style().polish(combo)
        self._work.setChecked(self._filter.needs_work)
        self._clear.setVisible(not self._filter.is_empty)
