"""One table of what the networks of all folds said of the faces that they never saw."""

from __future__ import annotations

import numpy as np

from fkd_core.runs import Run, layout

OWN = "-own"
"""ending of the predictions of a fold by each row's own marking rule"""


def merge_folds(run: Run) -> None:
    """Make one table, ascending by row, of what the folds left, and remove theirs.

    Raises:
        RunError: if the predictions of a fold are missing or damaged.
    """
    names = [layout.fold_name(fold) for fold in run.folds]
    own = all(f"{name}{OWN}" in run.predicted_splits() for name in names)
    targets = {layout.OUT_OF_FOLD: ""} | ({layout.OUT_OF_FOLD_OWN: OWN} if own else {})
    for target, ending in targets.items():
        parts = [f"{name}{ending}" for name in names]
        rows = np.concatenate([np.array(run.prediction_rows(part) or [], np.int64) for part in parts])
        order = np.argsort(rows)
        points = np.concatenate([run.predictions(part) for part in parts])[order]
        deviations = [run.deviations(part) for part in parts]
        known = [part for part in deviations if part is not None]
        std = np.concatenate(known)[order] if len(known) == len(parts) else None
        run.save_predictions(target, points, rows[order], std=std)
    for name in names:
        for ending in ("", OWN):
            run.drop_predictions(f"{name}{ending}")
