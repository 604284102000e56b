"""Mistakes made on purpose are found, told apart and put into words."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.review.queue import ACCEPTED, Queue
from fkd_core.review.reasons import why
from fkd_core.review.suspicion import Suspicion, judge
from fkd_core.schema import FKD_15
from tests.core.review.faces import Faces, faces

MIRROR = list(FKD_15.mirror)
NOSE = FKD_15.index("nose_tip")
SHIFTED, EXCHANGED, ANOTHERS, PAIR, LIPS = 30, 60, 90, 120, 150
SPOILED = [SHIFTED, EXCHANGED, ANOTHERS, PAIR, LIPS]


@pytest.fixture(scope="module")
def spoiled() -> Faces:
    made = faces()
    made.std[SPOILED] = 1.0
    made.seen[SPOILED] = made.labels[SPOILED]
    labels = made.labels
    labels[SHIFTED, NOSE] += [0, -9]
    labels[EXCHANGED] = labels[EXCHANGED, MIRROR]
    labels[ANOTHERS] += [6, 5]
    pair = [FKD_15.index("left_eye_center"), FKD_15.index("right_eye_center")]
    labels[PAIR, pair] = labels[PAIR, pair[::-1]]
    lips = [FKD_15.index("mouth_center_top_lip"), FKD_15.index("mouth_center_bottom_lip")]
    labels[LIPS, lips] = labels[LIPS, lips[::-1]]
    return made


@pytest.fixture(scope="module")
def suspicion(spoiled: Faces) -> Suspicion:
    return judge(spoiled.labels, spoiled.seen, spoiled.std, mirror=MIRROR)


def queue(spoiled: Faces, suspicion: Suspicion, settled: np.ndarray | None = None) -> Queue:
    none = np.zeros(spoiled.labels.shape[:2], np.bool_)
    marked = none if settled is None else settled
    return Queue.of(suspicion, spoiled.labels, spoiled.seen, marked, FKD_15, "run")


def test_all_of_them_come_first(spoiled: Faces, suspicion: Suspicion) -> None:
    found = queue(spoiled, suspicion)
    assert {finding.row for finding in found.findings[:5]} == set(SPOILED)
    assert min(finding.suspicion for finding in found.findings[:5]) > 0.9
    assert sorted(finding.row for finding in found.findings) == list(range(400))
    levels = [finding.suspicion for finding in found.findings]
    assert levels == sorted(levels, reverse=True)
    assert np.median(levels) < 0.02
    wrong = 1 + 12 + 15 + 2 + 2
    assert found.expected == pytest.approx(wrong, rel=0.5)


def test_each_label_is_judged_by_itself(suspicion: Suspicion) -> None:
    level = suspicion.level
    assert level[SHIFTED].argmax() == NOSE
    assert np.delete(level[SHIFTED], NOSE).max() < 0.2
    # What lies on the midline is right where left and right are exchanged.
    sided = np.array(MIRROR) != np.arange(15)
    assert level[EXCHANGED, sided].min() > 0.95
    assert level[EXCHANGED, ~sided].max() < 0.2
    assert level[ANOTHERS].min() > 0.9


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (SHIFTED, "px above where the model sees it"),
        (EXCHANGED, "left and right look swapped"),
        (ANOTHERS, "all labels lie elsewhere, 8 px at their middle: perhaps another face's"),
        (PAIR, "left and right eye center look swapped"),
        (LIPS, "mouth center top lip and mouth center bottom lip look swapped"),
    ],
)
def test_it_says_why(spoiled: Faces, suspicion: Suspicion, row: int, words: str) -> None:
    finding = next(found for found in queue(spoiled, suspicion).findings if found.row == row)
    assert words in finding.why
    if row == SHIFTED:
        assert finding.keypoint == "nose_tip"


def test_what_a_person_settled_is_last_and_not_suspicious(spoiled: Faces, suspicion: Suspicion) -> None:
    settled = np.zeros(spoiled.labels.shape[:2], np.bool_)
    settled[EXCHANGED] = True
    settled[SHIFTED, NOSE] = True
    found = queue(spoiled, suspicion, settled)
    assert found.findings[-1].row == EXCHANGED
    assert found.findings[-1].suspicion == 0
    assert found.findings[-1].why == ACCEPTED
    # The other labels of that face are still looked at.
    shifted = next(finding for finding in found.findings if finding.row == SHIFTED)
    assert shifted.keypoint != "nose_tip"
    assert np.isfinite(found.level[0]).all()
    assert found.expected < queue(spoiled, suspicion).expected - 12


def test_hard_faces_are_not_taken_for_mistakes(spoiled: Faces, suspicion: Suspicion) -> None:
    hard = np.setdiff1d(np.flatnonzero(spoiled.std[:, 0] > 2), SPOILED)
    assert len(hard) > 20
    assert np.nanmax(suspicion.level[hard]) < 0.5


def test_pictures_of_the_same_face_speak_against_each_other() -> None:
    made = faces(seed=3)
    made.std[:2] = 4.0
    made.labels[1] = made.labels[0]
    made.seen[:2] = made.labels[0]
    made.labels[0, NOSE] += [9, 0]
    same = np.arange(400)
    same[1] = 0
    alone = judge(made.labels, made.seen, made.std, mirror=MIRROR)
    together = judge(made.labels, made.seen, made.std, mirror=MIRROR, same_face=same)
    reason = why(together, made.labels, FKD_15, 0, NOSE)
    assert reason == "9.0 px from where the same face is marked in row 1"
    assert np.isnan(alone.apart).all()
    assert together.level[0, NOSE] > 0.5 > alone.level[0, NOSE]
    assert together.level[1, NOSE] < 0.1


def test_without_a_network_the_shape_is_weighed(spoiled: Faces) -> None:
    found = judge(spoiled.labels, mirror=MIRROR)
    assert found.level[SHIFTED].argmax() == NOSE
    assert "px above where the other labels of the face put it" in why(
        found, spoiled.labels, FKD_15, SHIFTED, NOSE
    )


def test_a_label_that_nobody_can_judge_is_in_the_queue_all_the_same() -> None:
    made = faces(50)
    made.labels[7, 1:] = np.nan
    made.seen[7] = np.nan
    found = judge(made.labels, made.seen, made.std, mirror=MIRROR)
    finding = next(f for f in queue(made, found).findings if f.row == 7)
    assert finding.suspicion == 0
    assert finding.why == "nothing to compare it with"


def test_arrays_that_do_not_fit_are_refused(spoiled: Faces) -> None:
    with pytest.raises(ValueError, match="seen and std must be"):
        judge(spoiled.labels, spoiled.seen[:5], spoiled.std[:5])
