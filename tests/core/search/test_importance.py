"""What mattered is found, also where the search went one way."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fkd_core.search.importance import importance
from fkd_core.search.record import FINISHED, SAME, Trial
from fkd_core.search.space import Choices, Range, Space

SPACE = Space(
    "swift",
    (
        Range("learning_rate", 1e-4, 1e-2, log=True),
        Choices("width", (16, 32, 48)),
        Choices("depth", (1, 2)),
    ),
)


def drawn(count: int, seed: int = 0, noise: float = 0.0) -> list[Trial]:
    """Trials of which learning rate matters most, width some, depth nothing."""
    random = np.random.default_rng(seed)
    trials = []
    for number in range(count):
        rate = 10 ** random.uniform(-4, -2)
        width = int(random.choice([16, 32, 48]))
        score = math.exp((math.log10(rate) + 3) ** 2 + 0.1 * (width == 16) + noise * random.normal())
        settings = {"learning_rate": rate, "width": width, "depth": int(random.choice([1, 2]))}
        trials.append(Trial(number, settings, FINISHED, score=score))
    return trials


def test_what_matters_is_told_from_what_does_not() -> None:
    found = importance(SPACE, drawn(40, noise=0.02))
    assert found is not None
    assert found.explained > 0.9
    assert found.shares["learning_rate"] > 0.8
    assert found.shares["depth"] < 0.03
    assert sum(found.shares.values()) == pytest.approx(1)


def test_noise_explains_nothing() -> None:
    trials = drawn(30)
    random = np.random.default_rng(1)
    for trial in trials:
        trial.score = math.exp(random.normal())
    found = importance(SPACE, trials)
    assert found is not None
    assert found.explained < 0.2


def test_a_setting_is_not_blamed_for_its_company() -> None:
    """As in a greedy search, all widths but 32 were tried with a good learning rate alone."""
    rates = [
        Trial(n, {"learning_rate": rate, "width": 32}, FINISHED, score=score)
        for n, (rate, score) in enumerate([(1e-4, 9.0), (1e-3, 1.0), (1e-2, 9.0)])
    ]
    widths = [
        Trial(3 + n, {"learning_rate": 1e-3, "width": w}, FINISHED, score=1.01)
        for n, w in enumerate((16, 48))
    ]
    space = Space("swift", (Choices("learning_rate", (1e-4, 1e-3, 1e-2)), SPACE.parameters[1]))
    found = importance(space, rates + widths)
    assert found is not None
    assert found.shares["learning_rate"] > 0.95


def test_too_few_or_equal_trials_tell_nothing() -> None:
    assert importance(SPACE, drawn(3)) is None
    equal = drawn(8)
    for trial in equal:
        trial.score = 2.0
    assert importance(SPACE, equal) is None
    for trial in (copies := drawn(8)):
        trial.status = SAME
    assert importance(SPACE, copies) is None
