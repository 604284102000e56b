"""Runs that were never trained, for tests of what is done with predictions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fkd_core import evaluating
from fkd_core.predicting import Predicted
from fkd_core.project import Project
from fkd_core.runs import Run, RunWriter
from fkd_core.runs.layout import OUT_OF_FOLD


def make_run(
    project: Project, name: str, train: list[int], validation: list[int], *, fingerprint: str | None = None
) -> None:
    """A finished run without weights; by default of the project's own faces."""
    data = {"fingerprint": fingerprint or project.manifest.fingerprint, "rules": ["A"]}
    split = {"train": train, "validation": validation}
    with RunWriter.create(
        project.runs_folder, model="swift", config={}, seed=0, data=data, split=split, name=name
    ) as writer:
        writer.finish("finished", "")


def make_folds(
    project: Project,
    name: str,
    folds: Sequence[Sequence[int]],
    seen: NDArray[np.float32],
    *,
    validation: Sequence[int] = (),
    std: float = 0.6,
) -> Run:
    """A finished run without weights that saw `seen` `(N, K, 2)` in the rows of its folds."""
    rows = np.array(sorted(row for fold in folds for row in fold))
    split = {f"fold-{number}": list(fold) for number, fold in enumerate(folds, start=1)}
    with RunWriter.create(
        project.runs_folder,
        model="swift",
        config={},
        seed=0,
        data={"fingerprint": project.manifest.fingerprint, "rules": []},
        split={"train": [], "validation": list(validation)} | split,
        name=name,
    ) as writer:
        run = Run.open(writer.folder)
        stated = np.full((len(rows), seen.shape[1]), std, np.float32)
        run.save_predictions(OUT_OF_FOLD, seen[rows], rows, std=stated)
        writer.finish("finished", "")
    return run


def predict_always(
    patch: pytest.MonkeyPatch, face: NDArray[np.floating[Any]], std: float
) -> list[dict[str, Any]]:
    """Let every run see one face `(K, 2)` wherever it looks; returns how each prediction was asked for."""
    asked: list[dict[str, Any]] = []

    def predict(*given: object, **how: Any) -> Predicted:
        asked.append(how)
        images = next(each for each in given if isinstance(each, np.ndarray))
        points = np.tile(np.asarray(face, np.float32), (len(images), 1, 1))
        return Predicted(points, np.full(points.shape[:2], std, np.float32))

    patch.setattr(evaluating, "predict_images", predict)
    return asked
