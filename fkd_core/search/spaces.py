"""The search spaces that come with the networks."""

from __future__ import annotations

from fkd_core.errors import BadInputError
from fkd_core.search.space import Choices, Range, Space

GREEDY, TPE, GRID = "greedy", "tpe", "grid"
STRATEGIES = (GREEDY, TPE, GRID)

_NOTEBOOK = (
    Choices("learning_rate", (1e-5, 1e-4, 1e-3, 1e-2)),
    Choices("blocks", (1, 2, 3, 4, 5)),
    Choices("filters", (8, 16, 32, 64)),
)
"""What the published notebook searched, in its order."""
_SWIFT = (
    Choices("learning_rate", (6.25e-4, 1.25e-3, 2.5e-3, 5e-3)),
    Choices("batch_size", (32, 64, 128)),
    Choices("width", (16, 24, 32, 48)),
    Choices("depth", (1, 2)),
)
_STEPS = {"seed": _NOTEBOOK, "swift": _SWIFT}
_WIDE = {
    "seed": (Range("learning_rate", 1e-5, 1e-2, log=True), *_NOTEBOOK[1:]),
    "swift": (
        Range("learning_rate", 5e-4, 1e-2, log=True),
        _SWIFT[1],
        Range("width", 16, 48, integer=True),
        _SWIFT[3],
    ),
}


def default_model(strategy: str) -> str:
    """The network that a strategy is for unless one is named: greedy is the notebook's."""
    return "seed" if strategy == GREEDY else "swift"


def default_space(strategy: str, model: str) -> Space:
    """The space of a network for a strategy.

    Raises:
        BadInputError: if none comes with the network.
    """
    if model not in _STEPS:
        raise BadInputError(
            f"no search space comes with the network {model!r}",
            expected="a file that says what to try, or one of: " + ", ".join(_STEPS),
            todo='Give one: --space FILE.json, such as {"model": "swift", "search": {"width": [16, 32]}}',
        )
    return Space(model, (_WIDE if strategy == TPE else _STEPS)[model])
