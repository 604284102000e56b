"""New projects: made in a temporary folder beside their place, so that they appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fkd_core.errors import BadInputError, ProjectError
from fkd_core.files import writing
from fkd_core.formats import kaggle
from fkd_core.formats.csv_faces import CsvFaces, read_faces
from fkd_core.jobs import Job
from fkd_core.project import ProjectParts, write_parts
from fkd_core.schema import FKD_15, KeypointSchema


@contextmanager
def new_project(folder: Path) -> Iterator[Path]:
    """A temporary folder that becomes `folder` when the block ends well, and vanishes when it does not.

    Raises:
        ProjectError: if the project exists already, or its place cannot be written.
    """
    folder = folder.absolute()
    with writing(folder):
        check_free(folder)
        partial = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}.partial")
        partial.mkdir()
        try:
            (partial / "faces").mkdir()
            yield partial
            _appear(partial, folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def check_free(folder: Path) -> None:
    """Find out whether a project can be made here.

    Raises:
        ProjectError: if something is there already, or there is no place for it.
    """
    folder = folder.absolute()
    if folder.exists():
        raise ProjectError(
            "there is something of this name already", where=folder, todo="Choose another name"
        )
    if not folder.parent.is_dir():
        raise ProjectError("there is no such folder", where=folder.parent, todo="Make it first")


def _appear(partial: Path, folder: Path) -> None:
    try:
        os.rename(partial, folder)
    except OSError as error:
        if not folder.exists():
            raise
        raise ProjectError(
            "something of this name appeared meanwhile", where=folder, todo="Choose another name"
        ) from error


def import_kaggle(
    source: Path, folder: Path, job: Job, *, schema: KeypointSchema = FKD_15, stand_in: int = 128
) -> dict[str, Any]:
    """Make a project from the competition's files.

    Args:
        source: the downloaded zip, a folder with its files, or one CSV file.
        folder: the project to make.
        stand_in: grey level of empty pixel tokens.

    Returns:
        what the import noticed: `files` read, `empty_pixels` by split and row, `absent` keypoints,
        `ignored` columns.

    Raises:
        BadInputError: if the source is missing or wrong, naming file, row and column.
        ProjectError: if the project exists already or cannot be written.
    """
    if not 0 <= stand_in <= 255:
        raise BadInputError("a grey level lies between 0 and 255", where="empty pixels", found=stand_in)
    files = kaggle.find(source, schema)
    # Before the faces: what can be wrong here shows at once.
    lookup = kaggle.read_lookup(files.lookup, schema) if files.lookup else None
    if lookup is not None and files.sample is not None:
        kaggle.check_sample(files.sample, lookup)
    with new_project(folder) as partial:
        read: dict[str, CsvFaces] = {}
        for split, member in (("train", files.train), ("test", files.test)):
            if member is not None:
                path = partial / "faces" / f"{split}_images.npy"
                read[split] = read_faces(member, schema.columns, path, job, stand_in=stand_in)
        sizes = {split: faces.size for split, faces in read.items()}
        if len(set(sizes.values())) > 1:
            raise BadInputError(
                "training and test faces differ in size",
                where=source,
                expected="one size",
                found=", ".join(f"{h}×{w} in {split}" for split, (h, w) in sizes.items()),
            )
        if files.lookup is not None and lookup is not None and "test" in read:
            kaggle.check_asked(files.lookup, lookup, read["test"].ids)
        report = {
            "files": {part: m.path for part, m in _parts(files).items()},
            "empty_pixels": {
                split: {str(row): n for row, n in f.empty_pixels.items()} for split, f in read.items()
            },
            "absent": list(read["train"].absent) if "train" in read else list(schema.keypoints),
            "ignored": {split: list(faces.ignored) for split, faces in read.items() if faces.ignored},
        }
        job.log(_summary(read, stand_in))
        height, width = next(iter(sizes.values()))
        write_parts(
            partial,
            ProjectParts(
                schema=_sized(schema, (height, width)),
                points={split: faces.points for split, faces in read.items()},
                ids={split: faces.ids for split, faces in read.items()},
                digests={split: faces.digests for split, faces in read.items()},
                source=source.name,
                lookup=lookup,
                report=report,
            ),
        )
    return report


def _parts(files: kaggle.KaggleFiles) -> dict[str, Any]:
    named = {"train": files.train, "test": files.test, "lookup": files.lookup, "sample": files.sample}
    return {part: member for part, member in named.items() if member is not None}


def _sized(schema: KeypointSchema, size: tuple[int, int]) -> KeypointSchema:
    return KeypointSchema.from_dict(schema.to_dict() | {"size": size})


def _summary(read: dict[str, CsvFaces], stand_in: int) -> str:
    counts = ", ".join(f"{len(faces.ids)} {split} faces" for split, faces in read.items())
    empty = {split: faces.empty_pixels for split, faces in read.items() if faces.empty_pixels}
    text = f"read {counts}"
    if empty:
        pixels = sum(sum(rows.values()) for rows in empty.values())
        rows = sum(len(rows) for rows in empty.values())
        text += f"; {pixels} empty pixels in {rows} faces became grey {stand_in}"
    ignored = {name for faces in read.values() for name in faces.ignored}
    if ignored:
        text += f"; ignored columns that name no keypoint: {', '.join(sorted(ignored))}"
    return text
