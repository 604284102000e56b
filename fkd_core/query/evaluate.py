"""Which faces a filter wants, over whole columns at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Mask
from fkd_core.query.fields import Choices, Kind, Texts
from fkd_core.query.lexer import QueryError
from fkd_core.query.tree import And, Node, Not, Or, Term

Columns = Mapping[str, NDArray[Any] | Choices | Texts]
"""Field name to `(N,)` or `(N, K)` values of all faces; fields that nothing is known of are left out.

Flags are bool, or int8 with -1 where nothing can be said; numbers NaN where unknown; days seconds since
1970, 0 for never; `missing` bool.
"""


def matching(node: Node, columns: Columns, count: int, *, now: datetime | None = None) -> Mask:
    """`(N,)`, where a filter holds.

    A term holds for a face if it holds for some of its keypoints; `reviewed:yes`, if all keypoints of which
    anything can be said are.

    Args:
        node: the filter.
        columns: what is known of the faces.
        count: how many there are.
        now: what today is reckoned from, in local time.

    Raises:
        QueryError: if it asks for a column that is not there; says where, and what to do about it.
    """
    if isinstance(node, Term):
        return _holds(node, columns, now or datetime.now())
    if isinstance(node, Not):
        return ~matching(node.part, columns, count, now=now)
    parts = [matching(part, columns, count, now=now) for part in node.parts]
    join = np.logical_and if isinstance(node, And) else np.logical_or
    assert isinstance(node, And | Or)
    return np.asarray(join.reduce(parts)) if parts else np.ones(count, np.bool_)


def _holds(term: Term, columns: Columns, now: datetime) -> Mask:
    try:
        column = columns[term.field.name]
    except KeyError:
        what = f"{term.field.name}: {term.field.absent}"
        raise QueryError(what, term.start, term.end) from None
    if isinstance(column, Texts):
        word = str(term.value)
        return column.given == (word == "yes") if word in ("yes", "no") else column.holding(word)
    values = column.codes if isinstance(column, Choices) else column
    if term.keypoint is not None:
        values = values[:, term.keypoint]
    if isinstance(column, Choices):
        return _some(np.equal(values, _code(str(term.value), column)))
    if term.field.kind is Kind.FLAG:
        return _flag(values, term.value == "yes")
    if term.field.kind is Kind.DAY:
        return _some(_in_days(values, term.sign, term.value, now))
    if term.field.kind is Kind.GAPS:
        if isinstance(term.value, str):
            return np.asarray(_some(values.astype(np.bool_)) == (term.value == "yes"))
        values = values.sum(axis=1) if values.ndim > 1 else values
    assert isinstance(term.value, tuple)
    return _some(_compared(values, term.sign, term.value))


def _some(found: Mask) -> Mask:
    return np.asarray(found.any(axis=1)) if found.ndim > 1 else found


def _code(word: str, column: Choices) -> int:
    """The position of a word; one that nothing has where the column does not know it."""
    if word in column.names:
        return column.names.index(word)
    return -1 if word == "none" else len(column.names)


def _flag(values: NDArray[Any], wanted: bool) -> Mask:
    yes = values == 1
    if values.ndim > 1:
        yes = yes.any(axis=1) & ~(values == 0).any(axis=1)
    return np.asarray(yes == wanted)


def _compared(values: NDArray[Any], sign: str, value: tuple[float, ...]) -> Mask:
    if sign == ":":
        lows, highs = np.array(value[::2]), np.array(value[1::2])
        if len(lows) > 1 and (lows[1:] > highs[:-1]).all():
            # There may be thousands of ranges: each value is looked up among them, not each of them in all.
            place = np.searchsorted(lows, values, side="right") - 1
            return np.asarray((place >= 0) & (values <= highs[place]))
        found = np.zeros(values.shape, np.bool_)
        for low, high in zip(lows, highs, strict=True):
            found |= (values >= low) & (values <= high)
        return found
    low = value[0]
    compare = {">": np.greater, "<": np.less, ">=": np.greater_equal, "<=": np.less_equal}[sign]
    return np.asarray(compare(values, low))


def _in_days(seconds: NDArray[Any], sign: str, value: object, now: datetime) -> Mask:
    if value == "never":
        # all keypoints of the face, for one edit makes it a changed face
        return np.asarray((seconds == 0).all(axis=1) if seconds.ndim > 1 else seconds == 0)
    named = {"today": now.date(), "yesterday": now.date() - timedelta(days=1)}
    day = value if isinstance(value, date) else named[str(value)]
    # Midnights of the local clock: a day of the year may have 23 or 25 hours.
    start, end = (datetime.combine(d, datetime.min.time()).timestamp() for d in (day, day + timedelta(1)))
    ever = seconds > 0
    if sign == ":":
        found = (seconds >= start) & (seconds < end)
    else:
        found = {
            ">": seconds >= end,
            ">=": seconds >= start,
            "<": seconds < start,
            "<=": seconds < end,
        }[sign]
    return np.asarray(found & ever)
