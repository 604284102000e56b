from __future__ import annotations

import math

import numpy as np
import pytest

from fkd_core.evaluation.figures import figures
from fkd_core.evaluation.intervals import Sampling
from fkd_core.schema import KeypointSchema

TWO = KeypointSchema("two", ("a", "b"))
NAN = float("nan")


def test_figures_by_hand():
    gap = np.array([[[3.0, 4], [0, -1]], [[1, 0], [NAN, NAN]], [[NAN, NAN], [NAN, NAN]]])
    found = figures(gap, np.array([0.1, 0.3, NAN]), TWO, Sampling())
    assert found.rmse == pytest.approx(math.sqrt((9 + 16 + 0 + 1 + 1 + 0) / 6))
    assert found.mae == pytest.approx((3 + 4 + 0 + 1 + 1 + 0) / 6)
    assert found.nme == pytest.approx(0.2)
    assert found.pck == {"1": pytest.approx(2 / 3), "2": pytest.approx(2 / 3), "3": pytest.approx(2 / 3)}
    assert found.bias == pytest.approx((4 / 3, 1))
    a, b = found.per_keypoint
    assert (a.name, a.rmse, a.mae, a.count) == ("a", pytest.approx(math.sqrt(26 / 4)), 2, 2)
    assert a.bias == (2, 2)
    assert (b.name, b.rmse, b.mae, b.count, b.bias) == ("b", pytest.approx(math.sqrt(0.5)), 0.5, 1, (0, -1))
    assert (found.faces, found.points, found.without_eyes) == (2, 3, 0)


def test_intervals_by_every_draw():
    # Of two faces a draw takes one, the other or both: a quarter, a quarter and a half of the time.
    gap = np.array([[[1.0, 1], [1, 1]], [[3, 3], [3, 3]]])
    found = figures(gap, np.array([0.1, 0.3]), TWO, Sampling(draws=400))
    for name, ends in {
        "rmse": (1, 3),
        "mae": (1, 3),
        "nme": (0.1, 0.3),
        "pck 2": (0, 1),
        "bias x": (1, 3),
    }.items():
        assert found.intervals[name] == pytest.approx(ends)
    assert [row.interval for row in found.per_keypoint] == [(1, 3), (1, 3)]


def test_a_keypoint_that_one_face_has_is_of_unknown_sureness():
    gap = np.array([[[1.0, 1], [1, 1]], [[3, 3], [NAN, NAN]]])
    found = figures(gap, np.array([0.1, 0.3]), TWO, Sampling(draws=50))
    assert found.per_keypoint[0].interval == (1, 3)
    assert all(map(math.isnan, found.per_keypoint[1].interval))
    assert found.to_dict()["per_keypoint"]["b"]["interval"] is None
    assert found.to_dict()["intervals"]["bias"]["y"] == [1, 3]
