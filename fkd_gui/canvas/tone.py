"""Light of the face on the screen: brightness, contrast, gamma, equalised. Nothing of it reaches any data."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

LIMITS = {"brightness": (-100, 100), "contrast": (-100, 100), "gamma": (20, 300)}
"""the least and the most of each, in percent"""
STEPS = {"brightness": 10, "contrast": 10, "gamma": 20}
"""what one press of a key changes, in percent"""


@attrs.frozen
class Tone:
    """How greys are shown, in percent.

    Attributes:
        brightness: added, -100 black to 100 white.
        contrast: about the middle grey, -100 all one grey to 100 five times as steep.
        gamma: 100 changes nothing, more lights the dark parts up.
        equalise: spread the greys of the face so that each is as frequent as any other.
    """

    brightness: int = 0
    contrast: int = 0
    gamma: int = 100
    equalise: bool = False

    @property
    def plain(self) -> bool:
        """Whether the face is shown as it is."""
        return self == Tone()

    def shown(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The pixels `(H, W)` as they are to be seen; the same array where nothing changes."""
        if self.plain:
            return pixels
        return np.take(self._table(pixels), pixels)

    def told(self) -> str:
        """What differs from the face as it is, for people; empty if nothing does."""
        parts = ["equalised"] if self.equalise else []
        parts += [
            f"{part} {getattr(self, part):+d} %" for part in ("brightness", "contrast") if getattr(self, part)
        ]
        if self.gamma != 100:
            parts.append(f"gamma {self.gamma / 100:.1f}")
        return ", ".join(parts)

    def _table(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """`(256,)`, what each grey becomes."""
        grey = _equal(pixels) if self.equalise else np.arange(256) / 255
        grey = grey ** (100 / self.gamma)
        slope = 1 + self.contrast / 100 if self.contrast < 0 else 1 / (1 - self.contrast / 125)
        grey = (grey - 0.5) * slope + 0.5 + self.brightness / 100
        table: NDArray[np.uint8] = np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)
        return table


def clamped(part: str, value: int) -> int:
    """A brightness, contrast or gamma within its limits."""
    lowest, highest = LIMITS[part]
    return min(max(value, lowest), highest)


def _equal(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """`(256,)` from 0 to 1: the share of pixels that are darker, as wide as the range allows."""
    share = np.bincount(pixels.ravel(), minlength=256).cumsum() / pixels.size
    lowest = share[int(pixels.min())]
    # A face of one grey only has nothing to spread.
    return np.arange(256) / 255 if lowest == 1 else np.clip((share - lowest) / (1 - lowest), 0, 1)
