"""Augment: the controls on the left, the very faces that training will be fed in the middle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fkd_core.augment.changes import SPECS
from fkd_core.augment.presets import PRESETS
from fkd_core.augment.settings import AugmentConfig
from fkd_core.errors import BadInputError, FkdError
from fkd_core.models import registry
from fkd_core.training.config import TrainingConfig
from fkd_gui.augment.controls import AugmentControls
from fkd_gui.augment.desk import AugmentDesk, Picture, Wish
from fkd_gui.augment.faces import FaceGrid
from fkd_gui.panels.kit import Choice, EmptyState, Text, button, named, roomy, set_glyph
from fkd_gui.panels.training_settings import TrainingSettings
from fkd_gui.session import Session
from fkd_gui.theme import UNIT

_WAITING = (
    "Reading the faces …",
    "What a training does before its first step is done now; it takes some seconds.",
)
_SETTINGS = "Settings of the augmentation (*.json)"
_NO_FACES = ("No training faces", "Augmentation changes training faces, and this project has none.")
_TAKEN = ("model", "seed", "batch_size", "limit", "folds", "validation_share", "label_weights")
"""of what the training form asks for, what decides which faces a batch holds"""


class AugmentPlace(QWidget):
    """Joins the controls to the desk and to the training form, which is where the settings live."""

    problem = Signal(object)
    face_requested = Signal(int)
    noted = Signal(str)

    def __init__(
        self, desk: AugmentDesk, session: Session, settings: TrainingSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self._session, self._settings = desk, session, settings
        self.picture: Picture | None = None
        self._has_faces = "train" in session.project.faces
        self.controls = AugmentControls()
        self.grid = FaceGrid(session.project.schema)
        self.summary = Text()
        self.of = QLabel()
        self.number = named(roomy(QSpinBox()), "Batch", "Which batch of the training, counted from its first")
        self.number.setRange(1, 999_999)
        self.number.setKeyboardTracking(False)
        self.number.setFixedWidth(88)
        self.back = named(QToolButton(), "Previous batch")
        self.forth = named(QToolButton(), "Next batch")
        self.show_what = named(
            Choice(), "What to show", "The batch, or one face from a change’s lowest value to its highest"
        )
        self.show_what.addItem("The batch", "")
        for spec in SPECS.values():
            self.show_what.addItem(f"One face: {spec.title.lower()}", spec.name)
        self.show_what.setMinimumContentsLength(16)
        self.export = button("Save picture …", "Save these faces as a picture")
        self.empty = EmptyState(*(_WAITING if self._has_faces else _NO_FACES), glyph="shuffle")
        self._dialog: QFileDialog | None = None
        self._lay_out()
        self._connect()
        self._draw()

    def prepare(self) -> None:
        """The place is shown: take over what the training form says now."""
        if not self._has_faces:
            return
        spec = registry.get(self._settings.request()["model"] or registry.DEFAULT)
        self.controls.set_networks_own(PRESETS[spec.recipe.augment], complete=spec.recipe.complete)
        self.controls.show_config(self._settings.augmentation)
        self.controls.show_seed(self._settings.request()["seed"])
        self.desk.read_presets()
        self._ask()

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(UNIT, UNIT, UNIT, 0)
        bar.setSpacing(UNIT // 2)
        label = QLabel("&Batch")
        label.setBuddy(self.number)
        for widget in (label, self.back, self.number, self.forth, self.of):
            bar.addWidget(widget)
        bar.addSpacing(UNIT)
        bar.addWidget(self.show_what)
        bar.addStretch(1)
        bar.addWidget(self.export)
        self.summary.setContentsMargins(UNIT, 0, UNIT, 0)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addLayout(bar)
        column.addWidget(self.summary)
        column.addWidget(self.grid, 1)
        self._page = page
        self._pages = QStackedWidget()
        for widget in (self.empty, page):
            self._pages.addWidget(widget)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.controls)
        split.addWidget(self._pages)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        self.controls.setMinimumWidth(300)
        split.setSizes([380, 900])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        self.controls.setEnabled(self._has_faces)

    def _connect(self) -> None:
        desk, controls = self.desk, self.controls
        desk.drawn.connect(self._show)
        desk.reading.connect(self._show_reading)
        desk.failed.connect(self._fail)
        desk.presets.connect(controls.set_presets)
        desk.problem.connect(self.problem)
        desk.written.connect(lambda path: self.noted.emit(f"Saved {path}"))
        controls.changed.connect(self._take)
        controls.seed_changed.connect(self._take_seed)
        controls.one_wanted.connect(self._show_one)
        controls.save_requested.connect(lambda name: desk.save(name, controls.effective))
        controls.delete_requested.connect(desk.delete)
        controls.to_file.triggered.connect(self._ask_new_file)
        controls.from_file.triggered.connect(self._ask_file)
        desk.settings_read.connect(self._take_read)
        self.number.valueChanged.connect(self._ask)
        self.back.clicked.connect(lambda: self.number.setValue(self.number.value() - 1))
        self.forth.clicked.connect(lambda: self.number.setValue(self.number.value() + 1))
        self.show_what.activated.connect(self._ask)
        self.export.clicked.connect(self._ask_path)
        self.grid.face_chosen.connect(self._choose)
        self._session.labels_changed.connect(lambda _: desk.forget())

    def _take(self, config: AugmentConfig | None) -> None:
        self._settings.set_augmentation(config)
        self._ask()

    def _take_seed(self, seed: int) -> None:
        self._settings.seed.setValue(seed)
        self._ask()

    def _show_one(self, name: str) -> None:
        same = self.show_what.currentData() == name
        self.show_what.setCurrentIndex(self.show_what.findData("" if same else name))
        self._ask()

    def _ask(self) -> None:
        self.back.setEnabled(self.number.value() > 1)
        request = self._settings.request()
        values: dict[str, Any] = {key: request[key] for key in _TAKEN if request.get(key) is not None}
        try:
            config = TrainingConfig(augment=self.controls.config, **values)
        except BadInputError as error:
            self._fail(error)
            return
        first = self._session.project.span("train").start
        row = self._session.face - first
        inside = 0 <= row < len(self._session.project.faces["train"].images)
        change = self.show_what.currentData()
        self.desk.ask(
            Wish(config, request.get("hold_out"), self.number.value(), change, row if inside else None)
        )

    def _show(self, picture: Picture) -> None:
        self.picture = picture
        self.grid.show_picture(picture)
        self.summary.setText(described(picture))
        self.of.setText(f"epoch {picture.look.epoch}")
        self.of.setToolTip(f"{picture.look.batches:,} batches in each epoch")
        self._pages.setCurrentWidget(self._page)

    def _show_reading(self, text: str) -> None:
        if self._pages.currentWidget() is self.empty:
            self.empty.set_text(f"{text} …", _WAITING[1])
        else:
            self.summary.setText(f"{text} …")

    def _fail(self, error: object) -> None:
        if isinstance(error, FkdError):
            self.empty.set_text("There is no batch to show", str(error))
            self._pages.setCurrentWidget(self.empty)
        else:
            self.problem.emit(error)

    def _choose(self, row: int) -> None:
        self.face_requested.emit(self._session.project.span("train").start + row)

    def _ask_path(self) -> None:
        self._dialog = QFileDialog(self, "Save picture", "batch.png", "Pictures (*.png)")
        self._dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self._dialog.setDefaultSuffix("png")
        self._dialog.fileSelected.connect(self.save_picture)
        self._dialog.open()

    def save_picture(self, path: str) -> None:
        """Save what is shown as a PNG file."""
        if self.picture is not None:
            self.desk.write(self.picture, Path(path))

    def save_settings(self, path: str) -> None:
        """Save what is set in a file that `fkd train --augmentation` takes."""
        self.desk.write_file(self.controls.effective, Path(path))

    def load_settings(self, path: str) -> None:
        """Set what a file says; where it cannot be used, all stays as it is."""
        self.desk.read_file(Path(path))

    def _take_read(self, config: AugmentConfig) -> None:
        self.controls.show_config(config)
        self._take(config)
        self.noted.emit(f"Loaded: {config.describe()}.")

    def _ask_new_file(self) -> None:
        self._dialog = QFileDialog(self, "Save settings", "augmentation.json", _SETTINGS)
        self._dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self._dialog.setDefaultSuffix("json")
        self._dialog.fileSelected.connect(self.save_settings)
        self._dialog.open()

    def _ask_file(self) -> None:
        self._dialog = QFileDialog(self, "Load settings", "", _SETTINGS)
        self._dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._dialog.fileSelected.connect(self.load_settings)
        self._dialog.open()

    def _draw(self) -> None:
        set_glyph(self.back, "caret-left")
        set_glyph(self.forth, "caret-right")


def described(picture: Picture) -> str:
    """A batch, or a face under a change, in words."""
    look, batch = picture.look, picture.look.batch
    wish = picture.wish
    if wish.change:
        spec = SPECS[wish.change]
        row = int(picture.faces.rows[0])
        more = (
            "" if picture.applied.change(wish.change).on else " It is off: training does not change faces so."
        )
        return f"{spec.title} {spec.what}. Row {row:,}, under it alone, from lowest to highest.{more}"
    faces = len(batch.rows)
    parts = [
        f"{faces} faces",
        f"{int(batch.mirrored.sum())} mirrored",
        f"{int((batch.weights > 0).sum()):,} keypoints",
    ]
    if picture.applied.whole:
        parts.append(f"{int(batch.kept.sum())} faces kept as they are, so that no keypoint leaves the frame")
    else:
        parts.append(f"{look.left} left the frame and count as unknown")
    parts.append(f"{look.faces_per_second:,.0f} faces a second on one core")
    text = "  ·  ".join(parts)
    if picture.copies:
        text += (
            "\nThis network learns from turned and shifted copies that are made before it begins; "
            "these are they, and the changes on the left come on top."
        )
    return text


def make(view: Any) -> AugmentPlace:
    """The place of an open project's view."""
    desk = AugmentDesk(view.project, view)
    made = AugmentPlace(desk, view.session, view.train.settings)
    made.problem.connect(view.problem)
    made.noted.connect(view.noted)
    made.face_requested.connect(view.show_face)
    view.session.closing.connect(desk.finish)
    return made
