"""Which settings each strategy tries, and which trial it keeps."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from fkd_core.jobs import Job
from fkd_core.search.folder import delete
from fkd_core.search.record import FAILED, FINISHED, PRUNED, SAME, best_of
from fkd_core.search.space import Choices, Range, Space
from fkd_core.search.spaces import default_space
from fkd_core.search.strategies import Outcome, greedy_settings, grid_settings, grid_size, stages
from tests.core.search.conftest import Search
from tests.helpers.searching import FormulaTrainer

NOTEBOOK = default_space("greedy", "seed")


def test_the_notebook_is_searched_as_its_author_did() -> None:
    steps = stages(NOTEBOOK)
    assert [(step.name, step.values) for step in steps] == [
        ("learning_rate", (1e-5, 1e-4, 1e-3, 1e-2)),
        ("blocks", (1, 2, 3, 4, 5)),
        ("filters", (8, 16, 32, 64)),
    ]
    assert [list(step.numbers) for step in steps] == [[0, 1, 2, 3], [4, 5, 6, 7, 8], [9, 10, 11, 12]]


def test_each_step_keeps_the_best_of_the_step_before() -> None:
    outcomes = {n: Outcome(score, {"learning_rate": 10.0 ** (n - 5)}) for n, score in enumerate((4, 3, 1, 2))}
    assert greedy_settings(NOTEBOOK, 4, outcomes) == {"learning_rate": 1e-3, "blocks": 1, "filters": 32}
    outcomes |= {n: Outcome(abs(n - 7), {"blocks": n - 3}) for n in range(4, 9)}
    assert greedy_settings(NOTEBOOK, 12, outcomes) == {"learning_rate": 1e-3, "blocks": 4, "filters": 64}


def test_a_step_waits_for_the_one_before_and_survives_its_failure() -> None:
    failed = {n: Outcome(math.inf, {"learning_rate": 1.0}) for n in range(3)}
    assert greedy_settings(NOTEBOOK, 4, failed) is None
    failed[3] = failed[2]
    # Nothing was found out, so the network's own learning rate stays.
    assert greedy_settings(NOTEBOOK, 4, failed) == {"learning_rate": 1e-3, "blocks": 1, "filters": 32}


def test_a_grid_has_each_combination_once() -> None:
    space = Space(
        "swift", (Choices("width", (16, 32)), Range("learning_rate", 1e-4, 1e-2, log=True, count=3))
    )
    assert grid_size(space) == 6
    found = [grid_settings(space, number) for number in range(6)]
    assert len({tuple(each.values()) for each in found}) == 6
    assert [each["learning_rate"] for each in found[:3]] == [1e-4, 1e-3, 1e-2]


def test_greedy_finds_what_is_best_and_trains_no_settings_twice(search: Search) -> None:
    found, trainer, result = search("greedy", prune="none")
    assert result["outcome"] == "finished"
    assert result["best"]["settings"] == {"learning_rate": 1e-3, "blocks": 3, "filters": 32}
    trials = found.trials()
    assert len(trials) == 13
    # Three blocks and 32 filters were what the steps before had tried: 11 trainings are enough.
    same = [trial for trial in trials if trial.status == SAME]
    assert [(trial.number, trial.same_as) for trial in same] == [(6, 2), (11, 2)]
    assert len(trainer.trained) == 11
    assert all(trial.score == trials[2].score for trial in same)
    assert len({config["seed"] for config in trainer.asked}) == 1


def test_last_and_best_loss_keep_different_trials(search: Search) -> None:
    """Low rates end where they were best; the high one rises at the end."""

    class Rising(FormulaTrainer):
        def __call__(self, config: dict[str, Any], runs: Path, name: str, job: Job) -> None:
            self.rises = 4 if config["learning_rate"] == 1e-3 else None
            super().__call__(config, runs, name, job)

    _, _, best = search("greedy", trainer=Rising(), keep="best", prune="none")
    assert best["best"]["settings"]["learning_rate"] == 1e-3
    space = Space("seed", NOTEBOOK.parameters[:1])
    _, _, last = search("grid", trainer=Rising(), keep="last", prune="none", space=space)
    assert last["best"]["settings"]["learning_rate"] == 1e-4


def test_a_diverged_trial_is_told_and_the_search_goes_on(search: Search) -> None:
    found, _, result = search("greedy", trainer=FormulaTrainer(diverges=True), prune="none")
    failed = [trial for trial in found.trials() if trial.status == FAILED]
    assert [trial.settings["learning_rate"] for trial in failed] == [1e-2]
    assert "diverged" in failed[0].message
    assert result["outcome"] == "finished"


@pytest.mark.parametrize("strategy", ["greedy", "grid", "tpe"])
def test_giving_up_early_spares_epochs_and_keeps_the_best(search: Search, strategy: str) -> None:
    steps = NOTEBOOK.parameters
    space = Space("seed", (steps[0], Choices("blocks", (1, 3)))) if strategy == "grid" else None
    trials = 12 if strategy == "tpe" else None
    found, _, result = search(strategy, trainer=FormulaTrainer(epochs=8), space=space, trials=trials)
    done = found.trials()
    pruned = [trial for trial in done if trial.status == PRUNED]
    assert pruned
    for trial in pruned:
        assert 3 < trial.epoch < 8
        assert f"Given up at epoch {trial.epoch}" in trial.message
    best = best_of(done)
    assert best is not None
    assert best.status == FINISHED
    if strategy != "tpe":
        assert best.settings | {"filters": 32} == {"learning_rate": 1e-3, "blocks": 3, "filters": 32}
    assert result["pruned"] == len(pruned)


class Table(FormulaTrainer):
    """Trains by a table of the losses of each learning rate."""

    def __init__(self, table: dict[float, list[float]]) -> None:
        super().__init__()
        self._table = table

    def __call__(self, config: dict[str, Any], runs: Path, name: str, job: Job) -> None:  # noqa: ARG002
        for epoch, value in enumerate(self._table[config["learning_rate"]], start=1):
            job.check()
            job.emit("epoch", {"epoch": epoch, "seconds": epoch, "val_loss": value, "val_rmse": value})
        job.check()


def test_greedy_gives_up_only_what_is_behind_the_one_it_would_keep(search: Search) -> None:
    """The second one was late itself: what is worse than most, but ahead of where it was then, goes on."""
    late = [9.0] * 8 + [1.0] * 4
    trainer = Table({1e-5: [5.0] * 12, 1e-4: late, 1e-3: [8.0] * 12, 1e-2: [10.0] * 12})
    found, _, _ = search(trainer=trainer, space=Space("seed", NOTEBOOK.parameters[:1]))
    trials = found.trials()
    assert [trial.status for trial in trials] == [FINISHED, FINISHED, PRUNED, PRUNED]
    assert [trial.epoch for trial in trials[2:]] == [9, 4]


def test_what_was_given_up_though_it_was_ahead_of_the_one_kept_is_said(search: Search) -> None:
    said: list[str] = []
    job = Job(lambda event, data: said.append(data["text"]) if event == "log" else None)
    trainer = Table(
        {1e-5: [4.0] * 12, 1e-4: [4.0] * 12, 1e-3: [5.0] * 12, 1e-2: [1.0] + [9.0] * 9 + [0.5] * 2}
    )
    space = Space("seed", NOTEBOOK.parameters[:1])
    found, _, _ = search(trainer=trainer, space=space, job=job, keep="last")
    assert [trial.status for trial in found.trials()] == [FINISHED, FINISHED, PRUNED, FINISHED]
    assert any(text.startswith("Trial 3 was given up while it was ahead") for text in said)


def test_tpe_looks_where_it_is_promising_and_is_the_same_each_time(search: Search) -> None:
    first, _, result = search("tpe", "swift", trainer=FormulaTrainer(2), trials=16, prune="none")
    settings = [trial.settings for trial in first.trials()]
    scores = [trial.score or math.inf for trial in first.trials()]
    assert len(settings) == 16
    assert sum(scores[8:]) < sum(scores[:8])
    assert result["best"]["settings"] in settings
    delete(first)
    again, _, _ = search("tpe", "swift", trainer=FormulaTrainer(2), trials=16, prune="none")
    assert [trial.settings for trial in again.trials()] == settings
