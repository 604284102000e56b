"""What can be asked of a face: the names that stand before the colon."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray


class Kind(Enum):
    """What stands behind a name, and how it is compared."""

    CHOICE = "one of some words"
    FLAG = "yes or no"
    NUMBER = "a number"
    DAY = "a day"
    GAPS = "a keypoint, yes, no, or how many"
    TEXT = "yes, no, or a part of the text"


@attrs.frozen
class Field:
    """One thing that can be asked.

    Attributes:
        name: as it is typed.
        kind: what it is compared with.
        about: what it means, in a few words.
        opening: what is typed behind the name most of the time.
        by_keypoint: whether it can be asked of one keypoint, as in `error(nose_tip)>3`.
        absent: what to say where a project does not have it, and what to do.
    """

    name: str
    kind: Kind
    about: str
    opening: str = ":"
    by_keypoint: bool = False
    absent: str = "nothing is known of it yet"


_ALL = (
    Field("origin", Kind.CHOICE, "where a keypoint’s place came from", by_keypoint=True),
    Field("missing", Kind.GAPS, "keypoints of which nothing is said, or how many", by_keypoint=True),
    Field("error", Kind.NUMBER, "pixels from the chosen run", ">", True, "choose a run first, in Train"),
    Field("suspicion", Kind.NUMBER, "how likely a label is wrong", ">", True, "review the labels first"),
    Field("x", Kind.NUMBER, "where a keypoint is, pixels from the left edge", ">", True),
    Field("y", Kind.NUMBER, "where a keypoint is, pixels from the upper edge", ">", True),
    Field("outside", Kind.GAPS, "keypoints beyond the picture’s edges, or how many", by_keypoint=True),
    Field("reviewed", Kind.FLAG, "whether a person said that it is right", by_keypoint=True),
    Field("rule", Kind.CHOICE, "the marking rule", absent="the marking rules are not read yet"),
    Field("duplicate", Kind.FLAG, "whether another picture is like it", absent="looking for like faces …"),
    Field(
        "brightness", Kind.NUMBER, "mean grey of the picture, 0 to 255", absent="looking at the pictures …"
    ),
    Field("split", Kind.CHOICE, "the part of the data"),
    Field("row", Kind.NUMBER, "the row of the source"),
    Field("changed", Kind.DAY, "when it was edited last", by_keypoint=True),
    Field("state", Kind.CHOICE, "what is said of a keypoint", by_keypoint=True),
    Field("source", Kind.CHOICE, "how many keypoints the source had"),
    Field("work", Kind.FLAG, "whether something is left to do"),
    Field("bookmark", Kind.FLAG, "whether it has a bookmark"),
    Field("note", Kind.TEXT, "whether it has a note, or a word of it"),
)
FIELDS: Mapping[str, Field] = {field.name: field for field in _ALL}
"""Every field by its name, in the order in which they are offered."""


@attrs.frozen(eq=False)
class Choices:
    """A column of words: positions in `names`, -1 where there is none.

    Attributes:
        codes: integers `(N,)` or `(N, K)`.
        names: the words.
    """

    codes: NDArray[np.signedinteger[Any]]
    names: tuple[str, ...]


@attrs.frozen(eq=False)
class Texts:
    """A column of texts, of which most faces have none.

    Attributes:
        count: how many faces there are.
        of_face: the text of each face that has one.
    """

    count: int
    of_face: Mapping[int, str]

    @property
    def given(self) -> NDArray[np.bool_]:
        """`(N,)`, where there is a text."""
        return self._mask(list(self.of_face))

    def holding(self, part: str) -> NDArray[np.bool_]:
        """`(N,)`, where a part occurs in the text, in capitals or not."""
        part = part.casefold()
        return self._mask([face for face, text in self.of_face.items() if part in text.casefold()])

    def _mask(self, faces: list[int]) -> NDArray[np.bool_]:
        mask = np.zeros(self.count, np.bool_)
        mask[faces] = True
        return mask


@attrs.frozen
class Vocabulary:
    """The words that may follow a name in one project.

    Attributes:
        keypoints: their names, in the order of the schema.
        choices: field to the words that are known for it; a field that is left out takes any word.
    """

    keypoints: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)

    def words(self, field: Field) -> tuple[str, ...] | None:
        """What may follow a field as a word; None where any word may."""
        if field.kind is Kind.CHOICE:
            return self.choices.get(field.name)
        if field.kind is Kind.TEXT:
            return None
        fixed: dict[Kind, tuple[str, ...]] = {
            Kind.FLAG: ("yes", "no"),
            Kind.GAPS: ("yes", "no", *self.keypoints),
            Kind.DAY: ("today", "yesterday", "never"),
        }
        return fixed.get(field.kind, ())

    def offered(self, field: Field) -> tuple[str, ...]:
        """What is proposed behind a field."""
        if field.kind is Kind.TEXT:
            return ("yes", "no", *self.choices.get(field.name, ()))
        return self.words(field) or ()


def quoted(word: str) -> str:
    """A word as it is typed: in quotes where it would mean something else without them."""
    plain = re.fullmatch(r"[^\s():<>=\"]+", word) and word.casefold() not in ("and", "or", "not")
    return word if plain else f'"{word}"'
