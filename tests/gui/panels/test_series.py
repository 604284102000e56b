from __future__ import annotations

import math

import numpy as np
import pytest

from fkd_gui.panels.series import EpochSeries, nice_end, smoothed, view_range
from tests.gui.panels.histories import history


def test_epochs_added_one_by_one_are_the_same_as_all_at_once() -> None:
    records = history(600, validate_every=3)
    one_by_one = EpochSeries()
    for record in records:
        one_by_one.add(record)
    at_once = EpochSeries(records)
    assert len(one_by_one) == len(at_once) == 600
    for name in ("epoch", "loss", "val_rmse"):
        np.testing.assert_array_equal(one_by_one.column(name), at_once.column(name))
    assert len(one_by_one.known("val_rmse")[0]) == 200


def test_a_number_that_comes_again_replaces_what_followed() -> None:
    series = EpochSeries(history(10))
    series.add({"epoch": 4, "loss": 7.0})
    assert series.column("epoch").tolist() == [1, 2, 3, 4]
    assert series.column("loss")[-1] == 7


def test_the_best_epoch_has_the_lowest_validation_error() -> None:
    best = EpochSeries(history(40)).best
    assert best is not None
    assert best["epoch"] == 30
    assert best["val_rmse"] == pytest.approx(1.3 + 10 * math.exp(-6))


def test_without_validation_the_training_error_decides() -> None:
    series = EpochSeries([{"epoch": 1, "rmse": 3.0}, {"epoch": 2, "rmse": 2.0}, {"epoch": 3, "rmse": 2.5}])
    assert series.best == {"epoch": 2, "rmse": 2}
    assert EpochSeries().best is None


@pytest.mark.parametrize(
    ("asked", "epoch"), [(-5, 2), (2.4, 2), (3.6, 4), (7.5, 8), (99, 10), (math.inf, 10)]
)
def test_the_nearest_recorded_epoch_is_found(asked: float, epoch: int) -> None:
    series = EpochSeries([{"epoch": e, "loss": float(e)} for e in (2, 4, 8, 10)])
    assert series.at(asked) == {"epoch": epoch, "loss": epoch}
    with pytest.raises(ValueError, match="received"):
        EpochSeries().at(1)


def test_an_epoch_without_a_number_is_refused_in_a_history_and_counted_when_live() -> None:
    with pytest.raises(ValueError, match="received"):
        EpochSeries([{"loss": 1.0}])
    series = EpochSeries()
    series.add({"loss": 1.0})
    assert series.column("epoch").tolist() == [1]


@pytest.mark.parametrize(
    ("epochs", "planned", "end"),
    [(1, None, 10), (11, None, 20), (95, None, 100), (101, None, 200), (24, 60, 30), (24, 26, 26), (1, 1, 2)],
)
def test_the_epoch_axis_grows_in_few_steps_up_to_the_plan(
    epochs: int, planned: int | None, end: float
) -> None:
    assert nice_end(epochs, planned) == end


def test_the_steep_start_may_leave_the_view() -> None:
    values = np.r_[np.full(10, 50.0), np.linspace(3, 1, 90)]
    low, high = view_range([values, np.array([np.nan])]) or (0, 0)
    assert 0.8 < low < 1
    assert 3 < high < 3.2
    assert view_range([np.array([np.nan])]) is None


def test_smoothing_takes_means_in_the_middle_of_their_epochs() -> None:
    epochs = np.arange(1.0, 10)
    x, y = smoothed(epochs, epochs * 2, 3)
    np.testing.assert_allclose(x, np.arange(2, 9))
    np.testing.assert_allclose(y, x * 2)
    assert smoothed(epochs, epochs, 1)[0] is epochs


def test_networks_of_different_folds_are_not_joined() -> None:
    folds = [1, 1, 2, 2, 2]
    records = [{"epoch": at + 1, "val_rmse": 2.0, "fold": fold} for at, fold in enumerate(folds)]
    series = EpochSeries(records)
    assert series.joined("val_rmse").tolist() == [1, 0, 1, 1, 1]
    assert EpochSeries([{"epoch": 1, "loss": 3.0}, {"epoch": 2, "loss": 2.0}]).joined("loss").tolist() == [
        1,
        1,
    ]
    assert EpochSeries().joined("loss").tolist() == []
