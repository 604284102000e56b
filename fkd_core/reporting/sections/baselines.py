"""The run beside what needs no network."""

from __future__ import annotations

from fkd_core.reporting.gather import Baseline, ReportData
from fkd_core.reporting.markup import Markup, ends, figure, joined, number, paragraph, table
from fkd_core.reporting.plots import Bar, bar_plot

id, title = "baselines", "Baselines"


def make(data: ReportData) -> Markup:
    """A table and a plot of the run, the mean face and any forest."""
    told = data.evaluation
    if told is None:
        return paragraph("It could not be measured: ", data.why_not)
    own = told.intervals.get("rmse")
    spread = "" if data.spread is None else number(data.spread.ratio, ".2f")
    rows = [[data.run.name, data.run.model, f"{told.faces:,}", number(told.rmse), ends(own), spread, ""]]
    bars = [Bar("this run", told.rmse, *(own or (float("nan"), float("nan"))))]
    for other in data.baselines:
        spread = "" if other.spread is None else number(other.spread, ".2f")
        rows.append([other.name, other.model, f"{other.faces:,}", number(other.rmse), ends(other.interval),
                     spread, other.why or _beside(other, told.faces, told.rmse)])  # fmt: skip
        if other.rmse is not None and other.faces == told.faces:
            bars.append(Bar(other.name, other.rmse, *(other.interval or (float("nan"), float("nan")))))
    header = ["run", "model", "faces", "RMSE px", "95 % interval", "spread", "beside this run"]
    parts = [
        table("On the same faces", header, rows, right=header[2:6]),
        figure(bar_plot(bars, "RMSE in pixels"), "Error beside that of the baselines"),
    ]
    if told.null_model is not None:
        null = told.null_model
        parts.append(
            paragraph(
                f"The run’s error is {number(null.ratio)} ({ends(null.interval)}) times that of the mean"
                " of its training faces."
            )
        )
    if data.spread is not None and data.spread.describe():
        parts.append(paragraph(data.spread.describe()))
        parts.append(
            paragraph(
                "Spread is how far predictions move from face to face, times how far the labels do: 0 for a"
                " model that makes the same prediction every time.",
                muted=True,
            )
        )
    if not any(other.model == "forest" for other in data.baselines):
        parts.append(
            paragraph(
                "This project has no run of the model forest to compare with."
                " Train one: fkd train PROJECT --model forest",
                muted=True,
            )
        )
    return joined(parts)


def _beside(other: Baseline, faces: int, own: float) -> str:
    """How the other's error compares; nothing is compared on other faces."""
    if other.faces < faces:
        return f"measured on the {other.faces:,} of these that it never saw"
    return "" if other.rmse is None or not own > 0 else f"{other.rmse / own:.2f} times its error"
