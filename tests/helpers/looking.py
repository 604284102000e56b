"""Runs without a network: an engine that answers predictions from a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from fkd_core.arrays import Images, Points
from fkd_core.engine.client import Engine
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.runs import Run, RunWriter, layout


class LookingEngine(Engine):
    """Predicts faces that it knows by their pixels; starts no process.

    Args:
        images: `(N, H, W)`, all different.
        answers: rule, None for `auto`, to the points `(N, K, 2)` that it sees.
    """

    def __init__(self, images: Images, answers: Mapping[str | None, Points]) -> None:
        super().__init__()
        self._row = {image.tobytes(): row for row, image in enumerate(images)}
        self._answers = answers
        self.looked: list[tuple[list[int], str | None]] = []
        """rows and rule of each call"""
        self.weights: list[list[str]] = []
        """folders of the weights of each call"""
        self.asked: list[bool] = []
        """whether all keypoints were asked for, of each call"""

    def call(self, name: str, arguments: dict[str, Any], job: Job) -> int:
        """What the engine's `predict` does."""
        assert name == "predict"
        job.check()
        rows = [self._row[image.tobytes()] for image in np.load(arguments["images"])]
        self.weights.append([Path(path).parent.name for path in arguments["weights"]])
        self.looked.append((rows, arguments["rule"]))
        self.asked.append("asked" in arguments and bool(np.load(arguments["asked"]).all()))
        points = self._answers[arguments["rule"]][rows]
        np.save(arguments["output"], points.astype(np.float32))
        np.save(arguments["std"], np.ones(points.shape[:2], np.float32))
        return len(rows)


def make_run(
    project: Project,
    name: str = "first",
    *,
    validation: list[int] | None = None,
    folds: list[list[int]] | None = None,
    rules: tuple[str, ...] = ("A",),
    weights: bool = True,
) -> Run:
    """A finished run of a project, trained on all rows but `validation`; its weights are no networks.

    Args:
        folds: the rows that each fold's network never saw.
    """
    span = project.span("train")
    held = validation or []
    train = [row for row in range(span.stop - span.start) if row not in held]
    parts = {layout.fold_name(fold): rows for fold, rows in enumerate(folds or [], start=1)}
    with RunWriter.create(
        project.runs_folder,
        name=name,
        model="swift",
        config={},
        seed=0,
        data={"fingerprint": project.manifest.fingerprint, "rules": list(rules)},
        split={"train": train, "validation": held} | parts,
    ) as writer:
        writer.epoch({"loss": 1.0})
        if weights:
            for place in parts or [""]:
                path = writer.folder / place / layout.WEIGHTS["best"]
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(b"no network")
    return Run.find(project.runs_folder, name)
