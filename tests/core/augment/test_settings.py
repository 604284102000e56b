"""Settings of the augmentation: what they accept, what they say of what they do not, and their files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from fkd_core.augment.changes import NUMBERS, SPECS
from fkd_core.augment.presets import (
    FILE,
    PRESETS,
    delete_preset,
    name_of,
    named,
    own_presets,
    read_settings,
    save_preset,
    write_settings,
)
from fkd_core.augment.settings import AugmentConfig, Change, usual
from fkd_core.errors import BadInputError

NOTABLE = AugmentConfig.from_dict({"gamma": {"low": 0.5, "high": 2, "probability": 0.25}, "blur": 1.5})


def test_every_change_of_the_issue_is_there() -> None:
    wanted = {"rotation", "shift", "scale", "mirror", "perspective", "brightness", "contrast", "gamma"}
    assert set(SPECS) == wanted | {"noise", "blur", "occlusion", "elastic"}
    assert sorted(NUMBERS.values()) == list(range(12))


@pytest.mark.parametrize("name", list(SPECS))
def test_what_a_change_begins_with_can_be_used_and_is_reached_by_its_slider(name: str) -> None:
    spec = SPECS[name]
    config = AugmentConfig.from_dict({name: True})
    assert config.active == (name,)
    assert spec.lowest <= spec.slider[0] <= spec.low <= spec.high <= spec.slider[1] <= spec.highest
    assert name in config.describe()
    assert AugmentConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"rotation": 5}, Change(True, -5, 5)),
        ({"rotation": 0}, usual("rotation")),
        ({"rotation": {"high": 3}}, Change(True, -15, 3)),
        ({"rotation": {"on": False, "low": 1, "high": 2}}, Change(False, 1, 2)),
        ({"rotation": False}, usual("rotation")),
        ({"mirror": 0.25}, Change(True, 1, 1, 0.25)),
        ({"noise": 7}, Change(True, 0, 7)),
    ],
)
def test_ways_to_write_a_change(given: dict[str, Any], expected: Change) -> None:
    (name,) = given
    assert AugmentConfig.from_dict(given).change(name) == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rotation": {"low": 5, "high": -5}}, "rotation, low.*at most.*-5, found 5"),
        ({"rotation": {"low": -500}}, "rotation, low.*-180 to 180, found -500"),
        ({"blur": {"probability": 1.5}}, "blur, probability.*0 to 1, found 1.5"),
        ({"blur": {"probability": True}}, "blur, probability.*found True"),
        ({"blur": {"on": "yes"}}, "blur, on.*true or false, found yes"),
        ({"blur": {"size": 3}}, "blur, size.*on, low, high, probability"),
        ({"gamma": 2}, "gamma.*found 2"),
        ({"gamma": {"low": 0}}, "gamma, low.*0.2 to 5, found 0"),
        ({"elastic": [1, 2]}, "elastic.*a number, or an object"),
        ({"wobble": 1}, "wobble.*share, rotation"),
        ({"share": "half"}, "share.*0 to 1, found half"),
        ({"whole": 1}, "whole.*true or false, found 1"),
        ({"version": 2}, "version.*found 2"),
        ({"noise": {"high": float("nan")}}, "noise, high.*found nan"),
    ],
)
def test_what_cannot_be_used_is_named_with_what_would_be_right(given: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        AugmentConfig.from_dict(given)


def test_same_batches_are_told_whatever_is_set_but_off() -> None:
    default = PRESETS["default"]
    blur_off = attrs.evolve(default, blur=Change(False, 0, 2))
    assert default != blur_off
    assert default.same_as(blur_off)
    assert name_of(blur_off, {}) == "default"
    assert not default.same_as(attrs.evolve(default, blur=Change(True, 0, 2)))
    assert not default.same_as(attrs.evolve(default, whole=True))
    assert name_of(NOTABLE, {"mine": NOTABLE}) == "mine"
    assert name_of(NOTABLE, {}) is None


def test_settings_in_words() -> None:
    assert PRESETS["none"].describe() == "no change"
    assert PRESETS["notebook"].describe() == "75% of the faces: rotation ±15°, shift ±15 px"
    assert NOTABLE.describe() == "gamma ×0.5 to ×2 in 25 %, blur up to 1.5 px"


def test_own_presets_are_kept_in_the_project_by_name(tmp_path: Path) -> None:
    assert own_presets(tmp_path) == {}
    save_preset(tmp_path, "soft light", NOTABLE)
    save_preset(tmp_path, "b", PRESETS["notebook"])
    assert own_presets(tmp_path) == {"b": PRESETS["notebook"], "soft light": NOTABLE}
    assert named(tmp_path, "soft light") == NOTABLE
    assert named(tmp_path, "default") == PRESETS["default"]
    save_preset(tmp_path, "b", NOTABLE)
    assert own_presets(tmp_path)["b"] == NOTABLE
    delete_preset(tmp_path, "b")
    assert list(own_presets(tmp_path)) == ["soft light"]
    with pytest.raises(BadInputError, match=r"no augmentation called 'b'.*soft light"):
        delete_preset(tmp_path, "b")
    with pytest.raises(BadInputError, match="belongs to FKD"):
        save_preset(tmp_path, "default", NOTABLE)
    with pytest.raises(
        BadInputError, match=r"no augmentation called 'b'.*default, notebook, none, soft light"
    ):
        named(tmp_path, "b")


def test_settings_go_through_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    write_settings(path, NOTABLE)
    assert read_settings(path) == NOTABLE == named(tmp_path, str(path))
    assert json.loads(path.read_text())["version"] == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "this is no JSON"),
        ("[1]", "holds no settings.*found list"),
        ('{"version": 9}', "later version.*found 9"),
        ('{"rotation": 400}', r"file\.json, rotation: this augmentation cannot be used.*found 400"),
    ],
)
def test_files_that_cannot_be_used_say_why_and_where(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(BadInputError, match=message):
        read_settings(path)
    with pytest.raises(BadInputError, match=r"cannot be read.*no such file"):
        read_settings(tmp_path / "none.json")


def test_damaged_presets_are_told_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text('{"presets": 3}')
    with pytest.raises(BadInputError, match=r"cannot be read.*presets.*found int"):
        save_preset(tmp_path, "mine", NOTABLE)
    assert path.read_text() == '{"presets": 3}'
