"""Sliders for the light of the face. They change the view only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QSlider, QVBoxLayout, QWidget

from fkd_gui.canvas import CanvasOptions
from fkd_gui.canvas.tone import LIMITS, STEPS, Tone
from fkd_gui.panels.kit import Text, button, named
from fkd_gui.theme import UNIT, tabular

_TITLES = {"brightness": "Brightness", "contrast": "Contrast", "gamma": "Gamma"}
_KEYS = {
    "brightness": ("brighter", "darker"),
    "contrast": ("more_contrast", "less_contrast"),
    "gamma": ("more_gamma", "less_gamma"),
}
"""ids of the actions that do the same by keys"""
_RESET = "Show the greys that the face has"
_EQUALISE = "Spread the greys of the face"


class LightPanel(QWidget):
    """Brightness, contrast, gamma and equalise; what it shows is what `show_options` was told."""

    changed = Signal(str, object)
    """an option of the canvas and the value it is to have"""
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sliders: dict[str, QSlider] = {}
        self._values: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(UNIT)
        grid.setVerticalSpacing(UNIT)
        grid.setColumnStretch(1, 1)
        for row, (part, title) in enumerate(_TITLES.items()):
            slider = named(QSlider(Qt.Orientation.Horizontal), title, f"{title} of the view")
            slider.setRange(*LIMITS[part])
            slider.setSingleStep(STEPS[part])
            slider.setPageStep(2 * STEPS[part])
            slider.valueChanged.connect(partial(self.changed.emit, part))
            value = QLabel()
            value.setFont(tabular(self.font()))
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setMinimumWidth(self.fontMetrics().horizontalAdvance("+100 %"))
            label = QLabel(title)
            label.setBuddy(slider)
            for column, widget in enumerate((label, slider, value)):
                grid.addWidget(widget, row, column)
            self.sliders[part], self._values[part] = slider, value
        self.equalise = named(QCheckBox("Equalise"), "Equalise", _EQUALISE)
        self.equalise.toggled.connect(partial(self.changed.emit, "equalise"))
        self.reset = button("Light as it is", "Light as it is", _RESET)
        self.reset.clicked.connect(self.reset_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        layout.setSpacing(2 * UNIT)
        layout.addLayout(grid)
        layout.addWidget(self.equalise)
        layout.addWidget(self.reset)
        layout.addWidget(Text("How faces look here. Labels, exports and training never see it.", "muted"))
        layout.addStretch(1)
        self.show_options(CanvasOptions())

    def show_keys(self, keys: Callable[[str], str]) -> None:
        """Name in the tool tips the keys that actions have, told by the action's id."""
        tips = {
            slider: (f"{_TITLES[part]} of the view", [keys(action) for action in _KEYS[part]])
            for part, slider in self.sliders.items()
        }
        tips[self.reset] = _RESET, [keys("plain_light")]
        tips[self.equalise] = _EQUALISE, [keys("show_equalise")]
        for control, (text, found) in tips.items():
            shown = ", ".join(filter(None, found))
            control.setToolTip(f"{text} ({shown})" if shown else text)

    def show_options(self, options: CanvasOptions) -> None:
        """Show how faces are lit, also where keys and menus changed it."""
        for part, slider in self.sliders.items():
            value = getattr(options, part)
            slider.setValue(value)
            percent = f"{value:+d} %" if value else "0 %"
            self._values[part].setText(f"{value / 100:.1f}" if part == "gamma" else percent)
        self.equalise.setChecked(options.equalise)
        self.reset.setEnabled(options.tone != Tone())
