"""When actions can be used."""

from __future__ import annotations

from fkd_gui.actions import When
from fkd_gui.project_view import ProjectView


def allowed(view: ProjectView | None) -> dict[When, bool]:
    """For each thing an action may need whether it is there; `view` is None without a project."""
    if view is None:
        return {when: when is When.ALWAYS for when in When}
    writable = view.project.read_only is None
    # Keys that change labels must not do so where the face cannot be seen.
    seen = view.place in ("label", "review")
    labels, predicted = view.project.labels, view.session.predictions is not None
    return {
        When.ALWAYS: True,
        When.PROJECT: True,
        When.WRITABLE: writable,
        When.FACE: seen,
        When.LABELS: writable and seen,
        When.SELECTION: writable and seen and bool(view.session.keypoints),
        When.TAKE: writable and seen and predicted,
        When.PREDICTIONS: predicted,
        When.UNDO: writable and labels.undo_text is not None,
        When.REDO: writable and labels.redo_text is not None,
        When.IDLE: not view.desk.training,
        When.TRAINING: view.desk.training,
        When.GOES_ON: view.control.goes_on,
        When.EXTENDS: view.control.extends,
    }
