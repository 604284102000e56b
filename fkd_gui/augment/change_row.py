"""The controls of one change: switch, range, share of faces, reset."""

from __future__ import annotations

import attrs
from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fkd_core.augment.changes import SPECS, Spec
from fkd_core.augment.settings import Change, usual
from fkd_gui.augment.range_slider import RangeSlider
from fkd_gui.panels.kit import named, roomy, set_glyph
from fkd_gui.theme import UNIT

_UNITS = {"°": "°", "px": " px", "%": " %", "×": "", "levels": "", "": ""}
_BOX = 92
"""width of a number's box, so that the boxes of all rows stand below each other"""


class ChangeRow(QWidget):
    """One change. Its values stay while it is off: a look at the faces without it costs nothing."""

    changed = Signal(str, object)
    """name and `Change`, by a person"""
    wanted = Signal(str)
    """the name: one face is to be shown under this change"""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec: Spec = SPECS[name]
        self._factor = 100 if self.spec.unit == "%" else 1
        self._change = usual(name)
        title, what = self.spec.title, f"{self.spec.what[:1].upper()}{self.spec.what[1:]}"
        self.switch = named(QCheckBox(title), title, what)
        self.chance = named(
            roomy(QSpinBox()), f"{title}: share of faces", f"{title}: to how many of the faces"
        )
        self.chance.setRange(0, 100)
        self.chance.setPrefix("in ")
        self.chance.setSuffix(" %")
        self.chance.setFixedWidth(_BOX)
        self.show_one = named(
            QToolButton(), f"{title}: one face", f"{title}: one face from the lowest to the highest value"
        )
        self.reset = named(QToolButton(), f"{title}: reset", "Back to the range and the share it begins with")
        for control in (self.show_one, self.reset):
            control.setProperty("flat", True)
            control.setAutoRaise(True)
        unit = {"levels": "grey levels", "%": "percent", "×": "factor"}.get(self.spec.unit, self.spec.unit)
        self.low = self._box(f"{title}: lowest, {unit}")
        self.high = self._box(f"{title}: highest, {unit}")
        self.slider = RangeSlider(*self.spec.slider, self.spec.step, self.spec.rest)
        named(self.slider, f"{title}: range", f"{what} ({unit})")
        self._lay_out()
        self._connect()
        self._draw()
        self.show_change(self._change)

    @property
    def change(self) -> Change:
        """What is set."""
        return self._change

    def show_change(self, change: Change) -> None:
        """Show other values; nothing is emitted."""
        self._change = change
        parts = (self.switch, self.chance, self.low, self.high, self.slider)
        blocked = [QSignalBlocker(part) for part in parts]
        self.switch.setChecked(change.on)
        self.chance.setValue(round(change.probability * 100))
        self.low.setValue(change.low * self._factor)
        self.high.setValue(change.high * self._factor)
        self.slider.set_values(change.low, change.high)
        for blocker in blocked:
            blocker.unblock()
        for part in (self.chance, self.low, self.high, self.slider):
            part.setEnabled(change.on)
        same = attrs.evolve(change, on=True) == usual(self.spec.name, on=True)
        self.reset.setEnabled(change.on and not same)

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _box(self, name: str) -> QDoubleSpinBox:
        spec, factor = self.spec, self._factor
        made: QDoubleSpinBox = named(roomy(QDoubleSpinBox()), name)
        made.setRange(spec.lowest * factor, spec.highest * factor)
        step = spec.step * factor
        made.setDecimals(
            0 if step >= 1 and step % 1 == 0 and spec.unit in ("%", "levels") else 2 if step < 0.1 else 1
        )
        made.setSingleStep(step)
        made.setSuffix(_UNITS[spec.unit])
        made.setKeyboardTracking(False)
        made.setFixedWidth(_BOX)
        return made

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(UNIT // 2)
        first.addWidget(self.switch, 1)
        first.addWidget(self.chance)
        first.addWidget(self.show_one)
        first.addWidget(self.reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(first)
        if self.spec.ranged:
            second = QHBoxLayout()
            second.setSpacing(UNIT // 2)
            second.addWidget(self.low)
            second.addWidget(self.slider, 1)
            second.addWidget(self.high)
            layout.addLayout(second)
        else:
            for part in (self.low, self.high, self.slider):
                part.setParent(self)
                part.hide()

    def _connect(self) -> None:
        self.switch.toggled.connect(lambda on: self._set(on=on))
        self.chance.valueChanged.connect(lambda value: self._set(probability=value / 100))
        self.slider.changed.connect(lambda low, high: self._set(low=low, high=high))
        self.low.valueChanged.connect(self._set_low)
        self.high.valueChanged.connect(self._set_high)
        self.reset.clicked.connect(self._put_back)
        self.show_one.clicked.connect(lambda: self.wanted.emit(self.spec.name))

    def _set_low(self, value: float) -> None:
        low = value / self._factor
        self._set(low=low, high=max(low, self._change.high))

    def _set_high(self, value: float) -> None:
        high = value / self._factor
        self._set(low=min(high, self._change.low), high=high)

    def _put_back(self) -> None:
        begin = usual(self.spec.name, on=self._change.on)
        self._set(low=begin.low, high=begin.high, probability=begin.probability)

    def _set(self, **values: float | bool) -> None:
        self.show_change(attrs.evolve(self._change, **values))  # type: ignore[arg-type]
        self.changed.emit(self.spec.name, self._change)

    def _draw(self) -> None:
        set_glyph(self.reset, "arrow-counter-clockwise")
        set_glyph(self.show_one, "film-strip")
