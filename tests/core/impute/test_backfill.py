from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fkd_core.impute.backfill import backfill
from tests.helpers.arrays import random_points
from tests.helpers.competition import competition_points


def column(*values):
    return np.array(values, dtype=np.float32).reshape(-1, 1, 1).repeat(2, axis=2)


def test_the_next_row_fills_and_the_last_rows_take_the_one_before():
    nan = np.nan
    filled = backfill(column(nan, nan, 3, nan, 5, nan, nan), seed=0, shuffle=False)
    np.testing.assert_array_equal(filled, column(3, 3, 3, 5, 5, 5, 5))


def test_columns_are_filled_independently():
    points = np.array([[[np.nan, 1]], [[20, np.nan]], [[np.nan, 3]]], dtype=np.float32)
    filled = backfill(points, seed=0, shuffle=False)
    np.testing.assert_array_equal(filled, np.array([[[20, 1]], [[20, 3]], [[20, 3]]]))


def test_another_seed_gives_another_result():
    points = random_points(100, missing=0.5)
    assert not np.array_equal(backfill(points, seed=1), backfill(points, seed=2))


def test_the_seed_has_no_effect_without_the_shuffle():
    points = random_points(100, missing=0.5)
    np.testing.assert_array_equal(
        backfill(points, seed=1, shuffle=False), backfill(points, seed=2, shuffle=False)
    )


def test_every_row_is_as_likely_to_fill_a_gap():
    points = column(np.nan, *range(1, 5))
    taken = [int(backfill(points, seed=seed)[0, 0, 0]) for seed in range(400)]
    assert np.bincount(taken, minlength=5)[1:].min() > 60


def test_negative_seed_is_refused():
    with pytest.raises(ValueError, match="received -1"):
        backfill(random_points(3), seed=-1)


def the_notebooks_way(points, order):
    """The same by pandas, as the notebook's author wrote it down."""
    table = pd.DataFrame(points.reshape(len(points), -1)).iloc[order]
    return table.bfill().ffill().sort_index().to_numpy(dtype=np.float32).reshape(points.shape)


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_pandas_on_shuffled_rows(seed):
    points = random_points(50, seed=seed, missing=0.7)
    order = np.random.default_rng(seed).permutation(50)
    np.testing.assert_array_equal(backfill(points, seed=seed), the_notebooks_way(points, order))


@pytest.mark.faces
def test_agrees_with_pandas_on_the_real_rows():
    points = competition_points()
    filled = backfill(points, seed=0, shuffle=False)
    np.testing.assert_array_equal(filled, the_notebooks_way(points, np.arange(len(points))))
