"""The same face shown to a network in several ways, whose answers are averaged.

A face a little larger or smaller falls on other pixels and other cells of the maps, and a mirrored one is
another face to the network: these answers err in ways of their own, and their mean errs less.
"""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from fkd_core.augment.random import affine
from fkd_core.schema import KeypointSchema


@attrs.frozen
class View:
    """One way to show a face: at another size, mirrored, or both.

    Args:
        scale: size of the shown face over its own; the middle of the frame stays where it is.
        mirror: whether left and right change sides.
    """

    scale: float = 1.0
    mirror: bool = False

    def show(self, faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The faces, uint8 `(B, H, W)`, as they are shown; pixels from outside repeat the frame's edge."""
        if self.scale != 1:
            height, width = faces.shape[1:]
            matrix = affine((height, width), scale=self.scale)
            faces = np.stack(
                [
                    cv2.warpAffine(
                        face, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
                    )
                    for face in faces
                ]
            )
        return np.ascontiguousarray(faces[:, :, ::-1]) if self.mirror else faces

    def undo(self, table: NDArray[np.float32], schema: KeypointSchema) -> NDArray[np.float32]:
        """What a network says of the shown faces, `(B, R, K, 7)`, as said of the faces themselves."""
        table = table.copy()
        if self.mirror:
            table = table[:, :, list(schema.mirror)]
            table[..., :2] += table[..., 5:]
            table[..., 0] = schema.size[1] - 1 - table[..., 0]
        if self.scale != 1:
            height, width = schema.size
            centre = np.array([(width - 1) / 2, (height - 1) / 2], np.float32)
            table[..., :2] = centre + (table[..., :2] - centre) / np.float32(self.scale)
            table[..., 2] -= np.float32(np.log(self.scale))
        return table


SCALE = 1.06
FAST = (View(),)
VIEWS = tuple(View(scale, mirror) for scale in (SCALE, 1 / SCALE) for mirror in (False, True))
"""Larger and smaller, each also mirrored; the face as it is would add nothing to these."""


def views(*, fast: bool) -> tuple[View, ...]:
    """One view for a quick answer, all of `VIEWS` for the most exact one."""
    return FAST if fast else VIEWS
