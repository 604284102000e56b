from __future__ import annotations

import json
from typing import Any

import pytest

from fkd_core.augment.random import PRESETS, AugmentConfig
from fkd_core.errors import BadInputError
from fkd_core.training.config import TrainingConfig


def test_survives_the_way_to_a_file_and_back() -> None:
    config = TrainingConfig(
        model="seed", minutes=2.5, seed=3, augment=AugmentConfig(rotation=5), options={"blocks": 2}, limit=50
    )
    assert TrainingConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"model": "resnet"}, "swift, seed"),
        ({"epochs": 0}, "epochs.*found 0"),
        ({"epochs": 2, "minutes": 1.0}, "one of the two"),
        ({"minutes": 0.0}, "minutes"),
        ({"minutes": float("nan")}, "minutes"),
        ({"seed": -1}, "seed.*found -1"),
        ({"batch_size": 0}, "batch_size"),
        ({"learning_rate": -1.0}, "learning_rate"),
        ({"limit": 0}, "limit"),
        ({"augment": "wild"}, "default, notebook, none"),
        ({"precision": "float8"}, "auto, float32, bfloat16"),
        ({"options": {"layers": 3}}, "layers"),
        ({"label_weights": {"imputed": 2.0}}, "label_weights, imputed"),
        ({"label_weights": {"guessed": 0.5}}, "no such origin of labels"),
        ({"folds": 1}, "folds"),
        ({"wat": 1}, "wat"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(values: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        TrainingConfig.from_dict(values)


def test_settings_of_another_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="received 7"):
        TrainingConfig(augment=7)  # type: ignore[arg-type]  # what is tested


def test_own_choices_take_the_place_of_the_recipes() -> None:
    recipe = TrainingConfig(model="seed", batch_size=7, learning_rate=0.5).recipe()
    assert (recipe.batch_size, recipe.learning_rate, recipe.patience) == (7, 0.5, 15)
    assert TrainingConfig(model="seed").recipe().batch_size == 32


def test_a_network_that_needs_every_keypoint_keeps_faces_whole() -> None:
    assert TrainingConfig(model="seed", augment="default").augmentation().whole
    assert TrainingConfig(augment="default").augmentation() == PRESETS["default"]
