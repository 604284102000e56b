"""The choices above the grid, and their places in the text of the filter."""

from __future__ import annotations

import re
from enum import StrEnum

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.labels.values import OriginKind
from fkd_core.project import Project
from fkd_core.query import And, Node, Or, Term, face_columns, matching, parse, quoted, vocabulary_of

QUICK = {
    "split": "split",
    "pattern": "source",
    "origin": "origin",
    "missing": "missing",
    "reviewed": "reviewed",
    "needs_work": "work",
}
"""Each choice and the field that it writes."""


class Pattern(StrEnum):
    """How many keypoints the source knew."""

    FULL = "full"
    FOUR = "four"
    NONE = "none"
    OTHER = "other"


def next_face(mask: NDArray[np.bool_], face: int, step: int = 1) -> int | None:
    """The nearest other face in a mask after (step 1) or before (step -1) a face, around the end."""
    if step < 0:
        found = next_face(mask[::-1], len(mask) - 1 - face)
        return None if found is None else len(mask) - 1 - found
    after = mask[face + 1 :]
    if after.any():
        return face + 1 + int(after.argmax())
    before = mask[:face]
    return int(before.argmax()) if before.any() else None


@attrs.frozen
class FaceFilter:
    """What the choices say: those faces for which all that is set holds.

    Attributes:
        split: of this split.
        pattern: of this pattern in the source.
        origin: with a value of this kind.
        missing: without this keypoint.
        reviewed: reviewed, or not.
        needs_work: with something left to do.
    """

    split: str | None = None
    pattern: Pattern | None = None
    origin: OriginKind | None = None
    missing: int | None = None
    reviewed: bool | None = None
    needs_work: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether every face is wanted."""
        return self == FaceFilter()

    @classmethod
    def of(cls, node: Node) -> FaceFilter:
        """What the choices show for a filter: those of its terms that they could have written."""
        shown = {}
        for choice, field in QUICK.items():
            for term in _tops(node):
                value = _choice(term) if term.field.name == field else None
                if value is not None:
                    shown[choice] = value
        return cls(**shown)  # type: ignore[arg-type]

    def term(self, choice: str, keypoints: tuple[str, ...]) -> str:
        """What one choice writes; nothing where it is not set."""
        value = getattr(self, choice)
        if value is None or (value is False and choice == "needs_work"):
            return ""
        if choice == "missing":
            value = keypoints[value]
        elif isinstance(value, bool):
            value = "yes" if value else "no"
        return f"{QUICK[choice]}:{quoted(str(value))}"

    def text(self, keypoints: tuple[str, ...]) -> str:
        """The filter that all choices write together."""
        return " ".join(filter(None, (self.term(choice, keypoints) for choice in QUICK)))

    def faces(self, project: Project) -> NDArray[np.intp]:
        """Indices of the faces that are wanted, ascending."""
        node = parse(self.text(project.schema.keypoints), vocabulary_of(project))
        return np.flatnonzero(matching(node, face_columns(project), len(project)))


def with_choice(text: str, node: Node, choice: str, term: str) -> str:
    """A filter in which one choice is another one.

    Args:
        text: of the filter.
        node: its tree.
        choice: which one changed.
        term: what it writes now; empty to take it away.
    """
    there = [t for t in _tops(node) if t.field.name == QUICK[choice] and _choice(t) is not None]
    if there:
        before, after = text[: there[-1].start], text[there[-1].end :]
        return before + term + after if term else _joined(before, after)
    if not term:
        return text
    return f"({text}) {term}" if isinstance(node, Or) else f"{text.strip()} {term}".strip()


def _joined(before: str, after: str) -> str:
    before, after = before.rstrip(), after.lstrip()
    while before.endswith("(") and after.startswith(")"):
        before, after = before[:-1].rstrip(), after[1:].lstrip()
    cut = re.sub(r"(^|[\s)])and$", r"\1", before, flags=re.IGNORECASE)
    if cut == before:
        after = re.sub(r"^and(?=[\s(])", "", after, flags=re.IGNORECASE)
    return f"{cut.rstrip()} {after.lstrip()}".strip()


def _tops(node: Node) -> list[Term]:
    parts = node.parts if isinstance(node, And) else (node,)
    return [part for part in parts if isinstance(part, Term)]


def _choice(term: Term) -> object:
    """The value of a choice that would write this term; None where none would."""
    field, value = term.field.name, term.value
    if term.sign != ":" or not isinstance(value, str):
        return None
    if field == "missing":
        return term.keypoint if value == "yes" else None
    if term.keypoint is not None:
        return None
    if field == "origin":
        return OriginKind(value) if value in tuple(OriginKind) else None
    if field == "work":
        return True if value == "yes" else None
    made: dict[str, object] = {"split": value, "reviewed": value == "yes"}
    return Pattern(value) if field == "source" else made.get(field)
