"""What is said of curves, and what is not: drawn ones with noise, for many seeds."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pytest

from fkd_core.runs.advice import Advice, Adviser, advise

Record = dict[str, Any]


def curves(
    train: np.ndarray, validation: np.ndarray | None = None, *, schedule: str = "cosine", first: int = 1
) -> list[Record]:
    """Records of epochs with these errors; NaN where an epoch was not validated."""
    total = len(train)
    history: list[Record] = []
    for index in range(total):
        rate = 0.5 * (1 + math.cos(math.pi * index / total)) if schedule == "cosine" else 0.999**index
        value = None if validation is None or math.isnan(validation[index]) else float(validation[index])
        history.append(
            {
                "epoch": first + index,
                "loss": float(train[index] ** 2),
                "rmse": float(train[index]),
                "val_rmse": value,
                "learning_rate": 1e-3 * rate,
            }
        )
    return history


def noisy(values: np.ndarray, seed: int, share: float = 0.02) -> np.ndarray:
    return np.asarray(values * np.exp(np.random.default_rng(seed).normal(0, share, len(values))))


def falling(epochs: int, start: float = 8.0, end: float = 1.2, pace: float = 4.0) -> np.ndarray:
    """An error that falls to the last epoch, ever more slowly."""
    return end + (start - end) * np.exp(-pace * np.arange(epochs) / epochs)


def ever_said(history: list[Record]) -> dict[str, Advice]:
    """What is said at any time, as one who asks after each epoch hears it."""
    adviser, said = Adviser(), {}
    for record in history:
        for advice in adviser.hear(record):
            assert advice.kind not in said
            said[advice.kind] = advice
    return said


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("epochs", [5, 20, 60, 300])
def test_nothing_is_said_of_a_training_that_goes_well(seed: int, epochs: int) -> None:
    train = noisy(falling(epochs), seed)
    validation = noisy(falling(epochs, end=1.5), seed + 100)
    assert ever_said(curves(train, validation)) == {}
    assert ever_said(curves(train)) == {}


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_said_of_a_single_bad_epoch(seed: int) -> None:
    train, validation = noisy(falling(60), seed), noisy(falling(60, end=1.5), seed + 100)
    train[30] *= 4
    validation[[20, 45]] *= 3
    assert ever_said(curves(train, validation)) == {}


@pytest.mark.parametrize("seed", range(12))
def test_a_loss_that_grows_is_told_and_when_it_began(seed: int) -> None:
    values = falling(60, end=2.0)
    values[40:] *= np.exp(0.25 * np.arange(20))
    said = ever_said(curves(noisy(values, seed), noisy(values * 1.2, seed + 50)))
    assert set(said) == {"diverging"}
    assert 40 <= said["diverging"].epoch <= 46
    assert "learning rate of a third or a tenth" in said["diverging"].text


def test_a_loss_that_is_no_number_diverges_at_once() -> None:
    history = curves(falling(3))
    history[-1] |= {"loss": None, "rmse": None}
    (advice,) = advise(history)
    assert (advice.kind, advice.epoch) == ("diverging", 3)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("every", [1, 3])
def test_a_validation_error_that_rises_while_training_goes_on_is_told(seed: int, every: int) -> None:
    epochs = 90
    train = falling(epochs, end=0.3, pace=3)
    validation = falling(epochs, end=1.4, pace=12)
    validation[30:] *= 1 + 0.006 * np.arange(epochs - 30)
    validation = noisy(validation, seed + 100)
    if every > 1:
        validation[np.arange(epochs) % every != 0] = np.nan
    said = ever_said(curves(noisy(train, seed), validation))
    assert set(said) == {"overfitting"}
    assert 15 <= said["overfitting"].epoch <= 50
    assert "random changes" in said["overfitting"].text


@pytest.mark.parametrize("seed", range(12))
def test_a_gap_between_training_and_validation_alone_is_no_overfitting(seed: int) -> None:
    train, validation = falling(80, end=0.2), falling(80, end=1.8, pace=7)
    assert "overfitting" not in ever_said(curves(noisy(train, seed), noisy(validation, seed + 1)))


@pytest.mark.parametrize("seed", range(12))
def test_curves_that_lie_still_are_told(seed: int) -> None:
    values = np.concatenate([falling(20, end=3.0, pace=6), np.full(80, 3.0)])
    history = curves(noisy(values, seed, 0.01), noisy(values * 1.1, seed + 1, 0.01), schedule="exponential")
    said = ever_said(history)
    assert set(said) == {"stalled"}
    assert said["stalled"].epoch >= 10
    assert "learning rate" in said["stalled"].text


@pytest.mark.parametrize("seed", range(12))
def test_what_still_improves_slowly_or_is_hidden_by_noise_is_not_stalled(seed: int) -> None:
    slow = 3.0 * 0.995 ** np.arange(120)
    assert (
        ever_said(curves(noisy(slow, seed, 0.01), noisy(slow, seed + 1, 0.01), schedule="exponential")) == {}
    )
    hidden = np.full(60, 3.0)
    assert ever_said(curves(noisy(hidden, seed, 0.15), noisy(hidden, seed + 1, 0.15))) == {}


def test_at_the_end_of_a_schedule_nothing_is_expected_to_improve() -> None:
    values = np.concatenate([falling(80), np.full(20, 1.2)])
    history = curves(values, values)
    assert history[-1]["learning_rate"] < 1e-5
    assert advise(history) == ()


def test_an_added_part_and_a_new_fold_begin_anew() -> None:
    first = curves(falling(40), falling(40))
    added = curves(falling(10, start=2.6, end=1.1), falling(10, start=2.8, end=1.1), first=41)
    assert ever_said([*first, *added]) == {}
    second = [record | {"fold": 2} for record in curves(falling(40), falling(40), first=41)]
    assert ever_said([record | {"fold": 1} for record in first] + second) == {}


def test_histories_without_some_figures_are_read() -> None:
    assert advise([]) == ()
    assert advise([{}]) == ()
    assert advise([{"epoch": epoch} for epoch in range(1, 80)]) == ()
    assert advise([{"epoch": 1, "val_rmse": 3.0, "loss": None}] * 3)[0].kind == "diverging"


def test_what_was_said_before_is_not_said_again() -> None:
    values = falling(60, end=2.0)
    values[40:] *= np.exp(0.25 * np.arange(20))
    history = curves(values)
    adviser = Adviser(history[:55])
    assert [adviser.hear(record) for record in history[55:]] == [()] * 5
    logged: list[str] = []
    fresh = Adviser()
    for record in history:
        fresh.listen(logged.append, "epoch", record)
        fresh.listen(logged.append, "log", {"text": "x"})
    assert len(logged) == 1
    assert logged[0].startswith("Warning: The training diverges since epoch 4")


@pytest.mark.parametrize("fold", [None, 3])
def test_ten_thousand_epochs_take_less_than_a_millisecond(fold: int | None) -> None:
    history = curves(noisy(falling(10_000), 0), noisy(falling(10_000), 1))
    if fold is not None:
        history = [record | {"fold": 1 + index // 3_000} for index, record in enumerate(history)]
    advise(history)
    taken = []
    for _ in range(50):
        began = time.thread_time()
        advise(history)
        taken.append(time.thread_time() - began)
    assert min(taken) < 1e-3
