"""The demo as a first look: filled by backfill, opened on a face whose filled mouth is plainly wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from fkd_core.demo.project import make_demo_project
from fkd_core.jobs import Job
from fkd_core.labels.values import OriginKind
from fkd_core.pipeline import imputation_edit
from fkd_core.project import Project

MOUTH = ("mouth_left_corner", "mouth_right_corner", "mouth_center_top_lip")


def demo_folder() -> Path:
    """Where the demo project of this user lies."""
    return Path(platformdirs.user_data_dir("fkd", appauthor=False)) / "demo.fkd"


def prepare_demo(folder: Path, job: Job) -> Path:
    """Make the demo project where it is missing, and fill its missing labels by backfill."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        make_demo_project(folder, job)
        with Project(folder, write=True) as project:
            edit, _ = imputation_edit(project, "backfill", seed=0)
            project.labels.apply(edit)
    return folder


def first_face(project: Project) -> tuple[int, int]:
    """The face to begin with and its keypoint to drag: a corner of the worst filled mouth.

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
    usual = np.nanmedian(offsets[human[:, mouth].all(axis=1)], axis=0)
    wrong = np.linalg.norm(offsets - usual, axis=2)
    fitting = imputed[:, mouth].all(axis=1) & human[:, lip]
    wrong = np.where(fitting[:, None], wrong, -1.0)
    face = int(_first_largest(wrong.min(axis=1)))
    return span.start + face, mouth[int(_first_largest(wrong[face, :2]))]


def _first_largest(values: NDArray[np.floating]) -> np.intp:
    return np.argmax(values)
