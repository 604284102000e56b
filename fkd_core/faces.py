"""Faces of one split: memory-mapped images and the ids that the source gave them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import ProjectError
from fkd_core.files import write_array
from fkd_core.partial_images import PartialImages, find_images


def save_ids(folder: Path, split: str, ids: NDArray[np.int64], digests: NDArray[np.uint64]) -> None:
    """Write ids and digests beside the images of a split."""
    write_array(folder / f"{split}_ids.npy", ids)
    write_array(folder / f"{split}_digests.npy", digests)


@attrs.frozen(eq=False)
class FaceSet:
    """Faces that stay on the disk until a page of them is looked at.

    Attributes:
        images: uint8 `(N, H, W)`, memory-mapped read-only.
        ids: int64 `(N,)`, the source's ids (ImageId of the test file, 0-based row of the training file).
        digests: uint64 `(N,)`, equal for faces whose pixels are equal.
        trouble: why some images cannot be read; None if all can.
        whole: how many can be read, from the first on; None for all.
    """

    images: NDArray[np.uint8]
    ids: NDArray[np.int64]
    digests: NDArray[np.uint64]
    trouble: str | None = None
    whole: int | None = None

    def __len__(self) -> int:
        return len(self.images)

    @classmethod
    def open(
        cls, folder: Path, split: str, *, shape: tuple[int, int, int] | None = None, lenient: bool = False
    ) -> FaceSet:
        """Open the faces of a split.

        Args:
            shape: what the images should have; None if that is not known.
            lenient: open also where images are missing; see `trouble`.

        Raises:
            ProjectError: if a file is missing or damaged.
        """
        parts = {}
        trouble: str | None = None
        whole: int | None = None
        if lenient and shape is not None:
            found = find_images(folder / f"{split}_images.npy", shape)
            trouble, whole = found.trouble, len(found.images)
        for part in ("images", "ids", "digests"):
            path = folder / f"{split}_{part}.npy"
            if part == "images" and trouble is not None and shape is not None:
                parts[part] = cast("NDArray[Any]", PartialImages(found.images, shape[0]))
                continue
            try:
                parts[part] = np.load(path, mmap_mode="r", allow_pickle=False)
            except (OSError, ValueError, EOFError) as error:
                told = find_images(path, shape).trouble if part == "images" and shape is not None else None
                raise ProjectError(
                    "the faces of the project cannot be read",
                    where=path,
                    found=told or str(error),
                    todo="Restore the file from a copy, or import the data again",
                ) from error
        images = parts["images"]
        if (
            images.ndim != 3
            or images.dtype != np.uint8
            or any(parts[part].shape != (len(images),) for part in ("ids", "digests"))
        ):
            raise ProjectError(
                "the faces of the project do not fit together",
                where=folder,
                expected="uint8 (N, H, W) images and as many ids",
                found=", ".join(f"{name} {part.dtype} {part.shape}" for name, part in parts.items()),
            )
        return cls(images, parts["ids"], parts["digests"], trouble, whole if trouble is not None else None)

    def save(self, folder: Path, split: str) -> None:
        """Write ids and digests beside images that are already there."""
        save_ids(folder, split, self.ids, self.digests)

    def duplicates(self) -> list[list[int]]:
        """Groups of rows whose pixels are the same, largest first."""
        order = np.argsort(self.digests, kind="stable")
        starts = np.flatnonzero(np.diff(self.digests[order])) + 1
        groups: list[Any] = [np.sort(group).tolist() for group in np.split(order, starts) if len(group) > 1]
        return sorted(groups, key=lambda group: (-len(group), group[0]))
