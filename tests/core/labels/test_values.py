"""Edits are checked when they are made."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.labels.values import CHANGE, Edit, OriginKind, State, changes_of


@pytest.mark.parametrize(
    ("origin", "kind"),
    [
        ("human", OriginKind.HUMAN),
        ("corrected", OriginKind.CORRECTED),
        ("imputed:mean", OriginKind.IMPUTED),
        ("predicted:run:2", OriginKind.PREDICTED),
    ],
)
def test_an_origin_is_of_a_kind(origin: str, kind: OriginKind) -> None:
    assert OriginKind.of(origin) is kind


def test_an_origin_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="guessed"):
        OriginKind.of("guessed:run")


def test_an_edit_names_its_faces_once() -> None:
    edit = Edit("move", changes_of([5, 2, 5], [0, 0, 1], [[1, 2], [3, 4], [5, 6]], origin=1))
    assert edit.faces.tolist() == [2, 5]


def test_a_keypoint_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="once"):
        Edit("move", changes_of([1, 1], [3, 3], [[1, 2], [3, 4]], origin=1))


def test_other_arrays_are_refused() -> None:
    with pytest.raises(ValueError, match="dtype CHANGE, received float64"):
        Edit("move", np.zeros(3))


@pytest.mark.parametrize(
    ("x", "y", "state"),
    [
        (np.nan, np.nan, State.VISIBLE),
        (np.nan, 1, State.OCCLUDED),
        (1, 1, State.UNLABELLED),
        (1, 1, State.ABSENT),
        (np.nan, 1, State.UNLABELLED),
        (np.inf, np.inf, State.UNLABELLED),
        (np.inf, 1, State.VISIBLE),
    ],
)
def test_a_value_that_contradicts_its_state_is_refused(x: float, y: float, state: State) -> None:
    with pytest.raises(ValueError, match="need a place"):
        Edit("move", changes_of([1], [3], [[x, y]], origin=1, state=state))


def test_a_state_that_is_none_is_refused() -> None:
    changes = np.zeros(1, CHANGE)
    changes["x"] = changes["y"] = np.nan
    changes["state"] = 4
    with pytest.raises(ValueError, match="received 4"):
        Edit("move", changes)
