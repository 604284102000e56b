"""Where one left off in a project: kept when it is closed, and gone back to when it is opened again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from fkd_gui.browser.grid import CellSize
from fkd_gui.browser.saved_filters import SavedFilter
from fkd_gui.settings import LEFT_OFF, Settings

if TYPE_CHECKING:
    from fkd_gui.project_view import ProjectView

_PROJECTS = 12
"""so many projects are remembered, latest first"""


@attrs.frozen
class LeftOff:
    """What was seen of a project.

    Attributes:
        fingerprint: of the faces; those of another import are not gone back to.
        face: the current one.
        previous: the one before it.
        keypoints: the selected ones.
        filter, sort, descending: which faces were shown, in which order.
        cells: name of the size of the pictures.
        scroll: of the grid, in pixels.
        looked: scale of the face, and the place of it in the middle; None where all of it was shown.
        angle: by how many degrees it was turned.
        run: whose predictions were shown.
    """

    fingerprint: str
    face: int = 0
    previous: int | None = None
    keypoints: list[int] = attrs.field(factory=list)
    filter: str = ""
    sort: str = ""
    descending: bool = False
    cells: str = CellSize.MEDIUM.name
    scroll: int = 0
    looked: list[float] | None = None
    angle: float = 0.0
    run: str | None = None

    @classmethod
    def of(cls, view: ProjectView) -> LeftOff:
        """What is seen now."""
        session, browser, canvas = view.session, view.label.browser, view.label.canvas
        wanted = browser.bar.wanted
        return cls(
            fingerprint=view.project.manifest.fingerprint,
            face=session.face,
            previous=session.previous,
            keypoints=[*session.keypoints],
            filter=wanted.text,
            sort=wanted.sort,
            descending=wanted.descending,
            cells=browser.grid.cell_size.name,
            scroll=browser.grid.verticalOffset(),
            looked=None if canvas.looked_at is None else [*canvas.looked_at],
            angle=canvas.angle,
            run=session.predicted_by,
        )

    def restore(self, view: ProjectView) -> None:
        """Go back to it."""
        session, browser, canvas = view.session, view.label.browser, view.label.canvas
        count, keypoints = len(view.project), len(view.project.schema)
        browser.set_cell_size(CellSize[self.cells])
        if self.filter or self.sort:
            browser.bar.show_saved(SavedFilter("", self.filter, self.sort, self.descending))
        if 0 <= self.face < count:
            session.go_to(self.face)
            session.previous = self.previous if self.previous in range(count) else None
            session.select(tuple(k for k in self.keypoints if k in range(keypoints)))
        canvas.set_angle(self.angle)
        if self.looked is not None:
            canvas.look_at(*self.looked)
        browser.grid.keep_scroll(self.scroll)
        if self.run is not None and (view.project.runs_folder / self.run).is_dir():
            view.desk.read_predictions(self.run)


def keep(settings: Settings, view: ProjectView) -> None:
    """Remember where one is."""
    kept = _kept(settings)
    place = _place(view)
    kept = {place: attrs.asdict(LeftOff.of(view))} | {k: v for k, v in kept.items() if k != place}
    settings.set(LEFT_OFF, json.dumps(dict(list(kept.items())[:_PROJECTS])))


def go_back(settings: Settings, view: ProjectView) -> bool:
    """Go to where one left off; whether there is such a place for these faces."""
    stored = _kept(settings).get(_place(view))
    try:
        left = LeftOff(**stored)
        if left.fingerprint != view.project.manifest.fingerprint:
            return False
        left.restore(view)
    except (TypeError, ValueError, KeyError):
        # A file that somebody changed, or one of another version.
        return False
    return True


def _kept(settings: Settings) -> dict[str, Any]:
    try:
        kept = json.loads(settings.get(LEFT_OFF) or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _place(view: ProjectView) -> str:
    return str(view.project.folder.resolve())
