"""The plots of a search as values that can be saved."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from fkd_core.search.record import Trial, best_of
from fkd_gui.plotting.plot import BARS, DOTS, Drawn, Plot
from fkd_gui.search.desk import SearchLook
from fkd_gui.search.parallel import lines
from fkd_gui.search.trial_table import setting_text

TITLES = (
    ("parallel", "Settings and error"),
    ("history", "History"),
    ("importance", "What mattered"),
)
"""key and title of each, in the order of the window"""


def plot_of(look: SearchLook, key: str, told: str = "") -> Plot:
    """One of `TITLES`.

    Args:
        told: how far the shares of importance can be trusted, in words.

    Raises:
        KeyError: if there is no such plot.
    """
    if key == "importance":
        return _importance(look, told)
    return {"parallel": _parallel, "history": _history}[key](look)


def error_of(trial: Trial) -> float | None:
    """The error of a trial in pixels; the root of its loss where only that is known; None without either."""
    if trial.rmse is not None and trial.rmse > 0:
        return trial.rmse
    return math.sqrt(trial.score) if trial.score is not None and trial.score > 0 else None


def _table(look: SearchLook, trials: Sequence[Trial]) -> tuple[tuple[str, ...], list[list[Any]]]:
    names = look.config.space.names
    header = ("trial", "status", *names, "rmse", "score", "epochs", "seconds")
    rows = [
        [
            t.number + 1,
            t.status,
            *(t.settings.get(name) for name in names),
            t.rmse,
            t.score,
            t.epoch,
            t.seconds,
        ]
        for t in trials
    ]
    return header, rows


def _finding(look: SearchLook) -> str:
    best = best_of(look.trials)
    name = look.summary["name"]
    if best is None or best.rmse is None:
        return f"{name}: {len(look.trials)} trials, none trained to its end."
    chosen = ", ".join(f"{setting_text(key)} {value}" for key, value in best.settings.items())
    count = len(look.trials)
    return f"{name}: {count} trials; the best is trial {best.number + 1} with {best.rmse:.2f} px: {chosen}."


def _history(look: SearchLook) -> Plot:
    known = [(trial, error) for trial in look.trials if (error := error_of(trial)) is not None]
    best, steps = math.inf, []
    for trial, error in known:
        best = min(best, error) if trial.counts else best
        if best < math.inf:
            steps += [(trial.number + 0.5, best), (trial.number + 1.5, best)]

    def dots(name: str, colour: int | str, symbol: int, *, counts: bool) -> Drawn:
        chosen = [(trial.number + 1, error) for trial, error in known if trial.counts is counts]
        at = np.array(chosen, np.float64).reshape(-1, 2)
        return Drawn(name, at[:, 0], at[:, 1], colour=colour, kind=DOTS, symbol=symbol)

    line = np.array(steps, np.float64).reshape(-1, 2)
    header, rows = _table(look, look.trials)
    last = max((trial.number + 1 for trial, _ in known), default=1)
    return Plot(
        "history",
        "History",
        _finding(look),
        "trial",
        "RMSE, pixels",
        (
            Drawn("best so far", line[:, 0], line[:, 1], colour=1, strong=True),
            dots("trained to its end", 0, 0, counts=True),
            dots("given up or under way", "muted", 3, counts=False),
        ),
        header,
        rows,
        x_span=(0.4, max(last, 4) + 0.6),
        log=_may_be_log([error for _, error in known]),
    )


def _may_be_log(errors: list[float]) -> bool:
    return bool(errors) and max(errors) > 3 * min(errors)


def _parallel(look: SearchLook) -> Plot:
    found = lines(look.config.space, look.trials)
    best = best_of(look.trials)
    known = {trial.number: trial for trial in look.trials}
    across = np.arange(len(found.axes), dtype=np.float64)
    order = sorted(
        range(len(found.numbers)), key=lambda i: best is not None and found.numbers[i] == best.number
    )
    drawn = []
    for i in order:
        number = found.numbers[i]
        first = best is not None and number == best.number
        half = not known[number].counts
        colour: int | str = 1 if first else "muted" if half else 0
        drawn.append(Drawn("", across, found.heights[i], colour=colour, dashed=half, strong=first))
    header, rows = _table(look, look.trials)
    return Plot(
        "parallel",
        "Settings and error",
        _finding(look),
        "",
        "",
        tuple(drawn),
        header,
        rows,
        x_span=(0.0, max(len(found.axes) - 1.0, 1.0)),
        y_span=(-0.03, 1.03),
        x_names=tuple(axis.title for axis in found.axes),
        y_names=("", ""),
        marks=tuple((float(x), y, text) for x, axis in enumerate(found.axes) for y, text in axis.ticks),
    )


def _importance(look: SearchLook, told: str) -> Plot:
    shares = {} if look.importance is None else look.importance.shares
    ordered = sorted(shares.items(), key=lambda item: item[1])
    return Plot(
        "importance",
        "What mattered",
        told,
        "share of the differences between trials",
        "",
        (
            Drawn(
                "",
                np.array([share for _, share in ordered], np.float64),
                np.arange(len(ordered), dtype=np.float64),
                kind=BARS,
            ),
        ),
        ("setting", "share"),
        [[name, share] for name, share in reversed(ordered)],
        x_span=(0.0, 1.0),
        y_span=(-0.6, max(len(ordered) - 0.4, 0.6)),
        y_names=tuple(setting_text(name) for name, _ in ordered),
    )
