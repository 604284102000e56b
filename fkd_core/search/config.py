"""A search as it was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from fkd_core.errors import BadInputError
from fkd_core.models import registry
from fkd_core.search.space import Settings, Space
from fkd_core.search.spaces import GREEDY, GRID, STRATEGIES, TPE
from fkd_core.search.strategies import grid_size, stages
from fkd_core.training.config import TrainingConfig

BEST, LAST = "best", "last"
TRIALS = 30
"""Trials of a search by TPE unless the user says otherwise."""
NO_PRUNING, MEDIAN = "none", "median"


@attrs.frozen
class SearchConfig:
    """What to search, how, and how long a trial trains.

    Args:
        strategy: `greedy`, `tpe` or `grid`.
        space: the network and its settings to try.
        keep: what a trial counts by, its `best` or its `last` validation loss.
        trials: how many; for `tpe` alone, the others have as many as their space.
        epochs: of a trial; the network's own where minutes are not given either.
        minutes: of a trial; not together with `epochs`.
        seed: of the split, the weights, the batches, and of TPE.
        limit: train on this many faces, drawn with the seed.
        device: see `TrainingConfig`.
        hold_out: absolute path of a list of rows to validate on.
        prune: `median`, a percentage as text (`25` leaves only trials among the best quarter), or `none`.
        warm_up: epochs in which no trial is given up.

    Raises:
        BadInputError: if a value cannot be used.
    """

    strategy: str
    space: Space
    keep: str = BEST
    trials: int | None = None
    epochs: int | None = None
    minutes: float | None = None
    seed: int = 0
    limit: int | None = None
    device: str = "auto"
    hold_out: str | None = None
    prune: str = MEDIAN
    warm_up: int = 3

    def __attrs_post_init__(self) -> None:
        _one_of("strategy", self.strategy, STRATEGIES)
        _one_of("keep", self.keep, (BEST, LAST))
        if self.trials is not None and self.strategy != TPE:
            raise BadInputError(
                "the number of trials cannot be chosen",
                where=f"strategy {self.strategy}",
                expected=f"all {self.total} of its space",
                found=self.trials,
                todo="Leave the number out, give a smaller space, or search by tpe",
            )
        if self.trials is not None and self.trials < 1:
            raise BadInputError("this search cannot be made", expected="1 trial or more", found=self.trials)
        if self.warm_up < 0:
            raise BadInputError("this search cannot be made", where="warm_up", expected="0 or more epochs")
        self.percentile()
        self.training({})

    @property
    def total(self) -> int:
        """How many trials it has."""
        if self.strategy == GRID:
            return grid_size(self.space)
        if self.strategy == GREEDY:
            return sum(len(stage.values) for stage in stages(self.space))
        return self.trials or TRIALS

    @property
    def epochs_planned(self) -> int | None:
        """Epochs of a trial; None where it trains by time."""
        if self.minutes is not None:
            return None
        return self.epochs or registry.get(self.space.model).recipe.epochs

    def percentile(self) -> float | None:
        """A trial goes on while it is among the best so many percent at its epoch; None for always.

        Raises:
            BadInputError: if `prune` is neither a word nor such a number.
        """
        if self.prune == NO_PRUNING:
            return None
        if self.prune == MEDIAN:
            return 50.0
        try:
            value = float(self.prune)
        except ValueError:
            value = -1
        if not 0 < value < 100:
            raise BadInputError(
                "trials cannot be given up by this rule",
                where="prune",
                expected="median, none, or a percentage between 0 and 100",
                found=self.prune,
            )
        return value

    def training(self, settings: Settings, *, full: bool = False) -> dict[str, Any]:
        """The configuration of a trial with these settings; with `full` one of the network's own length."""
        config = self.space.training(settings)
        config |= {"seed": self.seed, "limit": self.limit, "device": self.device}
        if not full:
            config |= {"epochs": self.epochs, "minutes": self.minutes}
        return TrainingConfig.from_dict(config).to_dict()

    def to_dict(self) -> dict[str, Any]:
        """A plain value for JSON."""
        return attrs.asdict(self, recurse=False) | {"space": self.space.to_dict()}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> SearchConfig:
        """The inverse of `to_dict`.

        Raises:
            BadInputError: if a value cannot be used.
        """
        names = {field.name for field in attrs.fields(cls)}
        unknown = sorted(set(value) - names)
        if unknown or "strategy" not in value or "space" not in value:
            raise BadInputError(
                "this is no search",
                expected=", ".join(sorted(names)),
                found=unknown[0] if unknown else "neither strategy nor space",
            )
        return cls(**(dict(value) | {"space": Space.from_dict(value["space"])}))


def without_password(url: str | None) -> str | None:
    """An address of a database as it may be written down."""
    if url is None or "://" not in url:
        return url
    parts = urlsplit(url)
    if parts.password is None:
        return url
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username or ''}@{host}").geturl()


def _one_of(where: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise BadInputError(
            "this setting cannot be used", where=where, expected=", ".join(choices), found=value
        )
