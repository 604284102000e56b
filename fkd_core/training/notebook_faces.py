"""The published notebook's training set, for networks that need every keypoint of every face."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fkd_core.augment.sampling import materialise, notebook_training_set
from fkd_core.formats.npy_writer import NpyWriter
from fkd_core.impute.registry import fill
from fkd_core.jobs import Job
from fkd_core.training.labelled import Labelled

Rows = NDArray[np.int64]


def as_the_notebook(
    data: Labelled, train: Rows, validation: Rows, scratch: Path, job: Job, *, seed: int
) -> tuple[Labelled, Rows, Rows]:
    """Fill what is missing by backfill, then add rotated and shifted copies, up to 15,000 faces.

    The copies go to a file as they are made; held-out faces follow them with their known labels alone.

    Args:
        data: the project's faces.
        train: rows to learn from.
        validation: rows to measure on.
        scratch: folder for the file.
        job: is told how far the work is.
        seed: of the order in which values are filled and of the choice of copies.

    Returns:
        The faces, and which of them are to be learned from and measured on.
    """
    points, images = data.points[train], data.images[train]
    if np.isnan(points).any():
        job.log(
            "Missing keypoints are filled by backfill for this run; the project's labels stay as they are"
        )
        points = fill("backfill", points, data.schema, seed=seed, job=job).points
    plan = notebook_training_set(images, points, seed=seed)
    copied = np.empty((len(plan) + len(validation), *points.shape[1:]), np.float32)
    path = scratch / "faces.npy"
    with NpyWriter(path) as writer:
        done = 0
        for faces, labels in materialise(plan, images, points):
            writer.append(np.ascontiguousarray(faces))
            copied[done : done + len(labels)] = labels
            done += len(labels)
            job.progress(done, len(plan), "Augmenting")
        writer.append(np.ascontiguousarray(data.images[validation]))
        copied[done:] = data.points[validation]
        writer.finish((len(copied), *images.shape[1:]))
    weights = np.ones(copied.shape[:2], np.float32)
    weights[done:] = data.weights[validation]
    sources = np.concatenate([np.where(plan.originals, train[plan.rows], -1), validation])
    merged = Labelled(data.schema, np.load(path, mmap_mode="r"), copied, weights, sources)
    return merged, np.arange(done), np.arange(done, len(copied))
