from __future__ import annotations

import numpy as np
import pytest

from fkd_core.models.layers import CHANNELS, LEAST_SPREAD, LOG_STD_RANGE, RuleTable, SoftArgmax


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


def table(own: np.ndarray | None = None, features: np.ndarray | None = None, **weights: object) -> np.ndarray:
    """The table of one face whose shared maps are flat but for a peak in cell (2, 5) for keypoint 0."""
    shared = np.zeros((1, 6, 8, 2), np.float32)
    shared[0, 2, 5, 0] = 100
    rules = ("all",) if own is None else ("inner", "outer")
    layer = RuleTable(4, rules)
    features = np.zeros((1, 3), np.float32) if features is None else features
    inputs = [shared, *([] if own is None else [own]), features]
    layer.build([value.shape for value in inputs])
    for name, value in weights.items():
        getattr(layer, name).assign(value)
    return np.asarray(layer(inputs))


def test_the_table_finds_what_the_maps_show() -> None:
    found = table()
    assert found.shape == (1, 1, 2, len(CHANNELS))
    np.testing.assert_allclose(found[0, 0, 0, :2], [21.5, 9.5], atol=1e-3)
    np.testing.assert_allclose(found[0, 0, 1, :2], [15.5, 11.5], atol=1e-3)


def test_the_deviation_is_the_spread_of_the_map() -> None:
    found = np.exp(table()[0, 0, :, 2])
    # A uniform map over 8 x 6 cells of 4 pixels: variance (n^2 - 1) / 12 * 16 along an axis of n cells.
    flat = np.sqrt((16 * (63 + 35) / 12) / 2)
    np.testing.assert_allclose(found, [max(LEAST_SPREAD, np.exp(LOG_STD_RANGE[0])), flat], rtol=1e-3)


def test_a_rule_has_its_own_maps_on_top_of_the_shared_ones() -> None:
    own = np.zeros((1, 6, 8, 4), np.float32)
    own[0, 4, 1, 2] = 300
    found = table(own)
    assert found.shape == (1, 2, 2, len(CHANNELS))
    np.testing.assert_allclose(found[0, :, 0, :2], [[21.5, 9.5], [5.5, 17.5]], atol=1e-3)
    np.testing.assert_allclose(np.exp(found[0, :, :, 3]), 0.5, atol=1e-6)


def test_features_tell_the_rule() -> None:
    own = np.zeros((1, 6, 8, 4), np.float32)
    lean = np.array([[0, 1], [0, 0], [0, 0]], np.float32)
    known = np.log([[1, 1], [1, 0.25]])
    found = table(own, np.array([[np.log(3), 0, 0]], np.float32), lean=lean, log_known=known)
    np.testing.assert_allclose(np.exp(found[0, :, 0, 3]), [0.25, 0.75], rtol=1e-5)
    np.testing.assert_allclose(np.exp(found[0, :, :, 4]), [[1, 1], [1, 0.25]], rtol=1e-5)


@pytest.mark.parametrize("rules", [(), ("same", "same")])
def test_rules_need_names_that_differ(rules: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="rules must have names that differ"):
        RuleTable(4, rules)
