"""What to train, for how long and on what: the form with the one button that starts and stops it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from fkd_core.augment.presets import PRESETS, name_of
from fkd_core.augment.settings import AugmentConfig
from fkd_core.errors import BadInputError
from fkd_core.models import registry
from fkd_core.names import check_name
from fkd_core.training.config import OF_NETWORKS
from fkd_gui.panels.forest_settings import ForestSettings
from fkd_gui.panels.kit import (
    Choice,
    Elided,
    NumberBox,
    Section,
    Text,
    WheelGuard,
    button,
    field,
    named,
    roomy,
    scrolling,
    set_glyph,
)
from fkd_gui.theme import UNIT

IDLE, RUNNING, STOPPING = "idle", "running", "stopping"
_FOREST = "forest"


class TrainingSettings(QWidget):
    """The form. While a run trains its fields rest and the button stops it.

    `start_requested` carries model, epochs or minutes (the other None), validation_share or hold_out (the
    other None), device, seed, name (None: the next free one), folds (None: one network), batch_size,
    learning_rate, augment, limit (None: the network's own, no limit), tensorboard. For a model that is no
    network, what only a network has is None, and options carries what is asked of a forest.
    """

    start_requested = Signal(dict)
    stop_requested = Signal()
    ending_requested = Signal()
    """stop after the epoch that is under way"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._descriptions: dict[str, str] = {}
        self._blocked = ""
        self._hold_out: Path | None = None
        self._frozen = 0
        self._dialog: QFileDialog | None = None
        self._augmentation: AugmentConfig | None = None
        self.state = IDLE
        self._ending = False
        self._make_controls()
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(UNIT + 4, 2 * UNIT, UNIT + 4, 2 * UNIT)
        form.setSpacing(2 * UNIT)
        form.addWidget(field("&Model", self.model, self.description))
        form.addWidget(self.forest)
        form.addWidget(self._choices())
        self._device_field = field("&Device", self.device)
        form.addWidget(self._device_field)
        form.addWidget(field("Run &name", self.name, self.name_problem))
        form.addWidget(Section("Advanced", self._advanced()))
        form.addStretch(1)
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, 2 * UNIT)
        foot.setSpacing(4)
        foot.addWidget(self.start)
        foot.addWidget(self.after)
        foot.addWidget(self.why)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scrolling(self._form), 1)
        layout.addWidget(self._foot)
        self._guard = WheelGuard(self)
        self._guard.guard(self._form)
        self._refresh()

    def set_models(self, models: list[tuple[str, str]]) -> None:
        """Names of networks and a line about each; the first is chosen unless one was."""
        self._descriptions = dict(models)
        chosen = self.model.currentText()
        self.model.clear()
        self.model.addItems([name for name, _ in models])
        self.model.setCurrentIndex(max(0, self.model.findText(chosen)))
        self._refresh()

    def set_devices(self, devices: list[tuple[str, str]]) -> None:
        """Ids of devices and what to call them."""
        chosen = self.device.currentData()
        self.device.clear()
        for key, text in devices:
            self.device.addItem(text, key)
        self.device.setCurrentIndex(max(0, self.device.findData(chosen)))
        self._refresh()

    def set_blocked(self, reason: str) -> None:
        """Why no training can start, in words; empty if it can."""
        self._blocked = reason
        self._refresh()

    def set_state(self, state: str) -> None:
        """`idle`, `running` or `stopping`."""
        if state not in (IDLE, RUNNING, STOPPING):
            raise ValueError(f"state must be idle, running or stopping, received {state!r}")
        self.state = state
        if state != RUNNING:
            self._ending = False
        self._refresh()

    def set_ending(self) -> None:
        """The run was asked to stop after its epoch: say so and wait."""
        self._ending = True
        self._refresh()

    def set_hold_out(self, path: Path | None) -> None:
        """Validate on the rows that a file names."""
        self._hold_out = path
        self.file_name.set_text(path.name if path else "No file chosen")
        if path:
            self.by_file.setChecked(True)
        self._refresh()

    def set_frozen(self, faces: int) -> None:
        """How many faces are frozen: they are measured on in place of a share."""
        self._frozen = faces
        self.by_share.setText(f"Fro&zen faces ({faces:,})" if faces else "S&hare of faces")
        what = "the frozen faces" if faces else "a share of the faces, drawn by seed"
        named(self.by_share, f"Validate on {what}")
        self._refresh()

    def request(self) -> dict[str, Any]:
        """The settings as they stand, as `start_requested` carries them."""
        asked = self._asked_of_network()
        model = self.model.currentText()
        if registry.is_network(model):
            return asked
        asked |= dict.fromkeys(OF_NETWORKS) | {"device": "auto"}
        asked.pop("patience")
        return asked | ({"options": self.forest.options()} if model == _FOREST else {})

    def _asked_of_network(self) -> dict[str, Any]:
        by_share = self.by_share.isChecked() and not self._frozen
        return {
            "model": self.model.currentText(),
            "epochs": self.epochs.value() if self.by_epochs.isChecked() else None,
            "minutes": self.minutes.value() if self.by_minutes.isChecked() else None,
            "validation_share": self.share.value() / 100 if by_share else None,
            "hold_out": self._hold_out if self.by_file.isChecked() else None,
            "device": self.device.currentData() or "auto",
            "seed": self.seed.value(),
            "name": self.name.text().strip() or None,
            "folds": self.folds.value() if self.folds.value() > 1 else None,
            "batch_size": self.batch_size.value() or None,
            "learning_rate": self.learning_rate.chosen,
            "augment": self._asked_augmentation(),
            "limit": self.limit.value() or None,
            "tensorboard": self.tensorboard.isChecked(),
        }

    @property
    def augmentation(self) -> AugmentConfig | None:
        """The random changes that are asked for; None for the network's own."""
        return self._augmentation if self.augment.isChecked() else PRESETS["none"]

    def set_augmentation(self, config: AugmentConfig | None) -> None:
        """Train with these random changes; None for the network's own."""
        self.augment.setChecked(config is None or bool(config.active))
        if config is None or config.active:
            self._augmentation = config
        self._refresh()

    def _asked_augmentation(self) -> str | dict[str, Any] | None:
        config = self.augmentation
        return None if config is None else name_of(config, {}) or config.to_dict()

    def reason(self) -> str:
        """Why Start is disabled; empty if it is not."""
        if self._blocked:
            return self._blocked
        if not self.model.count():
            return "The list of networks is being read"
        if self.by_file.isChecked() and self._hold_out is None:
            return "Choose the file with the validation rows first"
        return "Change the run's name first" if self._name_problem() else ""

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the button's icon in the theme's colour."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh()

    def _make_controls(self) -> None:
        self.model = named(Choice(), "Network")
        self.model.currentTextChanged.connect(self._refresh)
        self.description = Text("", "muted")
        self.forest = ForestSettings()
        self.epochs = named(_spin(1, 100_000, 40), "Epochs", "Passes over all faces")
        self.minutes = named(roomy(QDoubleSpinBox()), "Minutes", "Training ends after this time")
        self.minutes.setRange(0.1, 60 * 24 * 365)
        self.minutes.setDecimals(1)
        self.minutes.setMinimumWidth(72)
        self.minutes.setValue(3)
        self.by_epochs = named(QRadioButton("&Epochs"), "Train for a number of epochs")
        self.by_minutes = named(QRadioButton("M&inutes"), "Train for a time")
        self.by_epochs.setChecked(True)
        self.by_share = named(
            QRadioButton("S&hare of faces"), "Validate on a share of the faces, drawn by seed"
        )
        self.by_file = named(QRadioButton("&Rows from file"), "Validate on the rows that a file names")
        self.by_share.setChecked(True)
        self.share = named(_spin(1, 90, 8), "Validation share in percent")
        self.share.setSuffix(" %")
        self.choose = button("Choose …", "Choose the file with validation rows")
        self.choose.setToolTip("A text file with one row number (from 0) on each line")
        self.choose.clicked.connect(self._choose)
        self.file_name = Elided("No file chosen", "muted")
        self.device = named(Choice(), "Device", "What computes: processor or graphics card")
        self.name = named(QLineEdit(), "Run name", "Empty: the next free name, such as run-3")
        self.name.setPlaceholderText("next free name")
        self.name.setMaxLength(80)
        self.name.textChanged.connect(self._refresh)
        self.name_problem = Text("", "danger")
        self.seed = named(
            _spin(0, 2**31 - 1, 0), "Seed", "The same seed gives the same faces in the same order"
        )
        self.folds = named(
            _spin(1, 20, 1),
            "Folds",
            "Several networks that predict together, each trained for this long without one part of the "
            "faces; so every face is also seen by a network that does not know it",
        )
        self.folds.setSpecialValueText("one network")
        self.batch_size = named(_spin(0, 4096, 0), "Batch size", "Faces in one step")
        self.learning_rate = named(NumberBox("network's own", 1e-8, 10.0), "Learning rate")
        self.batch_size.setSpecialValueText("network's own")
        self.limit = named(_spin(0, 10_000_000, 0), "Faces to train on", "Fewer faces for a quick trial")
        self.limit.setSpecialValueText("all")
        self.limit.setSingleStep(500)
        self.augment = named(
            QCheckBox("A&ugmentation"), "Augmentation", "Turn, shift and mirror faces while training"
        )
        self.augment.setChecked(True)
        self.augment.toggled.connect(self._refresh)
        self.changes = Text("", "muted")
        self.tensorboard = named(
            QCheckBox("&TensorBoard"),
            "TensorBoard logs",
            "Also keep the figures of each epoch as TensorBoard reads them, in the run’s folder",
        )
        self.tensorboard.toggled.connect(self._refresh)
        self.logs = Text("", "muted")
        self.logs.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.after = button("Stop after this epoch", "Stop after this epoch")
        self.after.setCheckable(True)
        self.after.clicked.connect(self._press_after)
        self.start = button("Start training", "Start training", primary=True)
        self.start.clicked.connect(self._press)
        self.why = Text("", "muted")

    def _choices(self) -> QWidget:
        """How long, and on which faces: two pairs of choices whose controls are aligned."""
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(UNIT)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        groups = (
            ("Train for", (self.by_epochs, self.epochs), (self.by_minutes, self.minutes)),
            ("Validate on", (self.by_share, self.share), (self.by_file, self.choose)),
        )
        row = 0
        self._only_networks: list[QWidget] = []
        for title, *choices in groups:
            heading = Text(title)
            grid.addWidget(heading, row, 0, 1, 2)
            if title == "Train for":
                self._only_networks += [heading, *(part for choice in choices for part in choice)]
            group = QButtonGroup(made)
            for radio, control in choices:
                row += 1
                group.addButton(radio)
                grid.addWidget(radio, row, 0)
                grid.addWidget(control, row, 1)
                radio.toggled.connect(self._refresh)
            grid.setRowMinimumHeight(row + 1, UNIT - 4)
            row += 2
        grid.addWidget(self.file_name, row - 1, 0, 1, 2)
        return made

    def _advanced(self) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT + 4)
        layout.addWidget(field("See&d", self.seed))
        layout.addWidget(field("F&olds", self.folds))
        sizes = field("&Batch size", self.batch_size)
        rates = field("&Learning rate", self.learning_rate)
        layout.addWidget(sizes)
        layout.addWidget(rates)
        layout.addWidget(field("&Faces to train on", self.limit))
        self._only_networks += [sizes, rates, self.augment, self.changes, self.tensorboard, self.logs]
        layout.addWidget(self.augment)
        layout.addWidget(self.changes)
        layout.addWidget(self.tensorboard)
        layout.addWidget(self.logs)
        return made

    def set_runs_folder(self, folder: Path) -> None:
        """Where runs are kept, for the line that says how to look at their logs."""
        self.logs.setText(f"Look at them, after pip install tensorboard, with: tensorboard --logdir {folder}")

    def _name_problem(self) -> str:
        text = self.name.text().strip()
        if not text:
            return ""
        try:
            check_name(text, "run name")
        except BadInputError as error:
            return f"{error.what[:1].upper()}{error.what[1:]}."
        return ""

    def _refresh(self) -> None:
        idle = self.state == IDLE
        self._form.setEnabled(idle)
        model = self.model.currentText()
        self.description.setText(self._descriptions.get(model, ""))
        self.forest.setVisible(model == _FOREST)
        for part in (*self._only_networks, self._device_field):
            part.setVisible(registry.is_network(model))
        self.epochs.setEnabled(self.by_epochs.isChecked())
        self.minutes.setEnabled(self.by_minutes.isChecked())
        self.share.setEnabled(self.by_share.isChecked())
        self.share.setVisible(not self._frozen)
        self.file_name.setVisible(self.by_file.isChecked())
        config = self.augmentation
        told = "the network’s own" if config is None else config.describe()
        self.changes.setText(f"{told[:1].upper()}{told[1:]}. Set in Augment.")
        problem = self._name_problem()
        self.name_problem.setText(problem)
        self.name_problem.setVisible(bool(problem))
        why = self.reason() if idle else ""
        text, glyph = {
            IDLE: ("Start training", "play-fill"),
            RUNNING: ("Stop", "stop-fill"),
            STOPPING: ("Stopping …", "stop-fill"),
        }[self.state]
        self.start.setText(text)
        self.start.setEnabled(not why and self.state != STOPPING)
        set_glyph(self.start, glyph, primary=True)
        tips = {IDLE: why or "Train with these settings", RUNNING: "Stop; the run keeps what it has learnt"}
        named(self.start, text, tips.get(self.state, "The run is being brought to its end"))
        self.logs.setVisible(self.tensorboard.isChecked())
        self.after.setVisible(not idle)
        self.after.setEnabled(self.state == RUNNING and not self._ending)
        self.after.setChecked(self._ending)
        self.after.setText("Stops after this epoch …" if self._ending else "Stop after this epoch")
        waits = "The epoch under way is brought to its end first; Stop ends it now"
        asks = "Finish the epoch under way, then stop; the run keeps what it has learnt"
        named(self.after, self.after.text(), waits if self._ending else asks)
        self.why.setText(why)
        self.why.setVisible(bool(why))

    def press(self) -> None:
        """Start, if nothing stands in the way and nothing runs."""
        if self.state == IDLE:
            self._press()

    def _press(self) -> None:
        if self.state == RUNNING:
            self.set_state(STOPPING)
            self.stop_requested.emit()
        elif self.state == IDLE and not self.reason():
            self.start_requested.emit(self.request())

    def _press_after(self) -> None:
        if self.state == RUNNING and not self._ending:
            self.set_ending()
            self.ending_requested.emit()

    def _choose(self) -> None:
        self._dialog = QFileDialog(self, "Validation rows", "", "Text files (*.txt *.csv);;All files (*)")
        self._dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._dialog.fileSelected.connect(lambda chosen: self.set_hold_out(Path(chosen)))
        self._dialog.open()


def _spin(low: int, high: int, value: int) -> QSpinBox:
    made: QSpinBox = roomy(QSpinBox())
    made.setRange(low, high)
    made.setValue(value)
    # a box as wide as its highest number would widen the panel
    made.setMinimumWidth(72)
    return made
