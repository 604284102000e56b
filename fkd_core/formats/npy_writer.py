"""Writes a `.npy` file of bytes whose length is known only at the end."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

_BUFFER = 1 << 20


class NpyWriter:
    """Appends faces to a uint8 `.npy` file; `finish` gives it its shape.

    NumPy pads the header so that the first axis can grow without moving the data.

    Args:
        path: the file to write.
        durable: have everything on the disk, not in the system's memory, when `finish` returns.
    """

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self._durable = durable
        self._file = path.open("w+b", buffering=_BUFFER)
        self._header((0, 96, 96))
        self._start = self._file.tell()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, pixels: NDArray[np.uint8]) -> None:
        """Write the pixels of one or more faces."""
        self._file.write(pixels.data)

    def finish(self, shape: tuple[int, int, int]) -> None:
        """Write the final shape.

        Raises:
            ValueError: if the shape does not fit the header's room or the pixels written.
        """
        end = self._file.seek(0, 2)
        if end - self._start != shape[0] * shape[1] * shape[2]:
            raise ValueError(f"shape must match {end - self._start} bytes written, received {shape}")
        self._file.seek(0)
        self._header(shape)
        if self._file.tell() != self._start:
            raise ValueError(f"shape must fit the header, received {shape}")
        if self._durable:
            self._file.flush()
            os.fsync(self._file.fileno())

    def _header(self, shape: tuple[int, int, int]) -> None:
        header = {"descr": "|u1", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, header)
