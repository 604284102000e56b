"""Which faces runs can be compared on: labelled by people, and new to every one of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import known_points
from fkd_core.errors import RunError
from fkd_core.evaluating import placed_points
from fkd_core.project import Project
from fkd_core.proof.frozen import load_frozen
from fkd_core.runs import Run


def shared_faces(project: Project, runs: Sequence[Run]) -> tuple[NDArray[np.int64], str]:
    """Training rows that no run has seen, or not the network of the fold that answers for them.

    Where faces are frozen and none of the runs was trained on one, it is these; what people put right is
    measured on them alone.

    Returns:
        The rows, ascending, and in words what they are.

    Raises:
        RunError: if a run was trained on other faces than the project's, or no such face is left.
        ProjectError: if the frozen set is damaged.
    """
    count = len(project.faces["train"]) if "train" in project.faces else 0
    known = known_points(placed_points(project)[project.span("train")])
    blind: NDArray[np.bool_] = np.asarray(known.any(axis=1))
    for run in runs:
        if run.data.get("fingerprint") != project.manifest.fingerprint:
            raise RunError(
                f"run {run.name!r} was trained on other faces than these, so nothing says which it never saw",
                where=run.folder,
                todo="Compare runs of this project, or train it again on these faces",
            )
        run.weights_paths()
        seen = np.zeros(count, np.bool_)
        seen[np.array(run.split["train"], np.int64)] = True
        for members in run.folds.values():
            seen[np.array(members, np.int64)] = False
        blind &= ~seen
    frozen = load_frozen(project)
    if frozen is not None and blind[frozen.rows].all():
        return np.sort(frozen.rows), f"the {len(frozen):,} frozen faces"
    rows = np.flatnonzero(blind)
    if not len(rows):
        raise RunError(
            "there is no face with labels that none of these runs was trained on",
            where=project.runs_folder,
            todo="Freeze faces and train again (fkd freeze), or train with folds (fkd train --folds 5)",
        )
    return rows, f"{len(rows):,} faces that none of them was trained on"
