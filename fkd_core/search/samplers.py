"""How Optuna is asked for the settings of a trial."""

from __future__ import annotations

from typing import Any, cast

import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, TPESampler
from optuna.study import Study
from optuna.trial import FrozenTrial

from fkd_core.search.config import SearchConfig
from fkd_core.search.space import Choices, Settings, Space, Value

STARTUP = 8
"""Random trials before TPE has something to go by."""


class Fixed(BaseSampler):
    """Gives the settings that were decided elsewhere, so that Optuna knows them too."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def infer_relative_search_space(
        self,
        study: Study,  # noqa: ARG002
        trial: FrozenTrial,  # noqa: ARG002
    ) -> dict[str, BaseDistribution]:
        """Nothing is chosen together."""
        return {}

    def sample_relative(
        self,
        study: Study,  # noqa: ARG002
        trial: FrozenTrial,  # noqa: ARG002
        search_space: dict[str, BaseDistribution],  # noqa: ARG002
    ) -> dict[str, Any]:
        """Nothing is chosen together."""
        return {}

    def sample_independent(
        self,
        study: Study,  # noqa: ARG002
        trial: FrozenTrial,  # noqa: ARG002
        param_name: str,
        param_distribution: BaseDistribution,  # noqa: ARG002
    ) -> Any:
        """The value that was decided."""
        return self._settings[param_name]


def sampler_for(config: SearchConfig, number: int, settings: Settings | None) -> BaseSampler:
    """A sampler for one trial. TPE's is seeded by the trial's number: the same trials give the same next one,
    whichever process asks and however often the search was stopped."""
    if settings is not None:
        return Fixed(settings)
    startup = min(STARTUP, max(2, config.total // 3))
    seed = (config.seed * 1_000_003 + number) % 2**32
    return TPESampler(n_startup_trials=startup, seed=seed)


def suggest(trial: optuna.Trial, space: Space, settings: Settings | None) -> Settings:
    """Settle what is searched; a decided value outside its choices is only noted."""
    found: Settings = {}
    for parameter in space.parameters:
        name = parameter.name
        decided = None if settings is None else settings.get(name)
        if settings is not None and (decided is None or not _within(parameter, decided)):
            if decided is not None:
                found[name] = decided
        elif isinstance(parameter, Choices):
            found[name] = cast("Value", trial.suggest_categorical(name, parameter.values))
        elif parameter.integer:
            found[name] = trial.suggest_int(name, int(parameter.low), int(parameter.high), log=parameter.log)
        else:
            found[name] = trial.suggest_float(name, parameter.low, parameter.high, log=parameter.log)
    return found


def _within(parameter: Any, value: Value) -> bool:
    if isinstance(parameter, Choices):
        return value in parameter.values
    return not isinstance(value, str) and bool(parameter.low <= value <= parameter.high)
