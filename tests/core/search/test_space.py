"""Search spaces from files: what is wrong is told with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fkd_core.errors import BadInputError
from fkd_core.search.config import SearchConfig
from fkd_core.search.space import Choices, Range, Space, read_space
from fkd_core.search.spaces import STRATEGIES, default_space

GOOD: dict[str, Any] = {
    "model": "swift",
    "search": {"width": [16, 32], "learning_rate": {"low": 1e-4, "high": 1e-2, "log": True}},
    "fixed": {"batch_size": 32},
}


def test_a_space_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "space.json"
    path.write_text(json.dumps(GOOD))
    space = read_space(path)
    assert space.parameters == (
        Choices("width", (16, 32)),
        Range("learning_rate", 1e-4, 1e-2, log=True),
    )
    assert Space.from_dict(space.to_dict()) == space
    assert space.training({"width": 16}) == {"model": "swift", "batch_size": 32, "options": {"width": 16}}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("model", ["seed", "swift"])
def test_the_spaces_that_come_along_can_be_searched(strategy: str, model: str) -> None:
    config = SearchConfig(strategy, default_space(strategy, model))
    assert SearchConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config
    assert config.total > 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"search": {}}, "search: this search space.*settings with values to try, at least one"),
        ({"serach": {}}, "expected model, search and perhaps fixed, found serach"),
        ({"model": "huge"}, "no model called 'huge'"),
        ({"search": {"widht": [1]}}, "widht: .*a setting of 'swift': .*width, depth, found widht"),
        ({"search": {"width": []}}, "width: .*at least one, found \\[\\]"),
        ({"search": {"width": [16, 16]}}, "width: .*each value once"),
        ({"search": {"width": 16}}, r"width: .*a list such as \[16, 32\].*found 16"),
        ({"search": {"width": {"low": 32, "high": 16}}}, "low below high, found 32 and 16"),
        ({"search": {"width": {"low": "a", "high": 16}}}, "width, low: .*a number, found a"),
        ({"search": {"width": {"low": 0, "high": 16, "log": True}}}, "width, low: .*above 0"),
        ({"search": {"width": {"low": 1, "high": 16, "count": 1}}}, "count: .*2 or more, found 1"),
        ({"search": {"width": {"low": 1, "high": 16, "steps": 1}}}, "low, high .*found steps"),
        ({"search": {"learning_rate": [0.1, 50.0]}}, "learning_rate: .*0 to 10|learning_rate.*found 50"),
        ({"search": {"batch_size": [0]}, "fixed": {}}, "batch_size.*found 0"),
        ({"search": {"augment": ["wild"]}}, "no augmentation called 'wild'"),
        ({"fixed": {"width": 16}}, "width: .*either a value to keep or values to search"),
        ({"search": {"validation_share": [0.1]}}, "a setting of 'swift'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        Space.from_dict(GOOD | change, "space.json")


@pytest.mark.parametrize(
    ("content", "said"), [("{", "no JSON"), ("[]", "an object like"), (None, "cannot be read")]
)
def test_a_file_that_is_no_space_is_told(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "space.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadInputError, match=rf"space.json: .*{said}"):
        read_space(path)


def test_a_range_has_points_for_a_grid() -> None:
    assert Range("learning_rate", 1e-4, 1e-1, log=True).points() == (1e-4, 1e-3, 1e-2, 1e-1)
    assert Range("width", 16, 18, integer=True).points() == (16, 17, 18)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"strategy": "random"}, "strategy: .*greedy, tpe, grid, found random"),
        ({"keep": "first"}, "keep: "),
        ({"trials": 5}, "strategy grid: .*all 48 of its space|the number of trials cannot be chosen"),
        ({"prune": "soon"}, "prune: .*median, none, or a percentage"),
        ({"prune": "100"}, "prune: "),
        ({"epochs": 3, "minutes": 2.0}, "one of the two"),
        ({"epochs": 0}, "epochs"),
    ],
)
def test_searches_that_cannot_be_made_are_refused(settings: dict[str, Any], said: str) -> None:
    space = default_space("grid", "swift")
    with pytest.raises(BadInputError, match=said):
        SearchConfig(**({"strategy": "grid", "space": space} | settings))
