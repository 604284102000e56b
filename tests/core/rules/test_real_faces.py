"""The competition's download: its fully labelled rows change rule twice, its rows of four labels never."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.importing import import_kaggle
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.rules import Rules, changes, find_rules
from fkd_core.rules.find import _stretches
from fkd_core.rules.geometry import in_eye_frame
from fkd_core.rules.store import source_points
from fkd_core.schema import FKD_15
from tests.helpers.competition import ARCHIVE, competition_points, data_folder

pytestmark = pytest.mark.faces

CHANGES = (1171, 1582)
"""Where the fully labelled rows change rule, as seen by eye in the labels of the file."""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    folder = tmp_path_factory.mktemp("real") / "real.fkd"
    import_kaggle(data_folder() / ARCHIVE, folder, Job())
    with Project(folder) as project:
        return find_rules(source_points(project), project.faces["train"].images, project.schema)


def test_full_rows_change_rule_twice_and_rows_of_four_labels_never(rules: Rules) -> None:
    assert [len(rule.keypoints) for rule in rules.rules] == [15, 15, 15, 4]
    of_row = rules.of_row
    assert len(rules.changes) == len(CHANGES)
    np.testing.assert_allclose(rules.changes, CHANGES, atol=30)
    assert (of_row[2300:] == 3).all()


def test_offsets_are_those_seen_by_eye(rules: Rules) -> None:
    second, third = rules.rules[1].offsets, rules.rules[2].offsets
    assert 2 < second["nose_tip"].y < 3.5
    assert 2.5 < second["mouth_center_top_lip"].y < 3.8
    assert 1.5 < second["left_eye_outer_corner"].x < 2.4
    assert third["mouth_center_top_lip"].y > 5
    assert third["mouth_center_bottom_lip"].y < -1


def test_images_tell_the_rule_far_better_than_a_guess(rules: Rules) -> None:
    for rule in rules.rules:
        assert rule.tell is not None
        assert rule.tell.interval[0] > 2 * rule.tell.chance


def test_strays_of_the_source_of_four_labels_are_found(rules: Rules) -> None:
    """The fully labelled rows are mixed with others of that source; 217 by what is known of the file."""
    counts = rules.strays_among()
    assert counts.keys() == {"D"}
    assert 180 <= sum(counts["D"].values()) <= 240
    assert counts["D"]["C"] > counts["D"]["B"]


def test_hardly_any_row_known_as_genuine_is_called_a_stray(rules: Rules) -> None:
    genuine = np.loadtxt(data_folder() / "validation_rows.txt", dtype=int)
    assert rules.strays[genuine].sum() <= 5


def test_strays_have_mouths_that_the_third_rule_closes(rules: Rules) -> None:
    framed = in_eye_frame(competition_points(), FKD_15)
    lips = framed[:, 14, 1] - framed[:, 13, 1]
    third = rules.stretches == 2
    assert np.nanmedian(lips[third & rules.strays]) > 2 * np.nanmedian(lips[third & ~rules.strays])


@pytest.mark.parametrize("factor", [0.5, 2, 5])
def test_another_penalty_finds_the_same(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing hangs on the exact penalty: from half of it to five times."""
    points = competition_points()
    framed, known = in_eye_frame(points, FKD_15), np.isfinite(points).all(axis=2)
    by_chance = changes._chance_gain
    monkeypatch.setattr(changes, "_chance_gain", lambda *a: factor * by_chance(*a))
    full = np.flatnonzero(known.sum(axis=1) >= 8)
    parts = _stretches(framed, full, 0, Job())
    np.testing.assert_allclose([part[0] for part in parts[1:]], CHANGES, atol=30)
    assert len(_stretches(framed, np.flatnonzero(known.sum(axis=1) < 8), 0, Job())) == 1
