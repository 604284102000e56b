"""Marking rules as values: what each is, and which one each row follows."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Mask
from fkd_core.errors import BadInputError

NO_RULE = -1
"""In arrays of rules: rows without a label, of which nobody can say."""


@attrs.frozen
class Offset:
    """How a rule's place of one keypoint differs from the reference rule's, in standard pixels.

    Medians, x towards the person's left eye, y downwards, with the 95 % interval of each.
    """

    x: float
    y: float
    x_interval: tuple[float, float]
    y_interval: tuple[float, float]


@attrs.frozen
class Tell:
    """How well a rule is told from images alone: the share of its held-out rows that are named right.

    Attributes:
        accuracy: among all rules, 0 to 1, with its 95 % interval.
        chance: of a guess among all rules.
        within: among the rules that mark the same keypoints, as when the keypoints asked for are known;
            1 where it is the only one.
        within_chance: of a guess among those.
    """

    accuracy: float
    interval: tuple[float, float]
    chance: float
    within: float
    within_interval: tuple[float, float]
    within_chance: float


@attrs.frozen
class Rule:
    """One way to mark faces.

    Attributes:
        name: A, B, C, … in the order of the file, or what the user called it.
        rows: the training rows that follow it, 0-based.
        faces: how many those are.
        keypoints: names of those that at least 5 % of its rows have, strays aside.
        offsets: keypoint to its difference from the reference rule; empty for the reference itself.
        tell: None where it was not measured, as with a single rule.
    """

    name: str
    rows: tuple[range, ...]
    faces: int
    keypoints: tuple[str, ...]
    offsets: dict[str, Offset]
    tell: Tell | None = None


@attrs.frozen(eq=False)
class Rules:
    """The marking rules of a project's training faces.

    Args:
        names: of the rules; arrays hold positions in it.
        found: `(N,)` the rule of each row as found from the data, -1 for rows without labels.
        chosen: `(N,)` the rule that a person gave a row, -1 where none did.
        seen: `(N,)` the rule that each row's image looks like, by a classifier that did not see it, -1
            where that was not asked. A row that looks like another rule may be a stray from its source.
        rules: what each is, in the order of `names`.
        reference: name of the rule that offsets are measured from.
        seed: with which they were found.
        stretches: `(N,)` the rule of the stretch of the file that each row stands in.
        changes: rows at which the rule changes along the file.
        relabelled: `(N,)` the rule that each row's labels have been put into, -1 where they are as they came.

    Raises:
        ValueError: if the arrays do not fit each other or the names.
    """

    names: tuple[str, ...]
    found: NDArray[np.int16]
    chosen: NDArray[np.int16]
    seen: NDArray[np.int16]
    rules: tuple[Rule, ...]
    reference: str
    seed: int = 0
    stretches: NDArray[np.int16] = attrs.field(
        default=attrs.Factory(lambda self: self.found, takes_self=True)
    )
    changes: tuple[int, ...] = ()
    relabelled: NDArray[np.int16] = attrs.field(
        default=attrs.Factory(lambda self: np.full(self.found.shape, NO_RULE, np.int16), takes_self=True)
    )

    def __attrs_post_init__(self) -> None:
        if not self.names or len(set(self.names)) != len(self.names):
            raise ValueError(f"names must be there and differ, received {self.names}")
        if tuple(rule.name for rule in self.rules) != self.names or self.reference not in self.names:
            raise ValueError(f"rules and reference must be those named, received {self.names}")
        arrays = (self.found, self.chosen, self.seen, self.stretches, self.relabelled)
        shapes = [array.shape for array in arrays]
        if self.found.ndim != 1 or len(set(shapes)) > 1:
            raise ValueError(f"relabelled, found, chosen, seen and stretches must be (N,), received {shapes}")
        for which in arrays:
            if len(which) and not (which.min() >= NO_RULE and which.max() < len(self.names)):
                raise ValueError(f"rules must be from -1 to {len(self.names) - 1}, received {which.max()}")
        if any(not 0 < row < len(self.found) for row in self.changes):
            raise ValueError(f"changes must be from 1 to {len(self.found) - 1}, received {self.changes}")

    def __len__(self) -> int:
        return len(self.names)

    @property
    def of_row(self) -> NDArray[np.int16]:
        """`(N,)` the rule of each training row as it is labelled now, a position in `names`, -1 for none."""
        return np.where(self.relabelled != NO_RULE, self.relabelled, self.of_source)

    @property
    def of_source(self) -> NDArray[np.int16]:
        """`(N,)` the rule by which each row was marked when it came, a position in `names`, -1 for none."""
        return np.where(self.chosen != NO_RULE, self.chosen, self.found)

    @property
    def strays(self) -> Mask:
        """`(N,)` True where `found` is the rule of a row's source instead of that of its stretch."""
        return np.asarray(self.found != self.stretches)

    @property
    def left_strays(self) -> Mask:
        """`(N,)` True for the strays of which no person said what they are."""
        return np.asarray(self.strays & (self.chosen == NO_RULE))

    def strays_among(self) -> dict[str, dict[str, int]]:
        """For each source's rule how many strays stand among the rows of each rule; no person's rows."""
        counts: dict[str, dict[str, int]] = {}
        for source, name in enumerate(self.names):
            of_source = self.left_strays & (self.found == source)
            among = {
                other: int((of_source & (self.stretches == rule)).sum())
                for rule, other in enumerate(self.names)
            }
            if of_source.any():
                counts[name] = {other: count for other, count in among.items() if count}
        return counts

    def looks(self) -> dict[str, dict[str, int]]:
        """For each rule how many of its rows look like each rule; rows not looked at are left out."""
        return {
            name: {
                other: int(((self.of_source == rule) & (self.seen == like)).sum())
                for like, other in enumerate(self.names)
            }
            for rule, name in enumerate(self.names)
        }

    def moves(self) -> dict[str, dict[str, int]]:
        """For each rule that labels have been put into how many rows came from each rule."""
        counts: dict[str, dict[str, int]] = {}
        for rule, name in enumerate(self.names):
            sources = self.of_source[self.relabelled == rule]
            among = {other: int((sources == source).sum()) for source, other in enumerate(self.names)}
            if len(sources):
                counts[name] = {other: count for other, count in among.items() if count}
        return counts

    def index(self, name: str) -> int:
        """Position of a rule in `names`.

        Raises:
            BadInputError: if there is no such rule.
        """
        if name not in self.names:
            raise BadInputError(f"there is no rule {name!r}", expected=" or ".join(self.names))
        return self.names.index(name)


def letters(position: int) -> str:
    """A, B, …, Z, AA, AB, …"""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def row_ranges(rows: NDArray[np.integer]) -> tuple[range, ...]:
    """Ascending rows as the fewest ranges."""
    if not len(rows):
        return ()
    breaks = np.flatnonzero(np.diff(rows) != 1) + 1
    return tuple(range(int(part[0]), int(part[-1]) + 1) for part in np.split(rows, breaks))
