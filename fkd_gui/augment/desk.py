"""Batches of a coming training, made on a thread: the newest wish wins."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from PySide6.QtCore import QObject, Signal

from fkd_core.augment.changes import SPECS
from fkd_core.augment.presets import (
    delete_preset,
    name_of,
    own_presets,
    read_settings,
    save_preset,
    write_settings,
)
from fkd_core.augment.random import Batch
from fkd_core.augment.settings import AugmentConfig, shown
from fkd_core.augment.sheet import captions, draw_sheet, write_sheet
from fkd_core.augment.single import under_one_change, value_row
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.training.config import TrainingConfig
from fkd_core.training.preview import Look
from fkd_core.training.stream import Coming
from fkd_gui.tasks import Tasks

STEPS = 12
"""pictures of one face under one change"""


@attrs.frozen
class Wish:
    """What is to be shown.

    Args:
        config: of the training.
        hold_out: file with rows to keep out.
        number: of the batch, counted from 1.
        change: one change to show a face under, in place of the batch; empty for the batch.
        row: the training face for it; None for the batch's first.
    """

    config: TrainingConfig
    hold_out: Path | None = None
    number: int = 1
    change: str = ""
    row: int | None = None


@attrs.frozen(eq=False)
class Picture:
    """What a wish became.

    Args:
        wish: it.
        look: at the batch.
        faces: what is drawn: the batch, or one face under one change.
        texts: below each face.
        applied: the changes as training makes them.
        copies: whether rows are copies that the network's recipe makes beforehand.
    """

    wish: Wish
    look: Look
    faces: Batch
    texts: list[str]
    applied: AugmentConfig
    copies: bool


class AugmentDesk(QObject):
    """Works for one project; one picture is made at a time, and of the wishes meanwhile the last one next."""

    drawn = Signal(object)
    """a `Picture`"""
    reading = Signal(str)
    """faces are being read anew, which takes a while: what is done"""
    failed = Signal(object)
    """why the last wish cannot be drawn"""
    presets = Signal(dict)
    """the project's own settings by name"""
    written = Signal(object)
    """the `Path` of a picture or of settings that were saved"""
    settings_read = Signal(object)
    """the `AugmentConfig` of a file"""
    problem = Signal(object)
    """an error of saving or reading"""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._tasks = Tasks(self)
        self._tasks.failed.connect(self.problem)
        self._coming: Coming | None = None
        self._source: tuple[Path | None, int] | None = None
        self._labels = 0
        self._next: Wish | None = None
        self._busy = self._closed = False
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing at all is under way."""
        return not len(self._tasks)

    def forget(self) -> None:
        """Labels changed: the next wish reads the faces anew."""
        self._labels += 1

    def ask(self, wish: Wish) -> None:
        """Draw this as soon as may be; what was wished before and not begun yet is dropped."""
        self._next = wish
        if not self._busy and not self._closed:
            self._begin()

    def read_presets(self) -> None:
        """Ask for the project's own settings; `presets` answers."""
        self._tasks.run(
            lambda job: own_presets(self._project.folder),  # noqa: ARG005
            "reading the saved augmentations",
            done=self.presets.emit,
        )

    def save(self, name: str, config: AugmentConfig) -> None:
        """Save settings in the project; `presets` answers."""

        def work(job: Job) -> dict[str, AugmentConfig]:  # noqa: ARG001
            save_preset(self._project.folder, name, config)
            return own_presets(self._project.folder)

        self._tasks.run(work, "saving an augmentation", done=self.presets.emit)

    def delete(self, name: str) -> None:
        """Forget settings that were saved in the project; `presets` answers."""

        def work(job: Job) -> dict[str, AugmentConfig]:  # noqa: ARG001
            delete_preset(self._project.folder, name)
            return own_presets(self._project.folder)

        self._tasks.run(work, "deleting an augmentation", done=self.presets.emit)

    def write(self, picture: Picture, path: Path) -> None:
        """Save what is shown as a PNG file; `written` answers."""

        def work(job: Job) -> Path:  # noqa: ARG001
            # OpenCV's letters are ASCII alone.
            texts = [text.replace("°", " deg").replace("×", "x ") for text in picture.texts]
            write_sheet(path, draw_sheet(picture.faces, self._project.schema, texts=texts))
            return path

        self._tasks.run(work, "drawing a sheet", done=self.written.emit)

    def write_file(self, config: AugmentConfig, path: Path) -> None:
        """Save settings in a file that `fkd train --augmentation` takes; `written` answers."""

        def work(job: Job) -> Path:  # noqa: ARG001
            write_settings(path, config)
            return path

        self._tasks.run(work, "saving an augmentation", done=self.written.emit)

    def read_file(self, path: Path) -> None:
        """Read the settings of a file; `settings_read` answers."""
        self._tasks.run(
            lambda job: read_settings(path),  # noqa: ARG005
            "reading an augmentation",
            done=self.settings_read.emit,
        )

    def finish(self) -> None:
        """Stop and wait; to be called before the project is closed."""
        self._closed = True
        self._tasks.close()
        self._coming = None
        if self._scratch is not None:
            self._scratch.cleanup()

    def _begin(self) -> None:
        wish, self._next = self._next, None
        if wish is None:
            return
        self._busy = True
        source = (wish.hold_out, self._labels)
        known = self._coming if source == self._source else None
        self._source = source
        self._tasks.run(
            lambda job: self._draw(wish, known, job),
            "making a batch",
            done=self._show,
            failed=self._fail,
            stopped=lambda: self._fail(None),
            progressed=lambda done, total, text: self.reading.emit(text),  # noqa: ARG005
            happened=lambda event, data: self._hear(event),  # noqa: ARG005
        )

    def _draw(self, wish: Wish, known: Coming | None, job: Job) -> tuple[Coming, Picture]:
        if known is not None and known.redrawn(wish.config):
            coming = known.changed(wish.config)
        else:
            job.emit("reading", {})
            coming = Coming.of(self._project, wish.config, wish.hold_out, self._folder(), job)
        look = Look.at(coming.stream, wish.number)
        faces, texts = look.batch, captions(look.batch)
        if wish.change:
            faces, texts = _under(coming, wish, look)
        picture = Picture(wish, look, faces, texts, coming.stream.config, coming.copies)
        return coming, picture

    def _folder(self) -> Path:
        # A folder of its own each time: what the one before reads from may still be mapped.
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="fkd-", ignore_cleanup_errors=True)
        return Path(tempfile.mkdtemp(dir=self._scratch.name))

    def _hear(self, event: str) -> None:
        if event == "reading":
            self.reading.emit("Reading the faces")

    def _show(self, made: tuple[Coming, Picture]) -> None:
        self._coming, picture = made
        self._busy = False
        # The newest wish is on its way; this one is shown too, so that a slider that moves is seen to do so.
        self.drawn.emit(picture)
        if not self._closed:
            self._begin()

    def _fail(self, error: Exception | None) -> None:
        self._busy, self._coming, self._source = False, None, None
        if self._closed:
            return
        if self._next is not None:
            self._begin()
        elif error is not None:
            self.failed.emit(error)


def _under(coming: Coming, wish: Wish, look: Look) -> tuple[Batch, list[str]]:
    stream, spec = coming.stream, SPECS[wish.change]
    row = wish.row if wish.row is not None and not coming.copies else int(look.batch.rows[0])
    row = min(row, len(stream.images) - 1)
    values = value_row(wish.change, stream.config.change(wish.change), STEPS)
    faces = under_one_change(
        np.asarray(stream.images[row]),
        stream.points[row],
        stream.schema,
        wish.change,
        values,
        row=row,
        seed=stream.seed,
    )
    if not spec.ranged:
        return faces, ["as it is", "mirrored"]
    outside = [f", {left} outside" if left else "" for left in faces.left.sum(axis=1).tolist()]
    return faces, [shown(spec, v) + more for v, more in zip(values.tolist(), outside, strict=True)]


def own_changes(config: AugmentConfig) -> dict[str, Any] | str | None:
    """How a training is asked for these changes: by name where they are FKD's, else by their values."""
    return name_of(config, {}) or config.to_dict()
