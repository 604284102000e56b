"""When actions can be used."""

from __future__ import annotations

from fkd_gui.actions import When
from fkd_gui.project_view import ProjectView


def allowed(when: When, view: ProjectView | None) -> bool:
    """Whether what an action needs is there; `view` is None without a project."""
    if when is When.ALWAYS:
        return True
    if view is None:
        return False
    writable = view.project.read_only is None
    labels = view.project.labels
    return {
        When.PROJECT: True,
        When.WRITABLE: writable,
        When.SELECTION: writable and bool(view.session.keypoints),
        When.PREDICTIONS: writable and view.session.predictions is not None,
        When.UNDO: writable and labels.undo_text is not None,
        When.REDO: writable and labels.redo_text is not None,
        When.IDLE: not view.desk.training,
        When.TRAINING: view.desk.training,
    }[when]
