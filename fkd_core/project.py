"""A project: one folder with faces, labels, runs and a manifest."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import DamagedLabelsError, InUseError, ProjectError, ReadOnlyError
from fkd_core.faces import FaceSet, save_ids
from fkd_core.files import write_array
from fkd_core.labels.backups import Backup, back_up
from fkd_core.labels.journal import FILE, Journal
from fkd_core.labels.store import LabelStore
from fkd_core.lookup import LookupTable
from fkd_core.manifest import Manifest
from fkd_core.schema import KeypointSchema
from fkd_core.writer_lock import WriterLock

_LOOKUP = "lookup.npy"


class Project:
    """An open project. Faces of all splits are numbered in one sequence, the training faces first.

    One writer at a time: whoever opens a project for writing holds a lock of the operating system, which
    is free again when the process ends, however it ends.

    Attributes:
        folder: where it lies.
        manifest: what it is.
        faces: split to faces.
        labels: labels of all faces.
        lookup: what a submission must contain; None if the source had no lookup table.
        read_only: why edits are refused; None if they are not.
        in_use: whether that is because another program writes to it.
    """

    def __init__(
        self, folder: Path, *, write: bool = False, fall_back: bool = False, lenient: bool = False
    ) -> None:
        """Open a project.

        Args:
            folder: the project.
            write: hold the writer's lock, so that labels can be edited.
            fall_back: open read-only, and say so in `read_only`, where writing is impossible.
            lenient: open also where images of faces cannot be read; see `trouble`.

        Raises:
            ProjectError: if it is none, damaged or of a newer version.
            ReadOnlyError: if another program writes to it or the folder cannot be written.
        """
        self.folder = folder
        self.manifest = Manifest.load(folder)
        self.faces = {
            split: FaceSet.open(folder / "faces", split, shape=(count, *self.schema.size), lenient=lenient)
            for split, count in self.manifest.splits.items()
        }
        for split, faces in self.faces.items():
            if len(faces) != self.manifest.splits[split]:
                raise ProjectError(
                    "faces are missing",
                    where=folder / "faces",
                    expected=f"{self.manifest.splits[split]} of split {split}",
                    found=len(faces),
                )
        self._lock: WriterLock | None = None
        self.read_only: str | None = "it was opened for reading"
        self.in_use = False
        if write:
            try:
                self._lock = WriterLock.acquire(folder)
                self.read_only = None
            except ReadOnlyError as error:
                if not fall_back:
                    raise
                self.read_only = str(error)
                self.in_use = isinstance(error, InUseError)
        try:
            self.lookup = _load_lookup(folder / _LOOKUP)
            self.labels = LabelStore(folder / FILE, len(self.schema), read_only=self.read_only is not None)
        except BaseException:
            self._release()
            raise
        if len(self.labels.table) != len(self):
            self.close()
            raise DamagedLabelsError(
                "the labels do not belong to these faces",
                where=folder / FILE,
                expected=f"{len(self)} faces",
                found=len(self.labels.table),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The folder's name without its ending."""
        return self.folder.resolve().name.removesuffix(".fkd")

    @property
    def schema(self) -> KeypointSchema:
        """The keypoints of all faces."""
        return self.manifest.schema

    @property
    def runs_folder(self) -> Path:
        """Where the runs lie; each is a folder."""
        return self.folder / "runs"

    def __len__(self) -> int:
        return sum(self.manifest.splits.values())

    def span(self, split: str) -> slice:
        """The face indices of a split.

        Raises:
            ProjectError: if the project has no such split.
        """
        start = 0
        for name, count in self.manifest.splits.items():
            if name == split:
                return slice(start, start + count)
            start += count
        raise ProjectError(
            f"the project has no split {split!r}", where=self.folder, found=", ".join(self.manifest.splits)
        )

    def locate(self, face: int) -> tuple[str, int]:
        """Split and 0-based row of a face.

        Raises:
            IndexError: if there is no such face.
        """
        row = face if face >= 0 else len(self)
        for name, count in self.manifest.splits.items():
            if row < count:
                return name, row
            row -= count
        raise IndexError(f"face must be below {len(self)}, received {face}")

    def image(self, face: int) -> NDArray[np.uint8]:
        """The pixels of a face, uint8 `(H, W)`."""
        split, row = self.locate(face)
        image: NDArray[np.uint8] = self.faces[split].images[row]
        return image

    def trouble(self, face: int) -> str | None:
        """Why the picture of a face cannot be read; None if it can."""
        split, row = self.locate(face)
        faces = self.faces[split]
        return None if faces.whole is None or row < faces.whole else faces.trouble

    def unreadable(self, faces: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which of some faces have no picture that can be read."""
        found = np.zeros(len(faces), np.bool_)
        for split, part in self.faces.items():
            if part.whole is not None:
                span = self.span(split)
                found |= (faces >= span.start + part.whole) & (faces < span.stop)
        return found

    def label_fingerprint(self) -> str:
        """Changes whenever a label does; a run records it."""
        table = self.labels.table
        digest = hashlib.blake2b(digest_size=16)
        for part in (table.points, table.origin, table.state, table.reviewed):
            digest.update(np.ascontiguousarray(part).data)
        return digest.hexdigest()

    def back_up(self) -> Backup | None:
        """Keep a checked copy of the labels as they stand on the disk, see `fkd_core.labels.backups`.

        Raises:
            DamagedLabelsError: if they are damaged.
            ProjectError: if the copy cannot be written.
        """
        return None if self.read_only is not None else back_up(self.folder / FILE, len(self.schema))

    def close(self) -> None:
        """Close the label database and let others write."""
        self.labels.close()
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


@attrs.define
class ProjectParts:
    """What a new project is made of. The images already lie in `folder / 'faces' / SPLIT_images.npy`."""

    schema: KeypointSchema
    points: dict[str, NDArray[np.float32]]
    ids: dict[str, NDArray[np.int64]]
    digests: dict[str, NDArray[np.uint64]]
    source: str
    lookup: LookupTable | None = None
    report: dict[str, Any] = attrs.field(factory=dict)


def write_parts(folder: Path, parts: ProjectParts) -> None:
    """Complete a project in a folder that has its images. The manifest is written last."""
    faces = folder / "faces"
    digest = hashlib.blake2b(digest_size=16)
    for split, points in parts.points.items():
        save_ids(faces, split, parts.ids[split], parts.digests[split])
        digest.update(parts.digests[split].tobytes())
        digest.update(np.ascontiguousarray(points).tobytes())
    if parts.lookup is not None:
        write_array(folder / _LOOKUP, parts.lookup.to_array())
    Journal.create(folder / FILE, np.concatenate(list(parts.points.values())))
    (folder / "runs").mkdir()
    Manifest(
        schema=parts.schema,
        splits={split: len(points) for split, points in parts.points.items()},
        fingerprint=digest.hexdigest(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        source=parts.source,
        report=parts.report,
    ).save(folder)


def _load_lookup(path: Path) -> LookupTable | None:
    try:
        return LookupTable.from_array(np.load(path, allow_pickle=False))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError) as error:
        raise ProjectError(
            "the lookup table of the project cannot be read",
            where=path,
            found=str(error),
            todo="Restore the file from a copy, or import the data again",
        ) from error
