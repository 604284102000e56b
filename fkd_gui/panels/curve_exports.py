"""The curves of one run as plots that can be saved."""

from __future__ import annotations

from fkd_gui.panels.series import EpochSeries, view_range
from fkd_gui.plotting.plot import Drawn, Plot, by_first

TITLES = (("loss", "Loss"), ("rmse", "RMSE"))
"""key and title of each, from the top"""


def plot_of(series: EpochSeries, key: str, run: str = "") -> Plot:
    """Training and validation by epoch.

    Args:
        key: `loss` or `rmse`.
        run: its name, for the title.

    Raises:
        KeyError: if there is no such plot.
    """
    title = dict(TITLES)[key]
    columns = [series.known(name) for name in (key, f"val_{key}")]
    best = series.best
    told = f"{len(series):,} epochs" + ("" if best is None else f"; the best is epoch {best['epoch']:,.0f}")
    span = view_range([values for _, values in columns])
    return Plot(
        f"{run}-{key}" if run else key,
        f"{title} of {run}" if run else title,
        f"{told}.",
        "epoch",
        "loss" if key == "loss" else "RMSE, pixels",
        (
            Drawn("training", *columns[0], colour=1, dashed=True),
            Drawn("validation", *columns[1], colour=0, strong=True),
        ),
        ("epoch", "training", "validation"),
        by_first(("training", "validation"), columns),
        y_span=span,
        log=key == "loss" and span is not None and span[0] > 0 and span[1] > 5 * span[0],
    )
