"""Change points: where they are, and none where rows are of one source."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.errors import Cancelled
from fkd_core.jobs import Job
from fkd_core.rules.changes import change_points
from fkd_core.rules.geometry import normal_scores


def noise(rows: int, columns: int = 6, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, columns))


@pytest.mark.parametrize("seed", range(5))
def test_changes_are_found_where_they_are(seed: int) -> None:
    values = noise(1000, seed=seed)
    values[400:] += [1, -1, 0, 0, 0.5, 0]
    values[650:] += [0, 1, 1, 0, 0, 0]
    found = change_points(normal_scores(values), smallest=50)
    assert len(found) == 2
    np.testing.assert_allclose(found, [400, 650], atol=10)


def test_heavy_tailed_rows_of_one_source_have_no_change() -> None:
    """The penalty lets one false change through in a hundred files; what follows it catches that one."""
    false = 0
    for seed in range(40):
        values = np.random.default_rng(seed).standard_t(2, size=(400, 6))
        false += bool(change_points(normal_scores(values), smallest=30, seed=seed))
    assert false <= 2


def test_runs_of_like_rows_have_no_change() -> None:
    """Twelve frames of each person after one another, as in faces cut from videos."""
    false = [
        change_points(normal_scores(np.repeat(noise(80, 4, seed=seed), 12, axis=0)), smallest=48)
        for seed in range(10)
    ]
    assert sum(map(bool, false)) <= 1


def test_many_changes_do_not_hide_each_other() -> None:
    values = noise(1200, seed=2)
    values[np.arange(1200) // 120 % 2 == 1] += 1.2
    found = change_points(normal_scores(values), smallest=60)
    np.testing.assert_allclose(found, np.arange(120, 1200, 120), atol=6)


def test_wrong_labels_neither_make_nor_move_a_change() -> None:
    values = noise(800, seed=1)
    values[300:] += 1
    values[600:610] = 1e6
    values[::40] = -1e6
    found = change_points(normal_scores(values), smallest=60)
    assert len(found) == 1
    assert abs(found[0] - 300) <= 3


def test_long_files_are_looked_at_in_steps() -> None:
    values = noise(40_000, 2)
    values[24_000:] += 0.5
    found = change_points(values, smallest=2000)
    assert len(found) == 1
    assert abs(found[0] - 24_000) <= 50


def test_constant_and_few_rows_have_no_change() -> None:
    assert change_points(np.zeros((500, 4)), smallest=30) == []
    assert change_points(noise(59), smallest=30) == []
    assert change_points(np.zeros((0, 4)), smallest=30) == []


def test_the_same_seed_finds_the_same() -> None:
    values = noise(500, seed=3) + np.linspace(0, 1, 500)[:, None]
    first = change_points(values, smallest=30, seed=5)
    assert first
    assert first == change_points(values, smallest=30, seed=5)


def test_what_cannot_be_is_refused_and_what_is_stopped_stops() -> None:
    with pytest.raises(ValueError, match="smallest must be at least 2, received 1"):
        change_points(noise(10), smallest=1)
    with pytest.raises(ValueError, match="finite"):
        change_points(np.full((100, 2), np.nan), smallest=10)
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        change_points(noise(100), smallest=10, job=job)
