from __future__ import annotations

import attrs
import numpy as np
import pytest

from fkd_core.arrays import Points
from fkd_core.impute.context import Context, Filling, Seen
from fkd_core.impute.model import FEWEST, model
from fkd_core.jobs import Job
from tests.core.impute.faces import HIDDEN, cut_down, plain_faces


@attrs.frozen(eq=False)
class Case:
    """Faces, labels of which some rows lack keypoints, and a network that sees all of a face off alike."""

    truth: Points
    points: Points
    seen: Seen
    tested: slice

    def off(self, points: Points) -> float:
        return float(np.sqrt(np.mean((points - self.truth)[self.tested][:, HIDDEN] ** 2)))


def case(*, unseen: int = 300, tested: int = 300, common: float = 2.0, std: float = 1.0) -> Case:
    count = unseen + tested
    random = np.random.default_rng(3)
    truth = plain_faces(count)
    shift = random.normal(0, common, (count, 1, 2)) + random.normal(0, 0.3, (count, 15, 2))
    points = np.concatenate([truth[:unseen], cut_down(truth[unseen:])])
    fair = np.arange(count) < unseen
    seen = Seen((truth - shift).astype(np.float32), np.full((count, 15), std, np.float32), fair)
    return Case(truth, points, seen, slice(unseen, None))


def said(case: Case, **more: object) -> tuple[Filling, list[str]]:
    lines: list[str] = []
    job = Job(lambda event, data: lines.append(data["text"]) if event == "log" else None)
    return model(case.points, Context(seen=case.seen, job=job, **more)), lines


def test_the_known_labels_move_the_missing_keypoints() -> None:
    made = case()
    filling, lines = said(made)
    assert made.off(made.seen.points) > 1.5
    assert made.off(filling.points) < 0.5
    assert lines == ["model: how labels differ from predictions is known from 300 faces that it never saw"]


def test_a_wrong_label_does_not_move_them() -> None:
    made = case(common=0.3)
    made.points[made.tested, 1] += 30
    assert made.off(said(made)[0].points) < made.off(made.seen.points) + 0.1


def test_wrong_labels_in_the_rows_learnt_from_hardly_matter() -> None:
    made = case()
    random = np.random.default_rng(5)
    hit = random.random((300, 15)) < 0.02
    made.points[:300][hit] += random.normal(0, 25, (int(hit.sum()), 2)).astype(np.float32)
    assert made.off(said(made)[0].points) < 0.6


def test_the_deviations_are_true_in_the_networks_own_units() -> None:
    made = case()
    hard = np.arange(600) % 2 == 0
    seen, truth = made.seen, made.truth
    points = np.where(hard[:, None, None], truth + 3 * (seen.points - truth), seen.points)
    std = np.where(hard[:, None], 3 * seen.std, seen.std)
    made = attrs.evolve(made, seen=Seen(points.astype(np.float32), std, seen.unseen))
    filling = said(made)[0]
    assert filling.variance is not None
    gap = (filling.points - truth)[300:, HIDDEN]
    spread = np.sqrt(filling.variance[300:, HIDDEN].mean(axis=2))
    assert spread[::2].mean() > 2 * spread[1::2].mean()
    for half in (slice(0, None, 2), slice(1, None, 2)):
        inside = np.hypot(gap[half, :, 0], gap[half, :, 1]) <= 2.146 * spread[half]
        assert 0.85 <= inside.mean() <= 0.98


def test_the_offset_of_another_rule_does_not_move_the_missing_keypoints() -> None:
    made = case(common=0.3)
    rules = np.repeat([0, 1], 300)
    made.points[made.tested] += 4
    context = {"rules": rules, "rule_names": ("A", "D")}
    filling, lines = said(made, **context)
    assert lines[1:] == [
        "model: how they differ on average under rule D is known from faces that it was trained on"
    ]
    assert made.off(filling.points) < 0.35
    assert made.off(said(made)[0].points) > 1


def test_a_rule_with_rows_that_the_network_never_saw_needs_no_others() -> None:
    made = case(common=0.3)
    made.points[made.tested] += 4
    unseen = made.seen.unseen.copy()
    unseen[300 : 300 + FEWEST] = True
    made = attrs.evolve(made, seen=attrs.evolve(made.seen, unseen=unseen))
    filling, lines = said(made, rules=np.repeat([0, 1], 300), rule_names=("A", "D"))
    assert lines == ["model: how labels differ from predictions is known from 320 faces that it never saw"]
    assert made.off(filling.points) < 2


def test_under_a_rule_that_was_asked_for_only_the_common_difference_is_added() -> None:
    made = case()
    answer = made.seen.points + np.float32(10)
    made = attrs.evolve(made, seen=attrs.evolve(made.seen, answer=answer))
    assert made.off(said(made)[0].points - np.float32(10)) < 0.5


def test_a_network_that_states_no_deviations_counts_in_pixels() -> None:
    made = case()
    silent = np.full_like(made.seen.std, np.nan)
    made = attrs.evolve(made, seen=attrs.evolve(made.seen, std=silent))
    filling = said(made)[0]
    assert made.off(filling.points) < 0.5
    assert np.isfinite(filling.variance).all()


def test_without_rows_that_it_never_saw_the_network_alone_answers() -> None:
    made = case(std=1.5)
    made = attrs.evolve(made, seen=attrs.evolve(made.seen, unseen=np.zeros(600, bool)))
    filling, lines = said(made)
    np.testing.assert_array_equal(filling.points[300:, HIDDEN], made.seen.points[300:, HIDDEN])
    np.testing.assert_allclose(filling.variance[300:, HIDDEN], 2.25)
    assert lines == ["model: it has seen every labelled face, so a face’s own labels do not move its answer"]


def test_a_row_without_labels_gets_what_the_network_sees() -> None:
    made = case(common=0.0)
    made.points[400] = np.nan
    filling = said(made)[0]
    assert np.abs(filling.points[400] - made.seen.points[400]).max() < 0.2


def test_rows_that_lack_a_keypoint_must_be_predicted() -> None:
    made = case()
    made.seen.points[345] = np.nan
    with pytest.raises(ValueError, match="received no prediction of row 345"):
        said(made)
    made.seen.points[12] = np.nan  # a row that lacks none need not be
    made.seen.points[345] = 0
    said(made)


def test_nothing_seen_is_refused() -> None:
    with pytest.raises(ValueError, match=r"seen must have points \(3, 15, 2\), received None"):
        model(plain_faces(3), Context())
    with pytest.raises(ValueError, match="std, unseen and answer must be"):
        Seen(plain_faces(3), np.ones((3, 14), np.float32), np.ones(3, bool))
