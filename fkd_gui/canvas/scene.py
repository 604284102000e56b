"""What the canvas shows at one moment, gathered once for all layers."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage

from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import State
from fkd_core.schema import KeypointSchema
from fkd_gui.canvas.geometry import View
from fkd_gui.canvas.tone import Tone
from fkd_gui.theme import Theme


@attrs.frozen
class CanvasOptions:
    """What a person can choose about how faces look. It is remembered with the window, never with labels.

    Attributes:
        smooth: blend pixels instead of showing each as a square.
        skeleton: lines between the keypoints of a part of the face.
        names: beside the markers.
        legend: of the markers, in a corner.
        grid: lines between pixels, where these are large enough.
        predictions: of the run that the session shows.
        mean, previous, original: ghosts of the mean shape, of the face before and of the source.
        brightness, contrast, gamma, equalise: see `Tone`.
    """

    smooth: bool = False
    skeleton: bool = False
    names: bool = False
    legend: bool = True
    grid: bool = False
    predictions: bool = True
    mean: bool = False
    previous: bool = False
    original: bool = False
    brightness: int = 0
    contrast: int = 0
    gamma: int = 100
    equalise: bool = False

    @property
    def tone(self) -> Tone:
        """The light in which faces are shown."""
        return Tone(self.brightness, self.contrast, self.gamma, self.equalise)

    @property
    def ghosts(self) -> tuple[str, ...]:
        """The ghosts that are switched on."""
        return tuple(kind for kind in ("mean", "previous", "original") if getattr(self, kind))


@attrs.frozen(eq=False)
class Scene:
    """One face as it is to be painted.

    Attributes:
        points: `(K, 2)` coordinates as shown, also while they are dragged; NaN where there are none.
        places: `(K, 2)` of these in the widget.
        kinds: the kind of origin of each keypoint, empty where it has none.
        occluded, reviewed: `(K,)` bool.
        selected: indices.
        hovered: the keypoint that the pointer means.
        moving: keypoints being dragged.
        predicted: `(K, 2)` places in the widget, NaN where there are none; None without a run.
        ghosts: `(K, 2)` places in the widget of each ghost, NaN where it has none.
        band: two corners of the box that is being drawn around keypoints, in the widget.
    """

    image: QImage
    view: View
    schema: KeypointSchema
    theme: Theme
    options: CanvasOptions
    points: NDArray[np.float32]
    places: NDArray[np.float64]
    kinds: tuple[str, ...]
    occluded: NDArray[np.bool_]
    reviewed: NDArray[np.bool_]
    selected: tuple[int, ...] = ()
    hovered: int | None = None
    moving: tuple[int, ...] = ()
    predicted: NDArray[np.float64] | None = None
    ghosts: dict[str, NDArray[np.float64]] = attrs.field(factory=dict)
    band: tuple[QPointF, QPointF] | None = None

    @property
    def shown(self) -> NDArray[np.intp]:
        """Indices of the keypoints that have a place."""
        return np.flatnonzero(np.isfinite(self.places).all(axis=1))

    @property
    def radius(self) -> float:
        """Of markers: grows with the zoom, so that the pixel below stays in sight."""
        return min(max(0.85 * self.view.scale, 5.0), 13.0)


def origins_of(table: LabelTable, face: int) -> tuple[str, ...]:
    """The kind of origin of each keypoint of a face, empty where it is unlabelled."""
    kinds = table.kinds()[table.origin[face]]
    return tuple(
        str(kind) if state != State.UNLABELLED else ""
        for kind, state in zip(kinds, table.state[face], strict=True)
    )


def grey_image(pixels: NDArray[Any]) -> QImage:
    """An image over the pixels of a face, uint8 `(H, W)`, without copying them.

    The caller keeps the pixels alive for as long as the image.
    """
    if not pixels.flags.c_contiguous:
        raise ValueError(f"pixels must lie row by row, received strides {pixels.strides}")
    height, width = pixels.shape
    return QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8)
