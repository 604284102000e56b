"""The commands that repeat a run can be typed as they stand."""

from __future__ import annotations

import shlex

from fkd_core.cli.main import COMMANDS
from fkd_core.cli.train import add_arguments
from fkd_core.reporting.commands import commands_of


def test_each_option_is_one_of_the_command() -> None:
    import argparse

    config = {
        "model": "swift", "epochs": None, "minutes": 2.5, "seed": 7, "batch_size": 32, "learning_rate": 1e-3,
        "augment": {"share": 0.5}, "limit": 100, "device": "cpu", "precision": "auto",
        "folds": 3, "options": {},
        "label_weights": {"imputed": 0.3}, "hold_out": "/a b/rows.txt", "validation_share": 0.1,
    }  # fmt: skip
    commands, left = commands_of(config, source="my data.zip", project="é x.fkd", run="run-1", lookup=True)
    assert left == ["validation_share = 0.1", 'augmentation.json: {"share": 0.5}']
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    words = shlex.split(commands[1])
    assert words[:2] == ["fkd", "train"]
    chosen = parser.parse_args(words[2:])
    assert (chosen.minutes, chosen.seed, chosen.limit, chosen.folds) == (2.5, 7, 100, 3)
    assert (chosen.learning_rate, chosen.batch_size, chosen.device) == (1e-3, 32, "cpu")
    assert chosen.augmentation == "augmentation.json"
    assert chosen.label_weights == {"imputed": 0.3}
    assert (str(chosen.hold_out), str(chosen.project), chosen.name) == ("/a b/rows.txt", "é x.fkd", "run-1")
    assert shlex.split(commands[0]) == ["fkd", "import", "my data.zip", "é x.fkd"]
    assert all(shlex.split(command)[1] in COMMANDS for command in commands)
    assert [shlex.split(command)[1] for command in commands] == [
        "import", "train", "evaluate", "submit", "report",
    ]  # fmt: skip


def test_drawn_faces_are_drawn_again() -> None:
    commands, _ = commands_of({}, source="600 drawn", project="d.fkd", run="r", lookup=False, demo=True)
    assert commands[0] == "fkd demo d.fkd"
    assert not any(command.startswith("fkd submit") for command in commands)
