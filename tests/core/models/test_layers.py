from __future__ import annotations

import numpy as np
import pytest

from fkd_core.models.layers import SoftArgmax


def test_a_single_peak_is_found_at_the_middle_of_its_cell() -> None:
    maps = np.zeros((1, 6, 8, 2), np.float32)
    maps[0, 2, 5, 0] = 100
    maps[0, 0, 0, 1] = 100
    found = np.asarray(SoftArgmax(4)(maps))
    np.testing.assert_allclose(found, [[[21.5, 9.5], [1.5, 1.5]]], atol=1e-4)


def test_two_equal_peaks_give_the_place_between_them() -> None:
    maps = np.zeros((1, 4, 4, 1), np.float32)
    maps[0, 1, 1:3, 0] = 100
    np.testing.assert_allclose(np.asarray(SoftArgmax(2)(maps)), [[[3.5, 2.5]]], atol=1e-4)


def test_a_stride_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="received 0"):
        SoftArgmax(0)
