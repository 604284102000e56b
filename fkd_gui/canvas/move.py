"""Keypoints on their way from one place to another. Nothing is written until they arrive."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_gui.canvas.geometry import clamped_shift


@attrs.frozen(eq=False)
class Move:
    """A move that is shown and not made yet.

    Attributes:
        face: whose keypoints these are.
        keypoints: n indices.
        start: float32 `(n, 2)` where they were.
        now: float32 `(n, 2)` where they are shown.
        held_back: whether the frame stopped them.
    """

    face: int
    keypoints: tuple[int, ...]
    start: NDArray[np.float32]
    now: NDArray[np.float32]
    held_back: bool = False

    @classmethod
    def of(cls, face: int, keypoints: tuple[int, ...], points: NDArray[np.float32]) -> Move:
        """A move that begins at `(n, 2)` points."""
        start = np.array(points, np.float32).reshape(-1, 2)
        return cls(face, keypoints, start, start)

    def shifted(self, dx: float, dy: float, frame: tuple[int, int]) -> Move:
        """Moved by so many pixels from where it began."""
        now, held_back = clamped_shift(self.start, (dx, dy), frame)
        return attrs.evolve(self, now=now, held_back=held_back)

    def nudged(self, dx: float, dy: float, frame: tuple[int, int]) -> Move:
        """Moved by so many pixels more."""
        now, held_back = clamped_shift(self.now, (dx, dy), frame)
        return attrs.evolve(self, now=now, held_back=held_back)

    @property
    def changed(self) -> bool:
        """Whether anything is elsewhere than at the beginning."""
        return bool((self.now != self.start).any())
