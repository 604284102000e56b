from __future__ import annotations

import math

import numpy as np
import pytest

from fkd_core.evaluation.worst import WorstFace, worst_faces
from fkd_core.schema import KeypointSchema

TWO = KeypointSchema("two", ("a", "b"))
NAN = float("nan")


@pytest.fixture
def gap():
    return np.array(
        [
            [[1.0, 0], [0, 0]],
            [[NAN, NAN], [NAN, NAN]],  # nothing is known: it is none of the faces
            [[0, 1], [3, 4]],
            [[0, 0], [NAN, NAN]],
            [[7, NAN], [NAN, NAN]],  # an error, but no keypoint with a distance
        ]
    )


def test_the_worst_come_first(gap):
    found = worst_faces(gap, TWO, 3, rows=np.array([10, 20, 30, 40, 50]))
    assert [face.row for face in found] == [50, 30, 10]
    assert found[1] == WorstFace(30, pytest.approx(math.sqrt(26 / 4)), 2, "b", 5.0)
    assert found[2] == WorstFace(10, 0.5, 2, "a", 1.0)
    value = found[0].to_dict()
    assert value == {"row": 50, "rmse": 7, "points": 0, "keypoint": None, "distance": None, "rule": None}


def test_there_are_no_more_than_faces(gap):
    assert [face.row for face in worst_faces(gap, TWO, 99)] == [4, 2, 0, 3]
    assert worst_faces(gap, TWO, 0) == ()
    assert worst_faces(gap[:0], TWO, 5) == ()


def test_equal_errors_stand_in_the_order_of_rows():
    same = np.ones((4, 2, 2))
    assert [face.row for face in worst_faces(same, TWO, 3, rows=np.array([9, 1, 8, 2]))] == [1, 2, 8]


def test_each_bears_its_rule(gap):
    rules = {
        "x": np.array([True, False, False, False, False]),
        "y": np.array([False, False, True, False, False]),
    }
    assert [face.rule for face in worst_faces(gap, TWO, 4, rules=rules)] == [None, "y", "x", None]


def test_senseless_requests_are_refused(gap):
    with pytest.raises(ValueError, match="received -1"):
        worst_faces(gap, TWO, -1)
    with pytest.raises(ValueError, match=r"rows must have the shape \(5,\), received \(4,\)"):
        worst_faces(gap, TWO, 1, rows=np.arange(4))
