"""Which settings a numbered trial has: pure functions of the space and of the trials before it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

import attrs

from fkd_core.search.space import Settings, Space, Value


@attrs.frozen
class Outcome:
    """How a trial ended.

    Args:
        score: its validation loss, the best or the last one; infinite if it failed or was given up early.
        settings: what it was trained with.
    """

    score: float
    settings: Mapping[str, Value]


@attrs.frozen
class Stage:
    """One step of the greedy search: one setting's values, all else as it was kept before."""

    index: int
    name: str
    first: int
    values: tuple[Value, ...]

    @property
    def numbers(self) -> range:
        """Numbers of its trials."""
        return range(self.first, self.first + len(self.values))


def grid_size(space: Space) -> int:
    """How many trials a grid has."""
    return math.prod(len(parameter.points()) for parameter in space.parameters)


def grid_settings(space: Space, number: int) -> Settings:
    """The settings of a trial of the grid; the last parameter changes quickest."""
    points = itertools.product(*(parameter.points() for parameter in space.parameters))
    return dict(zip(space.names, next(itertools.islice(points, number, None)), strict=True))


def stages(space: Space) -> tuple[Stage, ...]:
    """The steps of a greedy search."""
    found, first = [], 0
    for index, parameter in enumerate(space.parameters):
        values = parameter.points()
        found.append(Stage(index, parameter.name, first, values))
        first += len(values)
    return tuple(found)


def stage_of(space: Space, number: int) -> Stage:
    """The step that a trial belongs to."""
    return next(stage for stage in stages(space) if number in stage.numbers)


def kept(stage: Stage, outcomes: Mapping[int, Outcome]) -> int | None:
    """Number of the trial whose value a step keeps: the lowest score, the first among equals.

    None if no trial of the step has a score.
    """
    there = [number for number in stage.numbers if number in outcomes]
    found = min(there, key=lambda number: outcomes[number].score, default=None)
    return found if found is not None and outcomes[found].score < math.inf else None


def greedy_settings(space: Space, number: int, outcomes: Mapping[int, Outcome]) -> Settings | None:
    """The settings of a trial of a greedy search; None while trials of the steps before it still run.

    Where all trials of a step failed, its setting stays the network's own.

    Args:
        space: what is searched.
        number: of the trial.
        outcomes: of the trials that have ended.
    """
    chosen = space.defaults()
    for stage in stages(space):
        if number in stage.numbers:
            chosen[stage.name] = stage.values[number - stage.first]
            return chosen
        if any(other not in outcomes for other in stage.numbers):
            return None
        best = kept(stage, outcomes)
        if best is not None:
            chosen[stage.name] = outcomes[best].settings[stage.name]
    raise ValueError(f"number must be below {sum(len(s.values) for s in stages(space))}, received {number}")
