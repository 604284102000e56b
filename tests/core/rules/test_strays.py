"""Strays: found where looks and labels both say so, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.arrays import Floats, Images
from fkd_core.errors import Cancelled
from fkd_core.jobs import Job
from fkd_core.rules import find_rules
from fkd_core.rules.geometry import in_eye_frame
from fkd_core.rules.strays import find_strays
from fkd_core.rules.tell import look_at
from fkd_core.schema import FKD_15
from tests.helpers.marking import in_picture, lower_nose_and_lip, marked_faces, plain_images, two_looks
from tests.helpers.projects import FOUR

OF_ROW = np.repeat([0, 1, 2], [300, 300, 400]).astype(np.int16)
"""Two stretches of all keypoints, then one of four, from a source whose faces look another way."""

SIBLINGS = [[0, 1], [2]]


def a_file(strays: np.ndarray, *, seed: int) -> Floats:
    """The second rule has brows higher and a wider mouth; strays are marked as in the third source."""
    framed = marked_faces(len(OF_ROW), seed=seed)
    second = (OF_ROW == 1) & ~strays
    framed[second, 6:10, 1] -= 4
    framed[second, 11:13, 0] += [3, -3]
    third = (OF_ROW == 2) | strays
    framed[third] = lower_nose_and_lip(framed, slice(None))[third]
    framed[np.ix_(OF_ROW == 2, [k for k in range(15) if k not in FOUR])] = np.nan
    return framed


def some_strays(share: float, *, seed: int) -> np.ndarray:
    """In the second stretch."""
    return (OF_ROW == 1) & (np.random.default_rng(seed).random(len(OF_ROW)) < share)


def search(framed: Floats, images: Images, *, seed: int = 0, of_row: np.ndarray = OF_ROW) -> np.ndarray:
    framed = in_eye_frame(in_picture(framed, seed=seed), FKD_15)
    looks = look_at(images, of_row, seed=seed)
    return find_strays(framed, of_row, SIBLINGS, looks) != of_row


@pytest.mark.parametrize("seed", range(3))
def test_strays_are_found_and_given_to_the_rule_of_their_source(seed: int) -> None:
    strays = some_strays(0.2, seed=seed)
    points = in_picture(a_file(strays, seed=seed), seed=seed)
    rules = find_rules(points, two_looks((OF_ROW == 2) | strays, seed=seed), FKD_15, seed=seed)
    assert rules.names == ("A", "B", "C")
    np.testing.assert_allclose(rules.changes, [300], atol=3)
    assert rules.strays[strays].mean() >= 0.9
    assert rules.strays[~strays].mean() <= 0.02
    assert (rules.of_row[rules.strays] == 2).all()
    assert (rules.stretches[310:600] == 1).all()
    assert rules.strays_among()["C"]["B"] >= 0.9 * strays.sum()
    assert [len(rule.keypoints) for rule in rules.rules] == [15, 15, 4]
    assert rules.rules[2].faces == (rules.of_row == 2).sum() > 440


def test_few_strays_in_each_stretch_are_found_too() -> None:
    strays = (OF_ROW < 2) & (np.random.default_rng(0).random(len(OF_ROW)) < 0.06)
    found = search(a_file(strays, seed=0), two_looks((OF_ROW == 2) | strays))
    assert found[strays].mean() >= 0.9
    assert found[~strays].mean() <= 0.02


@pytest.mark.parametrize("seed", range(20))
def test_a_file_without_strays_gets_none(seed: int) -> None:
    none = np.zeros(len(OF_ROW), np.bool_)
    assert not search(a_file(none, seed=seed), two_looks(OF_ROW == 2, seed=seed), seed=seed).any()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [0.05, 0.15])
def test_wrong_labels_are_no_strays(seed: int, share: float) -> None:
    framed = a_file(np.zeros(len(OF_ROW), np.bool_), seed=seed)
    random = np.random.default_rng(seed)
    wrong = (OF_ROW < 2) & (random.random(len(OF_ROW)) < share)
    framed[wrong, 2:] = random.uniform(-40, 60, (int(wrong.sum()), 13, 2))
    assert not search(framed, two_looks(OF_ROW == 2, seed=seed), seed=seed).any()


@pytest.mark.parametrize("seed", range(5))
def test_odd_pictures_are_no_strays(seed: int) -> None:
    """A tenth of the second stretch looks like the third but is marked like the rows around it."""
    odd = some_strays(0.1, seed=seed)
    framed = a_file(np.zeros(len(OF_ROW), np.bool_), seed=seed)
    assert not search(framed, two_looks((OF_ROW == 2) | odd, seed=seed), seed=seed).any()


@pytest.mark.parametrize("seed", range(5))
def test_labels_alone_make_no_strays_where_sources_look_alike(seed: int) -> None:
    framed = a_file(some_strays(0.2, seed=seed), seed=seed)
    assert not search(framed, plain_images(len(OF_ROW), seed=seed), seed=seed).any()


def test_a_source_that_most_rows_come_from_is_no_source_of_strays() -> None:
    strays = some_strays(0.7, seed=0)
    assert not search(a_file(strays, seed=0), two_looks((OF_ROW == 2) | strays)).any()


@pytest.mark.parametrize("seed", range(3))
def test_an_ordinary_file_of_two_rules_has_none(seed: int) -> None:
    framed = lower_nose_and_lip(marked_faces(700, seed=seed), slice(430, 700))
    later = np.arange(700) >= 430
    rules = find_rules(in_picture(framed, seed=seed), two_looks(later, seed=seed), FKD_15, seed=seed)
    assert rules.names == ("A", "B")
    assert not rules.strays.any()
    assert len(rules.changes) == 1


def test_a_change_of_keypoints_is_no_change_of_rule_along_rows_that_have_the_same() -> None:
    framed = lower_nose_and_lip(marked_faces(500), slice(200, 500))
    framed[200:, [k for k in range(15) if k not in FOUR]] = np.nan
    rules = find_rules(in_picture(framed), two_looks(np.arange(500) >= 200), FKD_15)
    assert rules.names == ("A", "B")
    assert rules.changes == ()
    assert not rules.strays.any()


def test_rows_that_lack_a_keypoint_or_a_rule_stay_what_they_are() -> None:
    strays = some_strays(0.2, seed=0)
    framed, of_row = a_file(strays, seed=0), OF_ROW.copy()
    lacking, without = np.flatnonzero(strays)[:5], np.flatnonzero(strays)[5:10]
    framed[lacking, 9] = np.nan
    of_row[without] = -1
    found = search(framed, two_looks((OF_ROW == 2) | strays), of_row=of_row)
    assert not found[lacking].any()
    assert not found[without].any()
    assert found[strays].mean() > 0.7


@pytest.mark.parametrize("rows", [0, 5, 40])
def test_few_rows_have_none(rows: int) -> None:
    kept = np.concatenate([np.arange(rows), np.arange(600, 600 + rows)])
    framed = a_file(np.zeros(len(OF_ROW), np.bool_), seed=0)[kept]
    assert not search(framed, two_looks(OF_ROW[kept] == 2), of_row=OF_ROW[kept]).any()


def test_faces_all_alike_have_none() -> None:
    framed = np.repeat(marked_faces(1), len(OF_ROW), axis=0)
    framed[np.ix_(OF_ROW == 2, [k for k in range(15) if k not in FOUR])] = np.nan
    assert not search(framed, two_looks(OF_ROW == 2)).any()


def test_a_stopped_search_stops() -> None:
    images = two_looks(OF_ROW == 2)
    looks = look_at(images, OF_ROW)
    framed = in_eye_frame(in_picture(a_file(OF_ROW == 7, seed=0)), FKD_15)
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        find_strays(framed, OF_ROW, SIBLINGS, looks, job=job)
