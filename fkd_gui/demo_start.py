"""The demo as a first look: filled by backfill, opened on a face whose filled mouth is plainly wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import platformdirs

from fkd_core.files import writing
from fkd_core.jobs import Job
from fkd_core.labels.values import OriginKind
from fkd_core.project import Project

MOUTH = ("mouth_left_corner", "mouth_right_corner", "mouth_center_top_lip")


def demo_folder() -> Path:
    """Where the demo project of this user lies."""
    return Path(platformdirs.user_data_dir("fkd", appauthor=False)) / "demo.fkd"


def prepare_demo(folder: Path, job: Job) -> Path:
    """Make the demo project where it is missing."""
    if not folder.exists():
        # Imported with the first use: drawing faces needs libraries that an empty window does not.
        from fkd_core.demo.project import make_demo_project

        with writing(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
        make_demo_project(folder, job)
    return folder


def is_demo(project: Project) -> bool:
    """Whether the project's faces were drawn by the program."""
    return "demo" in project.manifest.report


def fill_demo(project: Project) -> None:
    """Fill a demo's missing labels by backfill, if nobody ever changed a label in it."""
    labels = project.labels
    untouched = labels.undo_text is None and labels.redo_text is None
    if is_demo(project) and untouched and project.read_only is None:
        from fkd_core.pipeline import imputation_edit

        edit, _ = imputation_edit(project, "backfill", seed=0)
        labels.apply(edit)


def is_fresh(project: Project) -> bool:
    """Whether the project is a demo in which nothing happened but that it was filled."""
    return is_demo(project) and project.read_only is None and len(project.labels.done) == 1


def first_face(project: Project) -> tuple[int, int] | None:
    """The face to begin with and its keypoint to drag: a corner of the worst filled mouth, if there is one.

    A filled mouth is wrong by as much as it lies elsewhere about the lower lip, which is labelled, than
    mouths do on the faces whose labels are all human.
    """
    table, schema = project.labels.table, project.schema
    span = project.span("train")
    mouth = [schema.index(name) for name in MOUTH]
    lip = schema.index("mouth_center_bottom_lip")
    offsets = table.points[span][:, mouth] - table.points[span][:, [lip]]
    human = table.is_kind(OriginKind.HUMAN)[span]
    imputed = table.is_kind(OriginKind.IMPUTED)[span]
    whole = human[:, [*mouth, lip]].all(axis=1)
    fitting = imputed[:, mouth].all(axis=1) & human[:, lip]
    if not whole.any() or not fitting.any():
        return None
    usual = np.median(offsets[whole], axis=0)
    wrong = np.where(fitting[:, None], np.linalg.norm(offsets - usual, axis=2), -1.0)
    face = int(np.argmax(wrong.min(axis=1)))
    return span.start + face, mouth[int(np.argmax(wrong[face, :2]))]
