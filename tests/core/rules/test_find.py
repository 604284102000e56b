"""Finding rules: those that are there, and no others."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from fkd_core.errors import Cancelled
from fkd_core.jobs import Job
from fkd_core.rules import NO_RULE, find_rules
from fkd_core.schema import FKD_15
from tests.helpers.marking import in_picture, lower_nose_and_lip, marked_faces, plain_images
from tests.helpers.projects import FOUR

REST = [k for k in range(15) if k not in FOUR]


def find(framed: np.ndarray, *, seed: int = 0):
    points = in_picture(framed, seed=seed).astype(np.float32)
    return find_rules(points, plain_images(len(points)), FKD_15, seed=seed)


@pytest.mark.parametrize("seed", range(3))
def test_a_change_of_rule_is_found_within_a_few_rows(seed: int) -> None:
    rules = find(lower_nose_and_lip(marked_faces(700, seed=seed), slice(430, 700)), seed=seed)
    assert rules.names == ("A", "B")
    (first,) = rules.rules[0].rows
    assert first.start == 0
    assert abs(first.stop - 430) <= 3
    assert rules.rules[1].rows == (range(first.stop, 700),)
    assert rules.rules[1].offsets["mouth_center_top_lip"].y == pytest.approx(4, abs=0.8)
    assert rules.rules[1].tell is not None


def test_rows_of_one_source_have_one_rule_in_many_files() -> None:
    for seed in range(30):
        framed = marked_faces(300, seed=seed, noise=1.5)
        framed[np.ix_(np.random.default_rng(seed).random(300) < 0.6, REST)] = np.nan
        assert find(framed, seed=seed).names == ("A",)


def test_rows_of_four_labels_by_the_same_rule_are_no_other_rule() -> None:
    for seed in range(5):
        framed = marked_faces(600, seed=seed)
        framed[200:, REST] = np.nan
        rules = find(framed, seed=seed)
        assert rules.names == ("A",)
        assert rules.rules[0].keypoints == FKD_15.keypoints


def test_rows_of_four_labels_by_another_rule_are_another_rule() -> None:
    framed = lower_nose_and_lip(marked_faces(600), slice(200, 600))
    framed[200:, REST] = np.nan
    framed[50, 14] = np.nan
    framed[400, 10] = np.nan
    rules = find(framed)
    assert [rule.rows for rule in rules.rules] == [(range(200),), (range(200, 600),)]
    assert [len(rule.keypoints) for rule in rules.rules] == [15, 4]
    assert rules.reference == "A"
    assert rules.rules[1].offsets["nose_tip"].y == pytest.approx(3, abs=0.6)


def test_a_rule_that_comes_back_is_one_rule() -> None:
    rules = find(lower_nose_and_lip(marked_faces(900), slice(300, 600)))
    assert rules.names == ("A", "B")
    assert len(rules.rules[0].rows) == 2
    assert abs(rules.rules[1].faces - 300) <= 5


def test_smiles_in_part_of_the_file_are_no_rule() -> None:
    """A third of the later faces smile: their mean moves, no rule does."""
    framed = marked_faces(800)
    smiling = 500 + np.flatnonzero(np.random.default_rng(0).random(300) < 0.35)
    framed[smiling, 11:13] += [0, -5]
    framed[smiling, 14] += [0, 6]
    assert find(framed).names == ("A",)


def test_wrong_labels_do_not_matter() -> None:
    framed = lower_nose_and_lip(marked_faces(700), slice(430, 700))
    random = np.random.default_rng(0)
    wrong = random.random(700) < 0.05
    framed[wrong, 2:] = random.uniform(-40, 60, (int(wrong.sum()), 13, 2))
    framed[100:112, 2:] = 500
    rules = find(framed)
    assert rules.names == ("A", "B")
    assert abs(rules.rules[0].faces - 430) <= 5


@pytest.mark.parametrize("faces", [0, 1, 2, 12, 29, 61])
def test_few_faces_have_one_rule(faces: int) -> None:
    rules = find(marked_faces(faces))
    assert rules.names == ("A",)
    assert rules.rules[0].faces == faces
    assert rules.rules[0].tell is None


def test_without_labels_there_is_one_rule_that_nobody_follows() -> None:
    points = np.full((50, 15, 2), np.nan, np.float32)
    rules = find_rules(points, plain_images(50), FKD_15)
    assert rules.names == ("A",)
    assert (rules.of_row == NO_RULE).all()
    points[7, 3] = 40
    rules = find_rules(points, plain_images(50), FKD_15)
    assert np.flatnonzero(rules.of_row == 0).tolist() == [7]


def test_faces_all_alike_have_one_rule() -> None:
    points = np.repeat(in_picture(marked_faces(1)), 200, axis=0)
    assert find_rules(points, plain_images(200), FKD_15).names == ("A",)


def test_without_eyes_there_is_one_rule() -> None:
    schema = attrs.evolve(FKD_15, keypoints=tuple(f"k{k}" for k in range(15)), pairs=(), groups=())
    points = in_picture(lower_nose_and_lip(marked_faces(200), slice(100, 200)))
    points[:90, REST] = np.nan
    assert find_rules(points, plain_images(200), schema).names == ("A",)


def test_the_same_seed_finds_the_same() -> None:
    framed = lower_nose_and_lip(marked_faces(300), slice(150, 300))
    assert find(framed, seed=4).rules == find(framed, seed=4).rules


def test_what_does_not_fit_is_refused_and_what_is_stopped_stops() -> None:
    points = in_picture(marked_faces(5))
    with pytest.raises(ValueError, match=r"points must be \(4, 15, 2\), received \(5, 15, 2\)"):
        find_rules(points, plain_images(4), FKD_15)
    with pytest.raises(ValueError, match="infinite"):
        find_rules(np.where(np.isfinite(points), np.inf, points), plain_images(5), FKD_15)
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        find_rules(in_picture(marked_faces(100)), plain_images(100), FKD_15, job)
