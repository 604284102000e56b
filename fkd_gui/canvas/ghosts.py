"""Ghosts: where the mean shape, the face before, the source and an earlier version have the keypoints.

Each has a shape of its own besides its colour: a plus with dashed lines between the parts of the face, a
triangle, a square and a star, these two tied to the label that left them.
"""

from __future__ import annotations

from itertools import pairwise

import attrs
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from fkd_core.labels.symmetry import laid_over, mean_shape
from fkd_gui.canvas import markers
from fkd_gui.canvas.scene import Scene
from fkd_gui.session import Session

TITLES = {"mean": "mean shape", "previous": "previous face", "original": "original label"}


class Ghosts:
    """Finds the points of ghosts.

    Args:
        session: whose faces they belong to.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._mean: NDArray[np.float64] | None = None

    def points(self, kind: str) -> NDArray[np.float64] | None:
        """`(K, 2)` of a ghost of the current face, NaN where it has no keypoint; None if there is none."""
        session = self._session
        table, face = session.project.labels.table, session.face
        if kind == "original":
            left = (table.original[face] != table.points[face]).any(axis=1)
            return np.where(left[:, None], table.original[face], np.nan)
        if kind == "previous":
            return None if session.previous is None else table.points[session.previous].astype(np.float64)
        if self._mean is None:
            # The source never changes: its mean is worked out once, from a sample that takes a millisecond.
            split = "train" if "train" in session.project.faces else next(iter(session.project.faces))
            self._mean = mean_shape(table.original[session.project.span(split)])
        return laid_over(self._mean, table.points[face])


@attrs.frozen
class _Look:
    colour: str
    width: float
    style: Qt.PenStyle


def paint_ghosts(painter: QPainter, scene: Scene) -> None:
    """All ghosts that are switched on."""
    for kind, places in scene.ghosts.items():
        colour = scene.theme.ghost(kind)
        lines = _tethers(scene, places) if kind in ("original", "version") else _parts(scene, places)
        style = Qt.PenStyle.DashLine if kind == "mean" else Qt.PenStyle.SolidLine
        if kind != "previous":
            for look in (
                _Look(scene.theme.halo_dark, 2.6, Qt.PenStyle.SolidLine),
                _Look(colour, 1.2, style),
            ):
                tone = QColor(look.colour)
                tone.setAlpha(170)
                painter.setPen(QPen(tone, look.width, look.style))
                painter.drawLines(lines)
        radius = scene.radius * 0.75
        for place in places[np.isfinite(places).all(axis=1)]:
            markers.draw(painter, QPointF(*place), kind, radius, scene.theme, hollow=True, colour=colour)


def _parts(scene: Scene, places: NDArray[np.float64]) -> list[QLineF]:
    lines = []
    for _, names in scene.schema.groups:
        for one, other in pairwise(places[[scene.schema.index(name) for name in names]]):
            if np.isfinite(one).all() and np.isfinite(other).all():
                lines.append(QLineF(*one, *other))
    return lines


def _tethers(scene: Scene, places: NDArray[np.float64]) -> list[QLineF]:
    both = np.isfinite(places).all(axis=1) & np.isfinite(scene.places).all(axis=1)
    return [QLineF(*places[k], *scene.places[k]) for k in np.flatnonzero(both)]
