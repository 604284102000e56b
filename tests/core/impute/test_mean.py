from __future__ import annotations

import numpy as np

from fkd_core.impute.mean import mean


def test_a_gap_takes_the_mean_of_its_own_column():
    points = np.array([[[1, 10]], [[np.nan, 40]], [[3, np.nan]]], dtype=np.float32)
    filled = mean(points, seed=0, shuffle=False)
    np.testing.assert_array_equal(filled, np.array([[[1, 10]], [[2, 40]], [[3, 25]]]))


def test_a_million_rows_lose_no_precision():
    points = np.full((1_000_001, 1, 2), 33.3, dtype=np.float32)
    points[0] = np.nan
    assert abs(mean(points)[0, 0, 0] - 33.3) < 1e-5
