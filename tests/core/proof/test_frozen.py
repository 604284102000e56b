"""Faces set aside for good: human labels alone, never trained on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import BadInputError, ProjectError, ReadOnlyError
from fkd_core.jobs import Job
from fkd_core.labels.values import Edit, State, changes_of
from fkd_core.project import Project
from fkd_core.proof.frozen import FILE, freeze, load_frozen, thaw
from fkd_core.training.config import TrainingConfig
from fkd_core.training.labelled import Labelled
from tests.helpers.projects import FOUR, make_project


def put(
    project: Project, face: int, keypoint: int, at: tuple[float, float], origin: str, reviewed: bool
) -> None:
    """Give a keypoint a value of some origin."""
    code = project.labels.table.origin_code(origin)
    points = np.array([at], np.float32)
    changes = changes_of([face], [keypoint], points, origin=code, state=State.VISIBLE, reviewed=reviewed)
    project.labels.apply(Edit("put", changes))


@pytest.fixture
def project(tmp_path: Path):
    with Project(make_project(tmp_path / "small.fkd", train=30), write=True) as opened:
        yield opened


def test_a_draw_is_repeated_by_its_seed_and_kept(project: Project) -> None:
    made = freeze(project, Job(), count=6, seed=3)
    assert len(made) == 6
    read = load_frozen(project)
    assert read is not None
    np.testing.assert_array_equal(read.rows, made.rows)
    np.testing.assert_array_equal(read.keypoints, made.keypoints)
    thaw(project)
    assert load_frozen(project) is None
    np.testing.assert_array_equal(freeze(project, Job(), count=6, seed=3).rows, made.rows)


def test_filled_values_never_enter_not_even_accepted_ones(project: Project) -> None:
    for origin, accepted in (("imputed:mean", True), ("predicted:run", True), ("imputed:mean", False)):
        put(project, 1, 2, (40.0, 40.0), origin, accepted)
        made = freeze(project, Job(), rows=np.array([0, 1]))
        assert made.keypoints[0].all()
        assert np.flatnonzero(made.keypoints[1]).tolist() == list(FOUR)
        thaw(project)


def test_a_frozen_label_counts_as_it_was_put_right_and_not_once_it_is_filled_in(project: Project) -> None:
    made = freeze(project, Job(), rows=np.array([0, 3]))
    put(project, 0, 4, (33.0, 44.0), "corrected", True)
    put(project, 3, 5, (50.0, 50.0), "imputed:mean", False)
    truth = made.truth(project)
    np.testing.assert_array_equal(truth[0, 4], (33, 44))
    assert np.isnan(truth[1, 5]).all()
    assert np.isfinite(truth).all(axis=2).sum() == made.points - 1


def test_training_gives_filled_values_of_frozen_faces_no_weight_whatever_was_asked(project: Project) -> None:
    for face in (1, 2):
        put(project, face, 2, (40.0, 40.0), "imputed:mean", True)
    freeze(project, Job(), rows=np.array([1]))
    weights = Labelled.of(project, TrainingConfig(label_weights={"imputed": 1.0})).weights
    assert weights[1, 2] == 0
    assert weights[2, 2] == 1
    assert (weights[1, list(FOUR)] == 1).all()


def test_what_cannot_be_frozen_is_refused(project: Project) -> None:
    with pytest.raises(BadInputError, match="every labelled face"):
        freeze(project, Job(), rows=np.arange(30))
    assert load_frozen(project) is None
    freeze(project, Job(), count=3)
    with pytest.raises(ProjectError, match="already"):
        freeze(project, Job(), count=3)


def test_a_reader_freezes_nothing(project: Project) -> None:
    with Project(project.folder) as reader:
        with pytest.raises(ReadOnlyError):
            freeze(reader, Job(), count=3)
        with pytest.raises(ReadOnlyError):
            thaw(reader)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 99}, "newer version"),
        ({"fingerprint": "0"}, "other faces"),
        ({"faces": [{"row": 99, "keypoints": []}]}, "damaged"),
        ({"faces": [{"row": 3, "keypoints": ["third_eye"]}]}, "damaged"),
        ({"faces": []}, "damaged"),
        ({"faces": 7}, "damaged"),
    ],
)
def test_a_damaged_set_is_refused_by_name(project: Project, change: dict[str, object], said: str) -> None:
    freeze(project, Job(), count=3)
    path = project.folder / FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ProjectError, match=said) as caught:
        load_frozen(project)
    assert caught.value.where == path
