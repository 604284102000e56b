"""Images of which a part cannot be read: what is there is shown, the rest is black and known as missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import attrs
import numpy as np
from numpy.typing import NDArray


class PartialImages:
    """Stands where a memory-mapped array of `(N, H, W)` would; faces from `whole` on are black.

    Args:
        images: uint8 `(whole, H, W)`, those that can be read.
        count: N.
    """

    def __init__(self, images: NDArray[np.uint8], count: int) -> None:
        self._images = images
        self.shape: tuple[int, ...] = (count, *images.shape[1:])
        self.dtype, self.ndim = images.dtype, images.ndim
        self.nbytes = int(np.prod(self.shape))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> NDArray[np.uint8]:
        rows, rest = (key[0], key[1:]) if isinstance(key, tuple) else (key, ())
        wanted = np.arange(len(self))[rows]
        there = wanted < len(self._images)
        if wanted.ndim == 0:
            face = self._images[wanted] if there else np.zeros(self.shape[1:], np.uint8)
            return cast("NDArray[np.uint8]", face[rest] if rest else face)
        faces = np.zeros((len(wanted), *self.shape[1:]), np.uint8)
        faces[there] = self._images[wanted[there]]
        return faces[(slice(None), *rest)] if rest else faces

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError(
                "these images are put together when they are asked for, copy=False is impossible"
            )
        return self[:] if dtype is None else self[:].astype(dtype)


@attrs.frozen(eq=False)
class Found:
    """What was found in a file of images.

    Attributes:
        images: uint8 `(whole, H, W)`, memory-mapped.
        trouble: why that is not all; None if it is.
    """

    images: NDArray[np.uint8]
    trouble: str | None


def find_images(path: Path, shape: tuple[int, int, int]) -> Found:
    """Map as many images of a file as are there.

    Args:
        path: an `.npy` file that should hold uint8 images of `shape`, `(N, H, W)`.
    """
    count, height, width = shape
    nothing = np.zeros((0, height, width), np.uint8)
    try:
        with path.open("rb") as file:
            version = np.lib.format.read_magic(file)
            read = np.lib.format.read_array_header_1_0
            told, fortran, dtype = (read if version == (1, 0) else np.lib.format.read_array_header_2_0)(file)
            start = file.tell()
        size = path.stat().st_size - start
    except FileNotFoundError:
        return Found(nothing, "there is no such file")
    except OSError as error:
        return Found(nothing, error.strerror or str(error))
    except (ValueError, EOFError):
        return Found(nothing, "it is no array of images")
    if tuple(told) != shape or dtype != np.uint8 or fortran:
        return Found(nothing, f"it holds {dtype} {told}, not uint8 {shape}")
    whole = min(count, size // (height * width))
    try:
        images = np.memmap(path, np.uint8, "r", start, (whole, height, width)) if whole else nothing
    except (OSError, ValueError) as error:
        return Found(nothing, str(error))
    if whole == count:
        return Found(images, None)
    return Found(images, f"it ends early: rows {whole:,} to {count - 1:,} are missing")
