"""What to search, how and for how long; and the button that starts and stops."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from fkd_core.errors import BadInputError
from fkd_core.models import registry
from fkd_core.names import check_name
from fkd_core.search.begin import default_name
from fkd_core.search.config import BEST, LAST, MEDIAN, NO_PRUNING, TRIALS, SearchConfig
from fkd_core.search.space import Choices, Space, read_space
from fkd_core.search.spaces import GREEDY, GRID, TPE, default_model, default_space
from fkd_gui.panels.kit import (
    Choice,
    Elided,
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
from fkd_gui.search.trial_table import setting_text, value_text
from fkd_gui.theme import UNIT

STRATEGIES = (
    (GREEDY, "Greedy, as the notebook", "One setting after the other; each step keeps its best value."),
    (TPE, "TPE, where it looks promising", "Random at first, then near what did well (Optuna)."),
    (GRID, "Grid, everything", "Every combination of the values."),
)
IDLE, RUNNING, STOPPING = "idle", "running", "stopping"
_OWN, _EPOCHS, _MINUTES = range(3)


class SearchSettings(QWidget):
    """The form on the right. It knows nothing of files but the search space that one may choose."""

    start_requested = Signal(object)
    """a dict: `config`, `name`, `minutes`, `storage`"""
    stop_requested = Signal()
    problem = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = IDLE
        self._blocked = ""
        self._file: Space | None = None
        self._make_controls()
        self._form = QWidget()
        column = QVBoxLayout(self._form)
        column.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        column.setSpacing(UNIT + 4)
        column.addWidget(field("&Strategy", self.strategy, self.about))
        column.addWidget(field("Net&work", self.model))
        column.addWidget(self._space_row())
        column.addWidget(self.tried)
        column.addWidget(field("Each trial trai&ns for", self._length_row()))
        self._trials_field = field("T&rials", self.trials)
        column.addWidget(self._trials_field)
        column.addWidget(field("Stop after, mi&nutes", self.minutes))
        column.addWidget(field("A trial counts by", self.keep))
        column.addWidget(self.prune)
        column.addWidget(Section("More", self._advanced()))
        column.addStretch(1)
        foot = QFrame()
        below = QVBoxLayout(foot)
        below.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        below.setSpacing(UNIT // 2)
        below.addWidget(self.start)
        below.addWidget(self.why)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scrolling(self._form), 1)
        layout.addWidget(foot)
        self._guard = WheelGuard(self)
        self._guard.guard(self._form)
        self._choose_strategy()

    def set_state(self, state: str) -> None:
        """`idle`, `running` or `stopping`."""
        self.state = state
        self._refresh()

    def set_blocked(self, reason: str) -> None:
        """Why no search can start; empty if it can."""
        self._blocked = reason
        self._refresh()

    def use_space(self, space: Space | None, name: str = "") -> None:
        """Search this space in place of the network's own."""
        self._file = space
        self.space_name.set_text(name if space is not None else "the network's own")
        self.own_space.setVisible(space is not None)
        if space is not None:
            self.model.setCurrentIndex(self.model.findText(space.model))
        self._refresh()

    def config(self) -> SearchConfig:
        """The search as the form stands.

        Raises:
            BadInputError: if there is no such search.
        """
        strategy = self.strategy.currentData()
        space = self._file or default_space(strategy, self.model.currentText())
        kind = self.length.currentIndex()
        return SearchConfig(
            strategy,
            space,
            keep=self.keep.currentData(),
            trials=self.trials.value() if strategy == TPE else None,
            epochs=self.epochs.value() if kind == _EPOCHS else None,
            minutes=self.trial_minutes.value() if kind == _MINUTES else None,
            seed=self.seed.value(),
            limit=self.limit.value() or None,
            prune=MEDIAN if self.prune.isChecked() else NO_PRUNING,
        )

    def request(self) -> dict[str, Any]:
        """As `start_requested` carries it."""
        config = self.config()
        return {
            "config": config,
            "name": self.name.text().strip() or default_name(config),
            "minutes": self.minutes.value() or None,
            "storage": self.storage.text().strip() or None,
        }

    def reason(self) -> str:
        """Why Start is disabled; empty if it is not."""
        if self._blocked:
            return self._blocked
        try:
            self.config()
            if self.name.text().strip():
                check_name(self.name.text().strip(), "search name")
        except BadInputError as error:
            return str(error)
        return ""

    def changeEvent(self, event: QEvent) -> None:
        """The button's icon follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh()

    def _make_controls(self) -> None:
        self.strategy = named(Choice(), "Strategy", "How the next trial's settings are chosen")
        for key, text, _ in STRATEGIES:
            self.strategy.addItem(text, key)
        self.about = Text("", "muted")
        self.model = named(Choice(), "Network")
        self.model.addItems([spec.name for spec in registry.networks()])
        self.space_name = Elided("the network's own", "muted")
        self.choose = button("Choose …", "Choose a file with a search space", "A JSON file; see the README")
        self.own_space = button("Own", "Search the network's own space again")
        self.own_space.hide()
        self.tried = Text("", "muted")
        self.length = named(Choice(), "Length of a trial")
        self.length.addItems(["the network’s own", "epochs", "minutes"])
        self.length.setCurrentIndex(_EPOCHS)
        self.epochs = named(_spin(1, 100_000, 10), "Epochs of a trial")
        self.trial_minutes = named(roomy(QDoubleSpinBox()), "Minutes of a trial")
        self.trial_minutes.setRange(0.1, 60 * 24)
        self.trial_minutes.setDecimals(1)
        self.trial_minutes.setValue(3)
        self.trials = named(_spin(1, 10_000, TRIALS), "Number of trials")
        self.minutes = named(
            _spin(0, 60 * 24 * 30, 0), "Minutes for all of it", "Then it stops; Resume goes on where it was"
        )
        self.minutes.setSpecialValueText("when all trials are done")
        self.keep = named(Choice(), "What a trial counts by")
        self.keep.addItem("its best validation loss", BEST)
        self.keep.addItem("its last validation loss, as the notebook", LAST)
        self.prune = named(
            QCheckBox("&Give up hopeless trials early"),
            "Give up hopeless trials early",
            "Trials whose error is worse than the median at the same epoch; greedy gives up only what is "
            "behind the one it would keep",
        )
        self.prune.setChecked(True)
        self.seed = named(_spin(0, 2**31 - 1, 0), "Seed", "One split and one seed for all trials")
        self.limit = named(_spin(0, 10_000_000, 0), "Faces to train on", "Fewer faces for a quick search")
        self.limit.setSpecialValueText("all")
        self.limit.setSingleStep(500)
        self.name = named(QLineEdit(), "Name of the search", "Empty: the network and the strategy")
        self.name.setMaxLength(80)
        self.storage = named(
            QLineEdit(),
            "Shared database",
            "Address of a database by which several machines share the trials; empty: the project’s folder",
        )
        self.storage.setPlaceholderText("project’s folder")
        self.start = button("Start search", "Start search", primary=True)
        self.why = Text("", "muted")
        self.strategy.currentIndexChanged.connect(self._choose_strategy)
        self.model.currentIndexChanged.connect(self._refresh)
        self.length.currentIndexChanged.connect(self._refresh)
        self.name.textChanged.connect(self._refresh)
        for box in (self.epochs, self.trials, self.limit):
            box.valueChanged.connect(self._refresh)
        self.choose.clicked.connect(self._choose_file)
        self.own_space.clicked.connect(lambda: self.use_space(None))
        self.start.clicked.connect(self._press)

    def _space_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(UNIT)
        line.addWidget(self.space_name, 1)
        line.addWidget(self.own_space)
        line.addWidget(self.choose)
        return field("Search space", row)

    def _length_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(UNIT)
        line.addWidget(self.length, 1)
        line.addWidget(self.epochs)
        line.addWidget(self.trial_minutes)
        row.setFocusProxy(self.length)
        return row

    def _advanced(self) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT + 4)
        layout.addWidget(field("N&ame", self.name))
        layout.addWidget(field("See&d", self.seed))
        layout.addWidget(field("&Faces to train on", self.limit))
        layout.addWidget(field("Shared data&base", self.storage))
        return made

    def _choose_strategy(self) -> None:
        strategy = self.strategy.currentData()
        if self._file is None:
            self.model.setCurrentIndex(self.model.findText(default_model(strategy)))
        self.about.setText(next(text for key, _, text in STRATEGIES if key == strategy))
        self._refresh()

    def _refresh(self) -> None:
        idle = self.state == IDLE
        self._form.setEnabled(idle)
        self._trials_field.setVisible(self.strategy.currentData() == TPE)
        self.epochs.setVisible(self.length.currentIndex() == _EPOCHS)
        self.trial_minutes.setVisible(self.length.currentIndex() == _MINUTES)
        self.model.setEnabled(self._file is None)
        why = self.reason() if idle else ""
        try:
            self.tried.setText(described(self.config()))
        except BadInputError:
            self.tried.setText("")
        text, glyph = {
            IDLE: ("Start search", "play-fill"),
            RUNNING: ("Stop", "stop-fill"),
            STOPPING: ("Stopping …", "stop-fill"),
        }[self.state]
        self.start.setText(text)
        self.start.setEnabled(self.state == RUNNING or (idle and not why))
        set_glyph(self.start, glyph, primary=True)
        named(self.start, text, why or text)
        self.why.setText(why)
        self.why.setVisible(bool(why))

    def _press(self) -> None:
        if self.state == RUNNING:
            self.set_state(STOPPING)
            self.stop_requested.emit()
        elif self.state == IDLE and not self.reason():
            self.start_requested.emit(self.request())

    def _choose_file(self) -> None:
        self._dialog = QFileDialog(self, "Search space", "", "JSON files (*.json);;All files (*)")
        self._dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._dialog.fileSelected.connect(lambda chosen: self.read_file(Path(chosen)))
        self._dialog.open()

    def read_file(self, path: Path) -> None:
        """Take the search space of a file; one that is none is told."""
        try:
            self.use_space(read_space(path), path.name)
        except BadInputError as error:
            self.problem.emit(error)


def described(config: SearchConfig) -> str:
    """What is going to be tried, in words."""
    parts = []
    for parameter in config.space.parameters:
        if isinstance(parameter, Choices):
            values = ", ".join(value_text(value) for value in parameter.values)
        elif config.strategy == TPE:
            values = f"{value_text(parameter.low)} to {value_text(parameter.high)}"
        else:
            values = ", ".join(value_text(value) for value in parameter.points())
        parts.append(f"{setting_text(parameter.name)}: {values}")
    return "\n".join([*parts, f"{config.total} trials"])


def _spin(low: int, high: int, value: int) -> QSpinBox:
    made: QSpinBox = roomy(QSpinBox())
    made.setRange(low, high)
    made.setValue(value)
    made.setMinimumWidth(72)
    return made
