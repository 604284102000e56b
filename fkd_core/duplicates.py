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
    """
    job = job or Job()
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
    return _groups(np.concatenate(pairs) if pairs else np.empty((0, 2), np.int64))


def _groups(pairs: NDArray[Any]) -> list[list[int]]:
    """Connected components of the graph whose edges are `pairs`."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for first, second in pairs.tolist():
        parent[root(second)] = root(first)
    members: dict[int, list[int]] = {}
    for node in sorted(parent):
        members.setdefault(root(node), []).append(node)
    return sorted(members.values(), key=lambda group: (-len(group), group[0]))
