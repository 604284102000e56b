"""Faces that are the same picture, or nearly."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fkd_core.jobs import Job

_SIDE = 16
_BLOCK = 1024


def near_duplicates(
    images: NDArray[np.uint8], *, threshold: float = 0.985, job: Job | None = None
) -> list[list[int]]:
    """Groups of rows whose pictures are alike, largest first.

    Faces are shrunk to 16 × 16 pixels, freed of brightness and contrast, and compared by correlation;
    whatever is connected by pairs above the threshold is one group.

    Args:
        images: uint8 `(N, H, W)`, may be memory-mapped.
        threshold: the correlation above which two pictures count as one, below 1.
        job: is told how far the work is.

    Raises:
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    if not len(images):
        return []
    small = np.stack(
        [cv2.resize(np.asarray(face), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA) for face in images]
    )
    vectors = small.reshape(len(small), -1).astype(np.float32)
    vectors -= vectors.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.maximum(lengths, 1e-6)
    pairs = []
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK] @ vectors[start:].T
        first, second = np.nonzero(block > threshold)
        later = second > first
        pairs.append(np.stack([first[later], second[later]], axis=1) + start)
        job.progress(min(start + _BLOCK, len(vectors)), len(vectors), "comparing faces")
    return connected(np.concatenate(pairs), len(images))


def connected(pairs: NDArray[Any], count: int) -> list[list[int]]:
    """Connected components, of two or more, of the graph whose edges are `pairs`."""
    # Every node takes the smallest label of its neighbours, then its label's label, until nothing changes:
    # a few sweeps even for millions of pairs, as a folder of video frames has them.
    label = np.arange(count)
    while True:
        before = label.copy()
        lowest = np.minimum(label[pairs[:, 0]], label[pairs[:, 1]])
        for side in (0, 1):
            np.minimum.at(label, label[pairs[:, side]], lowest)
            np.minimum.at(label, pairs[:, side], lowest)
        label = label[label]
        if np.array_equal(label, before):
            break
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order])) + 1
    groups: list[list[int]] = [group.tolist() for group in np.split(order, starts) if len(group) > 1]
    return sorted(groups, key=lambda group: (-len(group), group[0]))
