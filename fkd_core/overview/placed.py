"""The labels that the overview measures: those that people placed."""

from __future__ import annotations

import numpy as np

from fkd_core.arrays import Points
from fkd_core.project import Project


def placed_points(project: Project, rows: slice) -> Points:
    """`(n, K, 2)` of training rows as they stand now; NaN where no person placed a keypoint.

    Filled-in values lie where a method puts them and would hide what the file is like.
    """
    table, first = project.labels.table, project.span("train").start
    faces = slice(first + rows.start, first + rows.stop)
    points = table.points[faces].copy()
    points[~table.placed_by_people(faces)] = np.nan
    return points
