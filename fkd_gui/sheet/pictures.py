"""The pixels of faces, read on a thread and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_gui.browser.thumbnails import face_images
from fkd_gui.canvas.tone import Tone
from fkd_gui.session import Session
from fkd_gui.tasks import Tasks

_KEPT = 2000
"""faces: some 18 MB, and many screens of them"""

_Read = tuple[int, NDArray[np.intp], list[NDArray[np.uint8]]]


class Pictures(QObject):
    """Faces in the light that was chosen, as far as they are read; the rest follows.

    Only what was wanted last is read: whoever scrolls on does not wait for what went by.
    """

    arrived = Signal(object)
    """`(n,)` faces that can be painted now"""
    failed = Signal(object)
    """why some cannot be read"""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = session.project
        self._tasks = Tasks(self)
        self._tone = Tone()
        self._version = 0
        self._read: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()
        self._lost: set[int] = set()
        self._wanted: NDArray[np.intp] = np.zeros(0, np.intp)
        self._busy = self._closed = False
        session.closing.connect(self._close)

    def get(self, face: int) -> NDArray[np.uint8] | None:
        """The pixels `(H, W)` of a face; None while they are not read."""
        found = self._read.get(face)
        if found is not None:
            self._read.move_to_end(face)
        return found

    def is_lost(self, face: int) -> bool:
        """Whether a face could not be read."""
        return face in self._lost

    def want(self, faces: NDArray[np.intp]) -> None:
        """Read these, nearest first, in place of what was wanted before."""
        self._wanted = faces
        if not self._busy:
            self._go_on()

    def set_tone(self, tone: Tone) -> None:
        """Show faces in another light."""
        if tone != self._tone:
            self._tone = tone
            self._version += 1
            self._read.clear()
            self.arrived.emit(np.zeros(0, np.intp))

    def _go_on(self) -> None:
        missing = [
            face for face in self._wanted.tolist() if face not in self._read and face not in self._lost
        ]
        if not missing or self._closed:
            return
        faces = np.array(missing, np.intp)
        self._busy = True
        self._tasks.run(
            partial(_read, self._project, faces, self._tone, self._version),
            "reading faces",
            done=self._take,
            failed=partial(self._give_up, faces),
        )

    def _take(self, read: _Read) -> None:
        self._busy = False
        version, faces, pictures = read
        if version == self._version:
            self._read.update(zip(faces.tolist(), pictures, strict=True))
            while len(self._read) > max(_KEPT, 2 * len(self._wanted)):
                self._read.popitem(last=False)
            self.arrived.emit(faces)
        self._go_on()

    def _give_up(self, faces: NDArray[np.intp], error: Exception) -> None:
        self._busy = False
        self._lost.update(faces.tolist())
        self.failed.emit(error)
        self.arrived.emit(faces)

    def _close(self) -> None:
        self._closed = True
        self._tasks.close()


def _read(project: Project, faces: NDArray[np.intp], tone: Tone, version: int, job: Job) -> _Read:
    job.check()
    # Each in memory of its own: one that is kept must not keep all that were read with it.
    pictures = [np.array(tone.shown(image), order="C") for image in face_images(project, faces)]
    return version, faces, pictures
