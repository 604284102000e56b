"""What a filter means, as a small tree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from fkd_core.query.fields import Field

Value = str | tuple[float, ...] | date
"""A word; the lowest and the highest number of each range, one behind the other; or a day."""


@attrs.frozen
class Term:
    """One thing that is asked, such as `error(nose_tip)>3`.

    Attributes:
        field: what is asked.
        sign: `:`, `>`, `<`, `>=` or `<=`.
        value: what it is compared with.
        keypoint: the only one that counts; None for all.
        start: where it begins in the text.
        end: where it ends.
    """

    field: Field
    sign: str
    value: Value
    keypoint: int | None = None
    start: int = 0
    end: int = 0


@attrs.frozen
class Not:
    """Where a part does not hold."""

    part: Node


@attrs.frozen
class And:
    """Where all parts hold; everywhere without parts."""

    parts: tuple[Node, ...]


@attrs.frozen
class Or:
    """Where some part holds."""

    parts: tuple[Node, ...]


Node = Term | Not | And | Or


def terms(node: Node) -> Iterator[Term]:
    """All terms of a tree, in the order of the text."""
    if isinstance(node, Term):
        yield node
    else:
        for part in (node.part,) if isinstance(node, Not) else node.parts:
            yield from terms(part)
