"""All that can be set about the random changes: presets, the twelve, what points that leave do."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMenu,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fkd_core.augment.changes import SPECS
from fkd_core.augment.presets import PRESETS, name_of
from fkd_core.augment.settings import AugmentConfig, Change
from fkd_gui.augment.change_row import ChangeRow
from fkd_gui.panels.kit import Choice, Elided, WheelGuard, field, named, roomy, scrolling, set_glyph
from fkd_gui.theme import UNIT

NETWORKS_OWN = "Network’s own"
CHANGED = "Your settings"


class AugmentControls(QWidget):
    """The form. `None` as settings stands for the network's own; whoever changes one of those has his own."""

    changed = Signal(object)
    """an `AugmentConfig`, or None for the network's own; by a person"""
    seed_changed = Signal(int)
    one_wanted = Signal(str)
    """a change that one face is to be shown under"""
    save_requested = Signal(str)
    delete_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config: AugmentConfig | None = None
        self._networks = PRESETS["default"]
        self._complete = False
        self._own: Mapping[str, AugmentConfig] = {}
        self._dialog: QInputDialog | None = None
        self.preset = named(Choice(), "Preset", "Settings by name: FKD’s, and those saved in this project")
        self.save = named(QToolButton(), "Save as a preset", "Save these settings in the project, by a name")
        self.delete = named(QToolButton(), "Delete this preset", "Forget the chosen preset of your own")
        self.files = named(
            QToolButton(),
            "Settings as a file",
            "Save these settings to a file for fkd train --augmentation, or load some from one",
        )
        self.files.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.files)
        self.to_file = menu.addAction("&Save settings to a file …")
        self.from_file = menu.addAction("&Load settings from a file …")
        self.files.setMenu(menu)
        self.about = Elided("", "muted")
        self.seed = named(
            roomy(QSpinBox()), "Seed", "The seed of the training: the same seed gives the same batches"
        )
        self.seed.setRange(0, 2**31 - 1)
        self.share = named(
            roomy(QSpinBox()),
            "Share of faces",
            "How many of the faces are changed at all; the others stay as they are",
        )
        self.share.setRange(0, 100)
        self.share.setSuffix(" %")
        self.leaving = named(Choice(), "When a keypoint would leave the frame")
        self.leaving.addItems(["the keypoint becomes unknown", "the face stays as it is"])
        self.rows = {name: ChangeRow(name) for name in SPECS}
        self._lay_out()
        self._connect()
        self._draw()
        self._show()

    @property
    def config(self) -> AugmentConfig | None:
        """What is set; None for the network's own."""
        return self._config

    @property
    def effective(self) -> AugmentConfig:
        """What is set, or what the network's own is."""
        return self._networks if self._config is None else self._config

    def show_config(self, config: AugmentConfig | None) -> None:
        """Show other settings; nothing is emitted."""
        self._config = config
        self._show()

    def set_networks_own(self, config: AugmentConfig, *, complete: bool = False) -> None:
        """What the network that is to be trained does by itself, and whether it needs every keypoint."""
        self._networks, self._complete = config, complete
        self.leaving.setEnabled(not complete)
        tip = (
            "This network needs every keypoint of a face"
            if complete
            else "What training makes of such a face"
        )
        named(self.leaving, "When a keypoint would leave the frame", tip)
        self._show()

    def set_presets(self, own: Mapping[str, AugmentConfig]) -> None:
        """The project's own settings by name."""
        self._own = own
        self._show()

    def show_seed(self, seed: int) -> None:
        """Show another seed; nothing is emitted."""
        with QSignalBlocker(self.seed):
            self.seed.setValue(seed)

    def _lay_out(self) -> None:
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(UNIT + 4, UNIT + 4, UNIT + 4, UNIT)
        column.setSpacing(UNIT)
        line = QHBoxLayout()
        line.setSpacing(UNIT // 2)
        title = QLabel("&Preset")
        title.setBuddy(self.preset)
        line.addWidget(title)
        line.addWidget(self.preset, 1)
        line.addWidget(self.save)
        line.addWidget(self.delete)
        column.addLayout(line)
        below = QHBoxLayout()
        below.addWidget(self.about, 1)
        below.addWidget(self.files)
        column.addLayout(below)
        numbers = QHBoxLayout()
        numbers.setSpacing(UNIT)
        for text, control in (("See&d", self.seed), ("&Changed", self.share)):
            label = QLabel(text)
            label.setBuddy(control)
            numbers.addWidget(label)
            numbers.addWidget(control, 1)
        column.addLayout(numbers)
        column.addWidget(field("Where a keypoint would &leave the frame", self.leaving))
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, 2 * UNIT)
        rows.setSpacing(UNIT + 4)
        for row in self.rows.values():
            rows.addWidget(row)
        rows.addStretch(1)
        line_between = QFrame()
        line_between.setFrameStyle(QFrame.Shape.HLine | QFrame.Shadow.Plain)
        line_between.setStyleSheet("color: palette(mid);")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(line_between)
        layout.addWidget(scrolling(body), 1)
        self._guard = WheelGuard(self)
        self._guard.guard(self)

    def _connect(self) -> None:
        self.preset.activated.connect(self._choose)
        self.seed.valueChanged.connect(self.seed_changed)
        self.share.valueChanged.connect(lambda value: self._change(share=value / 100))
        self.leaving.activated.connect(lambda index: self._change(whole=index == 1))
        self.save.clicked.connect(self._ask_name)
        self.delete.clicked.connect(lambda: self.delete_requested.emit(self.preset.currentData()))
        for row in self.rows.values():
            row.changed.connect(self._change_row)
            row.wanted.connect(self.one_wanted)

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        set_glyph(self.save, "floppy-disk")
        set_glyph(self.delete, "trash")
        set_glyph(self.files, "dots-three")

    def _change_row(self, name: str, change: Change) -> None:
        # After "none" no face is changed at all: whoever switches a change on wants to see it.
        share = 1.0 if change.on and self.effective.share == 0 else self.effective.share
        self._change(**{name: change}, share=share)

    def _change(self, **values: object) -> None:
        self._config = attrs.evolve(self.effective, **values)  # type: ignore[arg-type]
        self._show()
        self.changed.emit(self._config)

    def _choose(self, index: int) -> None:
        name = self.preset.itemData(index)
        if name is None:
            self._config = None
        elif name:
            self._config = {**PRESETS, **self._own}[name]
        self._show()
        self.changed.emit(self._config)

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle("Save these settings")
        dialog.setLabelText("Name of the preset")
        dialog.setTextValue(self.preset.currentData() if self.preset.currentData() in self._own else "")
        dialog.textValueSelected.connect(self.save_requested)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog = dialog
        dialog.open()

    def _show(self) -> None:
        config = self.effective
        for name, row in self.rows.items():
            row.show_change(config.change(name))
        with QSignalBlocker(self.share):
            self.share.setValue(round(config.share * 100))
        self.leaving.setCurrentIndex(int(config.whole or self._complete))
        self._show_presets(config)
        told = config.describe()
        self.about.set_text(f"{told[:1].upper()}{told[1:]}")

    def _show_presets(self, config: AugmentConfig) -> None:
        own_name = name_of(self._networks, {})
        first = f"{NETWORKS_OWN} ({own_name})" if own_name else NETWORKS_OWN
        chosen = None if self._config is None else (name_of(config, self._own) or "")
        self.preset.clear()
        self.preset.addItem(first, None)
        for name in (*PRESETS, *self._own):
            self.preset.addItem(name, name)
        if chosen == "":
            self.preset.addItem(CHANGED, "")
        found = 0 if chosen is None else self.preset.findData(chosen)
        self.preset.setCurrentIndex(found)
        self.save.setEnabled(chosen == "" or chosen in self._own)
        self.delete.setEnabled(chosen is not None and chosen in self._own)
