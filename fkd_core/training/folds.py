"""Dividing faces so that no two pictures of one face stand on both sides."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.duplicates import near_duplicates
from fkd_core.errors import BadInputError
from fkd_core.jobs import Job

SAME_FACE = 0.95
"""Correlation of two pictures above which they are taken for one face: neighbouring frames of a video, or one
photo cropped twice."""

Rows = NDArray[np.int64]


@attrs.frozen(eq=False)
class FaceGroups:
    """Which rows show the same face.

    Args:
        of_row: `(N,)` int64, the same number for rows that show one face.
        alike: how many rows have another one like them.
        groups: how many faces those rows show.
    """

    of_row: Rows
    alike: int
    groups: int

    @classmethod
    def find(cls, images: NDArray[np.uint8], job: Job) -> FaceGroups:
        """Compare all faces with each other; see `fkd_core.duplicates.near_duplicates`.

        Raises:
            Cancelled: if the job was stopped.
        """
        of_row = np.arange(len(images))
        found = near_duplicates(images, threshold=SAME_FACE, job=job)
        for group in found:
            of_row[group] = group[0]
        return cls(of_row, sum(map(len, found)), len(found))

    def describe(self) -> str:
        """What was found, in a sentence."""
        return (
            f"{self.alike:,} of {len(self.of_row):,} faces are nearly the same as another: "
            f"{self.groups:,} groups, each kept on one side of every split"
        )


def folds(rows: Rows, groups: FaceGroups, kinds: NDArray[np.int64], count: int, seed: int) -> list[Rows]:
    """Divide rows into parts of about the same size and mixture; a group of like faces is never divided.

    Args:
        rows: to divide.
        groups: of all faces.
        kinds: `(N,)` what should be spread evenly, such as the marking rule of each face.
        count: number of parts.
        seed: of the order in which groups are dealt out.

    Returns:
        The rows of each part, ascending.

    Raises:
        BadInputError: if there are fewer groups than parts.
    """
    members = _members(rows, groups)
    if len(members) < count:
        raise BadInputError(
            f"the faces cannot be divided into {count} folds",
            expected=f"at least {count} faces that are not alike",
            found=len(members),
            todo="Use fewer folds, or label more faces",
        )
    totals = np.maximum(np.bincount(kinds[rows]), 1).astype(np.float64)
    filled = np.zeros((count, len(totals)))
    parts: list[list[int]] = [[] for _ in range(count)]
    order = np.random.default_rng((seed, 5)).permutation(len(members))
    # The largest first: small ones fill what those leave uneven.
    for index in sorted(order, key=lambda index: -len(members[index])):
        added = np.bincount(kinds[members[index]], minlength=len(totals)) / totals
        part = int(np.argmin(filled @ added))
        filled[part] += added
        parts[part].extend(members[index].tolist())
    return [np.sort(np.array(part, np.int64)) for part in parts]


def set_aside(rows: Rows, groups: FaceGroups, share: float, seed: int) -> tuple[Rows, Rows]:
    """Set a share of the rows aside for validation, at random, group by group; some are left to train on.

    Returns:
        Training rows and validation rows, both ascending.
    """
    if not 0 <= share < 1:
        raise ValueError(f"share must be in 0..1, received {share}")
    members = _members(rows, groups)
    order = np.random.default_rng((seed, 4)).permutation(len(members))
    aside: list[int] = []
    for index in order[:-1]:
        if len(aside) + len(members[index]) <= round(len(rows) * share):
            aside.extend(members[index].tolist())
    held = np.sort(np.array(aside, np.int64))
    return np.setdiff1d(rows, held), held


def _members(rows: Rows, groups: FaceGroups) -> Sequence[Rows]:
    numbers = groups.of_row[rows]
    order = np.argsort(numbers, kind="stable")
    starts = np.flatnonzero(np.diff(numbers[order])) + 1
    return np.split(rows[order], starts) if len(rows) else []
