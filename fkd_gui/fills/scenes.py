"""One face as a method would fill it in, as a scene that the layers of the canvas can paint."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from fkd_core.fills import Fill, offered, replaceable
from fkd_core.labels.values import OriginKind, State
from fkd_gui.canvas.geometry import View
from fkd_gui.canvas.scene import CanvasOptions, Scene, origins_of
from fkd_gui.session import Session
from fkd_gui.theme import Theme


@attrs.frozen(eq=False)
class Filled:
    """What one method says of the current face.

    Attributes:
        fill: the method's values.
        places: float32 `(K, 2)`, where it puts what no person placed, NaN elsewhere.
        std: float32 `(K,)` pixels, NaN where it puts nothing or nobody can say.
        taken: bool `(K,)`, whether the label is this method's value and was accepted.
    """

    fill: Fill
    places: NDArray[np.float32]
    std: NDArray[np.float32]
    taken: NDArray[np.bool_]

    @classmethod
    def of(cls, session: Session, fill: Fill) -> Filled:
        """What it says of the session's current face."""
        table, face = session.project.labels.table, session.face
        places = offered(table, fill, face)
        there = np.isfinite(places).all(axis=1)
        own = [table.origin_text(face, k) == fill.origin for k in range(len(places))]
        return cls(
            fill, places, np.where(there, fill.std[face], np.nan), table.reviewed[face] & np.array(own)
        )

    @property
    def typical(self) -> float | None:
        """The median of its deviations here; None if it says nothing."""
        told = self.std[np.isfinite(self.std)]
        return float(np.median(told)) if len(told) else None


def scene_of(
    session: Session,
    filled: Filled,
    image: QImage,
    view: View,
    theme: Theme,
    options: CanvasOptions,
    hovered: int | None,
) -> Scene:
    """The face with its labels, and with the method's values where no person placed any."""
    table, face = session.project.labels.table, session.face
    free = replaceable(table, face)
    points = np.where(free[:, None], filled.places, table.points[face])
    there = np.isfinite(filled.places).all(axis=1)
    kinds = tuple(
        OriginKind.IMPUTED.value if guessed else kind
        for kind, guessed in zip(origins_of(table, face), there, strict=True)
    )
    return Scene(
        image=image,
        view=view,
        schema=session.project.schema,
        theme=theme,
        options=options,
        points=points,
        places=view.to_widget(points),
        kinds=kinds,
        occluded=table.state[face] == State.OCCLUDED,
        reviewed=np.where(free, filled.taken, table.reviewed[face]),
        selected=session.keypoints,
        hovered=hovered,
    )
