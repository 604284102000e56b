"""The faces of the sheet as an item model. It holds which faces, and nothing about them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from fkd_core.labels.values import State
from fkd_gui.browser.model import FaceModel
from fkd_gui.session import Session
from fkd_gui.sheet.orders import Listing, Order

_AT_ONCE = 4096


class SheetModel(FaceModel):
    """The faces of a listing. Their order holds while labels change, so that nothing jumps from the hand.

    Attributes:
        listing: what is shown.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(session, parent)
        nothing = np.zeros(0, np.intp)
        places = np.full(len(session.project), -1, np.int32)
        self.set_listing(Listing(-1, 0, Order.ROW, nothing, np.zeros(0, np.float32), places, 0))

    @property
    def keypoint(self) -> int:
        """The one that is looked at."""
        return self.listing.keypoint

    def set_listing(self, listing: Listing) -> None:
        """Show these faces."""
        self.beginResetModel()
        self.listing = listing
        self.faces = listing.faces
        self.endResetModel()

    def rows_of(self, faces: NDArray[np.intp]) -> NDArray[np.intp]:
        """Where faces are shown, ascending; those that are not shown are left out."""
        places = self.listing.places[faces]
        return np.sort(places[places >= 0]).astype(np.intp)

    def next_open(self, row: int, by: int) -> int | None:
        """The next place from here, in one direction or the other, whose label nobody accepted."""
        table, keypoint = self.session.project.labels.table, self.keypoint
        here = row + by
        # Block by block: the next one is near, and there may be a million.
        while 0 <= here < len(self.faces):
            block = slice(here, here + _AT_ONCE) if by > 0 else slice(max(here - _AT_ONCE + 1, 0), here + 1)
            faces = self.faces[block]
            waiting = ~table.reviewed[faces, keypoint] & (table.state[faces, keypoint] != State.UNLABELLED)
            found = np.flatnonzero(waiting)
            if len(found):
                return block.start + int(found[0] if by > 0 else found[-1])
            here = block.stop if by > 0 else block.start - 1
        return None

    def caption(self, row: int) -> str:
        """The row of the file, and what the face is sorted by."""
        split, number = self.session.project.locate(int(self.faces[row]))
        name = str(number) if split == "train" else f"{split} {number}"
        told = self.listing.told(row)
        return f"{name} · {told}" if told else name

    def _spoken(self, face: int, name: str) -> str:
        table, schema = self.session.project.labels.table, self.session.project.schema
        keypoint = self.keypoint
        x, y = table.points[face, keypoint]
        if not np.isfinite(x):
            return f"{name}, {schema.label(keypoint)} has no place"
        parts = [
            name,
            f"{schema.label(keypoint)} at x {x:.1f}, y {y:.1f}",
            table.origin_text(face, keypoint).replace(":", " by "),
        ]
        if table.state[face, keypoint] == State.OCCLUDED:
            parts.append("occluded")
        if table.reviewed[face, keypoint]:
            parts.append("reviewed")
        place = int(self.listing.places[face])
        told = self.listing.told(place) if place >= 0 else ""
        if told:
            parts.append(f"{self.listing.order.text.removeprefix('By ').lower()} {told}")
        return ", ".join(parts)

    def _labels_changed(self, faces: NDArray[Any]) -> None:
        rows = self.rows_of(np.asarray(faces))
        if len(rows):
            # The view paints only what is seen: one range for all is as cheap as many.
            self.dataChanged.emit(self.index(int(rows[0])), self.index(int(rows[-1])))
