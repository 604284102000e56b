"""Marking rules that labels were put into, read from where the labels came from.

A label that is moved into another rule says so in its origin. The rule of a face follows from its labels that
way: what takes the labels back, an undo or the original values, takes the rule back with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import CORRECTED, OriginKind, State, in_rule, rule_in


def rule_names(table: LabelTable) -> tuple[str, ...]:
    """The rules that labels have been put into, the first such first; of some none may be left."""
    found = (rule_in(origin) for origin in list(table.origins))
    return tuple(dict.fromkeys(name for name in found if name is not None))


def rules_put_into(
    table: LabelTable, faces: slice | NDArray[np.integer[Any]], names: Sequence[str]
) -> NDArray[np.int16]:
    """For each of n faces the rule that most of its labels were put into, a position in `names`.

    Returns:
        `(n,)`, -1 for faces of which no label was put into one of these rules.
    """
    origin = table.origin[faces]
    best = np.full(len(origin), -1, np.int16)
    of_code = [rule_in(text) for text in list(table.origins)]
    placed: NDArray[np.bool_] | None = None
    most = np.zeros(len(origin), np.int64)
    for position, name in enumerate(names):
        codes = [code for code, rule in enumerate(of_code) if rule == name]
        if not codes:
            continue
        if placed is None:
            placed = np.isin(table.state[faces], (State.VISIBLE, State.OCCLUDED))
        count = (np.isin(origin, codes) & placed).sum(axis=1)
        best[count > most] = position
        most = np.maximum(most, count)
    return best


def corrected_code(table: LabelTable, face: int) -> int:
    """The origin of what a person corrects on a face: by the rule that its labels were put into, if any."""
    names = rule_names(table)
    if not names:
        return CORRECTED
    rule = int(rules_put_into(table, np.array([face]), names)[0])
    return CORRECTED if rule < 0 else table.origin_code(in_rule(OriginKind.CORRECTED.value, names[rule]))
