"""What is asked of a forest in place of epochs and learning rates."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSpinBox, QWidget

from fkd_core.baselines.options import MOST_TREES
from fkd_core.models import registry
from fkd_gui.panels.kit import Text, named, roomy
from fkd_gui.theme import UNIT

_ABOUT = (
    "All pixels in every split is what the notebook’s forest did. With 2 % it errs no more and is there in a"
    " small part of the time."
)


class ForestSettings(QWidget):
    """Trees, depth and pixels of a forest, as the registry has them to begin with."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        own = registry.get("forest").options
        self.trees = named(
            _spin(1, MOST_TREES, own["trees"]), "Trees", "More err less, up to about a hundred"
        )
        self.depth = named(_spin(0, 1000, own["depth"] or 0), "Depth", "Most splits from the root to a leaf")
        self.depth.setSpecialValueText("no limit")
        self.features = named(
            _spin(1, 100, round(100 * own["features"])),
            "Pixels per split in percent",
            "Share of the pixels, drawn anew, that each split chooses among",
        )
        self.features.setSuffix(" %")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(UNIT)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        rows = (("&Trees", self.trees), ("De&pth", self.depth), ("Pi&xels per split", self.features))
        for row, (title, box) in enumerate(rows):
            label = QLabel(title)
            label.setBuddy(box)
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
        grid.addWidget(Text(_ABOUT, "muted"), len(rows), 0, 1, 2, Qt.AlignmentFlag.AlignTop)

    def options(self) -> dict[str, Any]:
        """Options of the model, as `fkd_core.training.config.TrainingConfig` takes them."""
        return {
            "trees": self.trees.value(),
            "depth": self.depth.value() or None,
            "features": self.features.value() / 100,
        }


def _spin(low: int, high: int, value: int) -> QSpinBox:
    made: QSpinBox = roomy(QSpinBox())
    made.setRange(low, high)
    made.setValue(value)
    made.setMinimumWidth(72)
    return made
