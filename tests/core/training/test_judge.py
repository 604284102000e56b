"""What an epoch says of its validation, and the faces that are watched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fkd_core.jobs import Job
from fkd_core.runs import Run
from fkd_core.runs.watched import watched_faces
from fkd_core.training.checks import Data
from fkd_core.training.judge import WATCHED, watched
from fkd_core.training.memory_use import gpu_memory_mb, memory_mb
from fkd_core.training.start import train_run
from fkd_core.training.validation import keypoint_errors, scores
from tests.helpers.projects import make_project

SWIFT = {"model": "swift", "options": {"width": 8}, "epochs": 2, "batch_size": 4}


def data_of(judged: np.ndarray, rows: list[int], sources: np.ndarray | None = None) -> Data:
    faces, keypoints = judged.shape
    return Data(
        np.zeros((faces, 4, 4), np.uint8),
        np.zeros((faces, keypoints, 2), np.float32),
        judged.astype(np.float32),
        judged.astype(np.float32),
        np.arange(0),
        np.array(rows, np.int64),
        np.zeros(faces, np.int64),
        np.arange(faces) if sources is None else sources,
    )


def test_errors_of_keypoints_are_root_mean_squares_over_the_faces_that_have_them() -> None:
    points = np.zeros((3, 3, 2), np.float32)
    points[2, 2] = np.nan
    found = np.zeros((3, 3, 2), np.float32)
    found[0, 0] = (3, 4)
    found[1, 1] = (1, 1)
    found[2, 2] = 100
    weights = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0]], np.float32)
    assert keypoint_errors(points, found, weights) == [
        pytest.approx(np.sqrt(25 / 2 / 2)),
        pytest.approx(1.0),
        None,
    ]


def test_errors_of_keypoints_make_up_the_whole() -> None:
    random = np.random.default_rng(0)
    points, found = random.normal(0, 3, (2, 20, 5, 2)).astype(np.float32)
    weights = (random.uniform(size=(20, 5)) < 0.6).astype(np.float32)

    def loss(truth: Any, predicted: Any, sample_weight: Any) -> float:  # noqa: ARG001
        return 0.0

    whole = scores(points, found, weights, loss)["val_rmse"]  # type: ignore[arg-type]
    parts = np.array(keypoint_errors(points, found, weights), float)
    count = weights.sum(axis=0)
    assert np.sqrt((parts**2 * count).sum() / count.sum()) == pytest.approx(whole)


def test_watched_faces_are_whole_spread_and_the_same_for_a_seed() -> None:
    judged = np.ones((420, 5))
    judged[::2, 0] = 0
    data = data_of(judged, list(range(100, 420)))
    found = watched(data, 3)
    rows = data.validation_rows[found]
    assert len(rows) == WATCHED
    assert (rows % 2 == 1).all()
    # One of each eighth of those that there are.
    np.testing.assert_array_equal((rows - 100) * WATCHED // 320, np.arange(WATCHED))
    np.testing.assert_array_equal(watched(data, 3), found)
    assert any((watched(data, seed) != found).any() for seed in (4, 5))


def test_where_few_faces_are_whole_others_are_watched_as_well() -> None:
    judged = np.zeros((40, 5))
    judged[:, 0] = 1
    judged[[4, 9, 30]] = 1
    rows = watched(data_of(judged, list(range(40))), 0)
    assert {4, 9, 30} < set(rows.tolist())
    assert len(set(rows.tolist())) == WATCHED
    assert watched(data_of(judged, [7, 4]), 0).tolist() == [0, 1]
    assert watched(data_of(judged, []), 0).tolist() == []


def test_changed_copies_are_not_watched() -> None:
    sources = np.array([5, -1, 7, -1])
    assert watched(data_of(np.ones((4, 2)), [0, 1, 2, 3], sources), 0).tolist() == [0, 2]


def test_memory_is_that_of_this_process() -> None:
    before = memory_mb()
    assert before is not None
    held = np.ones(50_000_000)
    after = memory_mb()
    assert after is not None
    assert after - before == pytest.approx(held.nbytes / 1e6, rel=0.2)
    assert gpu_memory_mb(("cpu:0",)) is None


@pytest.mark.trains
@pytest.mark.parametrize("model", ["swift", "seed"])
def test_a_run_keeps_what_it_sees_in_faces_of_its_validation(tmp_path: Path, model: str) -> None:
    project = make_project(tmp_path / "p.fkd", train=30)
    heard: list[tuple[str, dict[str, Any]]] = []
    job = Job(lambda event, data: heard.append((event, data)))
    options = SWIFT["options"] if model == "swift" else {"filters": 4, "blocks": 1}
    config = SWIFT | {"model": model, "options": options, "validation_share": 0.4}
    run = Run.open(project / "runs" / train_run(job, str(project), config)["run"])
    kept = watched_faces(run.folder)
    assert kept is not None
    (*_, last) = [data for event, data in heard if event == "faces"]
    assert last == {"epoch": 2, "rows": kept.rows.tolist(), "points": kept.points.tolist()}
    assert kept.points.shape == (len(kept.rows), 15, 2)
    assert 0 < len(kept.rows) <= WATCHED
    if model == "swift":
        assert set(kept.rows.tolist()) <= set(run.split["validation"])
    assert [data["rows"] for event, data in heard if event == "faces"] == [kept.rows.tolist()] * 2
    record = run.metrics[-1]
    assert len(record["val_keypoints"]) == 15
    assert record["memory_mb"] > 50
    assert record["gpu_memory_mb"] is None
