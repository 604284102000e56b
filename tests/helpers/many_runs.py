"""A project with hundreds of runs, some of ten thousand epochs, for tests and figures of the window."""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fkd_core.project import Project
from fkd_core.runs import RunWriter, layout

LONG = 10_000
"""epochs of a long history"""


def epoch_records(epochs: int, seed: int = 0) -> list[dict[str, Any]]:
    """Records such as a training writes: errors that fall and scatter, a rate that falls, times."""
    random = np.random.default_rng(seed)
    at = np.arange(1, epochs + 1) / epochs
    train = (1.0 + 9 * np.exp(-8 * at)) * np.exp(random.normal(0, 0.02, epochs))
    seen = (1.3 + 9 * np.exp(-8 * at) + 0.2 * at) * np.exp(random.normal(0, 0.03, epochs))
    return [
        {
            "epoch": i + 1,
            "step": 32 * (i + 1),
            "seconds": 2.5 * (i + 1) + float(at[i]),
            "loss": float(train[i] ** 2 / 2304),
            "rmse": float(train[i]),
            "learning_rate": 1e-3 * (1 + math.cos(math.pi * float(at[i]))) / 2,
            "images_per_second": 1200 + 50 * float(random.normal()),
            "val_loss": float(seen[i] ** 2 / 2304),
            "val_rmse": float(seen[i]),
            "val_rmse_low": float(0.93 * seen[i]),
            "val_rmse_high": float(1.07 * seen[i]),
            "val_mae": float(0.7 * seen[i]),
            "val_argmax_match": 0.7,
        }
        for i in range(epochs)
    ]


def add_runs(
    folder: Path,
    *,
    count: int,
    long: int,
    held_out: int = 100,
    weights: Sequence[Path] = (),
    few: int = 60,
    epochs: int = LONG,
) -> list[str]:
    """Add finished runs to a project that is closed; the last ones have long histories.

    Args:
        folder: of the project.
        count: how many runs.
        long: how many of them have histories of `epochs` epochs; the others have `few`.
        held_out: validation faces of each.
        weights: files of a trained run's folder, linked into each run.
        few: epochs of a short history.

    Returns:
        Names of the long ones.
    """
    with Project(folder) as project:
        faces, fingerprint = len(project.faces["train"]), project.manifest.fingerprint
        runs_folder = project.runs_folder
    split = {"train": range(held_out, faces), "validation": range(held_out)}
    names = []
    for number in range(count):
        is_long = number >= count - long
        with RunWriter.create(
            runs_folder,
            model="swift",
            config={"model": "swift", "epochs": epochs if is_long else few, "seed": number},
            seed=number,
            data={"fingerprint": fingerprint, "rules": []},
            split={part: list(rows) for part, rows in split.items()},
            name=f"try-{number:03}",
        ) as writer:
            records = epoch_records(epochs if is_long else few, number)
            text = "".join(json.dumps(record) + "\n" for record in records)
            (writer.folder / layout.METRICS).write_text(text)
            for file in weights:
                # One file under many names: hundreds of copies would only fill the disk.
                try:
                    os.link(file, writer.folder / file.name)
                except OSError:
                    shutil.copy2(file, writer.folder / file.name)
        if is_long:
            names.append(writer.name)
    return names
