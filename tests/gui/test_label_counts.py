"""Counts of missing and filled keypoints follow every edit."""

from __future__ import annotations

import numpy as np

from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import CHANGE, OriginKind, State
from fkd_gui.label_counts import LabelCounts

SPAN = slice(5, 35)


def test_counts_are_those_of_all_faces_after_any_edit() -> None:
    random = np.random.default_rng(0)
    original = random.uniform(20, 70, (40, 15, 2)).astype(np.float32)
    original[random.random((40, 15)) < 0.4] = np.nan
    table = LabelTable(original)
    counts = LabelCounts(table, SPAN)
    codes = [table.origin_code(text) for text in ("human", "corrected", "imputed:mean", "predicted:run")]
    for _ in range(60):
        size = int(random.integers(1, 30))
        changes = np.zeros(size, CHANGE)
        places = random.choice(40 * 15, size, replace=False)
        changes["face"], changes["keypoint"] = places // 15, places % 15
        changes["origin"] = random.choice(codes, size)
        changes["state"] = random.choice([State.UNLABELLED, State.VISIBLE, State.OCCLUDED], size)
        table.put(changes, 1.0)
        counts.update(changes["face"])
        assert counts.missing == (table.state[SPAN] == State.UNLABELLED).sum()
        assert counts.imputed == table.is_kind(OriginKind.IMPUTED)[SPAN].sum()
    assert counts.imputed > 0
