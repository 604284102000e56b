from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fkd_core.errors import BadInputError
from fkd_core.jobs import Job
from fkd_core.training.checks import Data, check_data
from fkd_core.training.config import TrainingConfig
from tests.core.training.blobs import TINY, blobs


def check(
    config: TrainingConfig | None = None, rows: Any = range(6), held_out: Any = (), **changed: Any
) -> tuple[Data, list[str]]:
    images, points = blobs(8)
    given = {"images": images, "points": points, "weights": np.ones((8, 3), np.float32), **changed}
    lines: list[str] = []
    job = Job(lambda event, data: lines.append(data["text"]) if event == "log" else None)
    arrays = (given["images"], given["points"], given["weights"])
    rows, held_out = np.array(rows, np.int64), np.array(held_out, np.int64)
    return check_data(config or TrainingConfig(), TINY, *arrays, rows, held_out, job), lines


def unknown(*rows: int, keypoint: int | slice = slice(None), value: float = np.nan) -> np.ndarray:
    _, points = blobs(8)
    points[list(rows), keypoint] = value
    return points


def test_faces_without_a_label_are_left_out() -> None:
    data, _ = check(points=unknown(2, 4))
    assert data.train_rows.tolist() == [0, 1, 3, 5]


def test_no_label_at_all_is_refused() -> None:
    with pytest.raises(BadInputError, match="nothing to learn from"):
        check(points=unknown(*range(8)))


def test_no_face_at_all_is_refused() -> None:
    with pytest.raises(BadInputError, match="nothing to learn from"):
        check(rows=[])


def test_an_infinite_coordinate_is_named() -> None:
    with pytest.raises(BadInputError, match="row 3, mouth"):
        check(points=unknown(3, keypoint=2, value=np.inf))


def test_missing_keypoints_are_refused_where_all_are_needed() -> None:
    with pytest.raises(BadInputError, match=r"row 1, right_eye.*1 more missing.*fkd impute"):
        check(TrainingConfig(model="seed"), points=unknown(1, 5, keypoint=1))


def test_filled_in_keypoints_teach_the_network_that_needs_all_but_are_not_scored() -> None:
    weights = np.ones((8, 3), np.float32)
    weights[:, 1] = 0
    data, _ = check(TrainingConfig(model="seed"), weights=weights)
    assert (data.weights == 1).all()
    assert (data.judged == weights).all()


def test_a_keypoint_that_is_never_labelled_is_named() -> None:
    _, lines = check(points=unknown(*range(8), keypoint=1))
    assert any("right eye" in line for line in lines)


def test_blank_faces_are_named() -> None:
    _, lines = check(images=np.full((8, 32, 32), 90, np.uint8))
    assert any("blank" in line for line in lines)


def test_a_limit_draws_faces_with_the_seed() -> None:
    drawn = [
        check(TrainingConfig(limit=3, seed=seed), rows=range(8))[0].train_rows.tolist() for seed in (1, 1, 2)
    ]
    assert len(drawn[0]) == 3
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(
    "changed",
    [
        {"images": np.zeros((8, 32, 32), np.float32)},
        {"images": np.zeros((8, 30, 32), np.uint8)},
        {"points": np.zeros((8, 4, 2), np.float32)},
        {"weights": np.ones((7, 3), np.float32)},
        {"weights": np.full((8, 3), np.nan, np.float32)},
        {"rows": [8]},
    ],
)
def test_arrays_that_do_not_fit_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="received"):
        check(**changed)


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        ([0] * 7, ("a",)),
        ([1] * 8, ("a",)),
        ([-1] * 8, ("a", "b")),
        ([0] * 8, ("a", "a")),
        ([0] * 8, ()),
    ],
)
def test_rules_that_do_not_fit_are_refused(rules: list[int], names: tuple[str, ...]) -> None:
    images, points = blobs(8)
    rows, none = np.arange(8), np.arange(0)
    with pytest.raises(ValueError, match="rule"):
        check_data(
            TrainingConfig(),
            TINY,
            images,
            points,
            np.ones((8, 3), np.float32),
            rows,
            none,
            Job(),
            np.array(rules),
            names,
        )


def test_without_rules_all_faces_have_the_same() -> None:
    assert check()[0].rules.tolist() == [0] * 8
