"""Projects with a lookup table and runs that have predicted, for tests of submissions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fkd_core.lookup import LookupTable
from fkd_core.project import Project
from fkd_core.runs import Run, RunWriter
from tests.helpers.projects import FOUR, make_project


def make_competition(folder: Path, *, train: int = 30, test: int = 8) -> Path:
    """A project whose lookup table asks all keypoints of every other test face, and four of the others."""
    make_project(folder, train=train, test=test)
    rows = [
        (face, 2 * keypoint + axis)
        for face in range(test)
        for keypoint in (range(15) if face % 2 == 0 else FOUR)
        for axis in (0, 1)
    ]
    array = np.array(rows, np.int64)
    table = LookupTable(np.arange(1, len(array) + 1), array[:, 0], array[:, 1])
    np.save(folder / "lookup.npy", table.to_array())
    return folder


def make_predicted(
    project: Project, name: str, *, off: float = 1.0, validation: range = range(20, 30)
) -> Run:
    """A finished run that sees each held-out face `off` pixels beside its labels, and test faces at 40."""
    rows = np.array(validation, np.int64)
    with RunWriter.create(
        project.runs_folder,
        model="swift",
        config={"model": "swift", "epochs": 3, "seed": 0},
        seed=0,
        data={"fingerprint": project.manifest.fingerprint, "rules": ["A"]},
        split={"train": list(range(20)), "validation": rows.tolist()},
        name=name,
    ) as writer:
        writer.weights_path("last").write_bytes(b"none")
        run = Run.open(writer.folder)
        truth = np.nan_to_num(project.labels.table.points[project.span("train")][rows], nan=30.0)
        how = {"rule": "auto", "fast": False}
        run.save_predictions("held-out", (truth + off).astype(np.float32), rows, how=how)
        test = np.full((len(project.faces["test"]), 15, 2), 40 + off, np.float32)
        run.save_predictions("test", test, how=how)
        for epoch in range(1, 4):
            writer.epoch({"epoch": epoch, "seconds": epoch, "loss": 4 / epoch, "rmse": 4 / epoch,
                              "val_loss": 5 / epoch, "val_rmse": 5 / epoch})  # fmt: skip
        writer.finish("finished", "")
    return run
