"""Faces and their keypoints inside the page: small PNGs as data, markers as SVG over them."""

from __future__ import annotations

import base64
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fkd_core.reporting.markup import Markup, element, joined

_MARK = 1.7


def png(image: NDArray[np.uint8]) -> str:
    """A grey image `(H, W)` as the address of an image inside the page."""
    done, content = cv2.imencode(".png", np.ascontiguousarray(image), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if not done:
        raise ValueError(f"the image must be uint8 (H, W), received {image.dtype} {image.shape}")
    return "data:image/png;base64," + base64.b64encode(content.tobytes()).decode()


def face(
    image: NDArray[np.uint8],
    about: str,
    *,
    truth: NDArray[np.floating[Any]] | None = None,
    predicted: NDArray[np.floating[Any]] | None = None,
    mark: float = _MARK,
) -> Markup:
    """A face with rings where the labels are and crosses where a run sees them, joined by lines.

    Args:
        image: uint8 `(H, W)`.
        about: what is shown, for those who do not see it.
        truth, predicted: `(K, 2)` pixels of the image, NaN where unknown.
        mark: size of a marker in pixels of the image.
    """
    height, width = image.shape
    parts = [element("image", href=png(image), x=-0.5, y=-0.5, width=width, height=height)]
    if truth is not None and predicted is not None:
        both = np.isfinite(truth).all(axis=1) & np.isfinite(predicted).all(axis=1)
        for start, end in zip(truth[both].tolist(), predicted[both].tolist(), strict=True):
            parts.append(element("line", x1=_n(start[0]), y1=_n(start[1]), x2=_n(end[0]), y2=_n(end[1]),
                                 class_="gap"))  # fmt: skip
    for style in ("halo", "ring"):
        parts += [element("circle", cx=_n(x), cy=_n(y), r=_n(mark), class_=style) for x, y in _known(truth)]
    for style in ("halo", "cross"):
        parts += [element("path", d=_cross(x, y, mark), class_=style) for x, y in _known(predicted)]
    return element("svg", joined(parts), viewBox=f"-0.5 -0.5 {width} {height}", role="img",
                   aria_label=about, class_="face")  # fmt: skip


def _known(points: NDArray[np.floating[Any]] | None) -> list[list[float]]:
    if points is None:
        return []
    found: list[list[float]] = points[np.isfinite(points).all(axis=1)].tolist()
    return found


def _cross(x: float, y: float, mark: float) -> str:
    return (
        f"M{_n(x - mark)} {_n(y - mark)}L{_n(x + mark)} {_n(y + mark)}"
        f"M{_n(x - mark)} {_n(y + mark)}L{_n(x + mark)} {_n(y - mark)}"
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
