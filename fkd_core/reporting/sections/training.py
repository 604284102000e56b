"""The curves."""

from __future__ import annotations

from typing import Any

import numpy as np

from fkd_core.arrays import Floats
from fkd_core.models.registry import unit_of
from fkd_core.reporting.gather import ReportData
from fkd_core.reporting.markup import Markup, element, figure, joined, paragraph
from fkd_core.reporting.plots import Line, line_plot

id, title = "training", "Training"


def make(data: ReportData) -> Markup:
    """RMSE, loss and learning rate by epoch."""
    history = data.run.metrics
    unit = unit_of(data.run.model)
    if not history:
        return paragraph("This run has no epochs.")
    plots = [
        _plot(unit, history, (("rmse", "training"), ("val_rmse", "validation")), "RMSE in pixels"),
        _plot(unit, history, (("loss", "training"), ("val_loss", "validation")), "loss"),
        _plot(unit, history, (("learning_rate", "learning rate"),), "learning rate"),
    ]
    best = data.run.best_epoch
    told = f"{len(history):,} {unit_of(data.run.model, len(history))}" + (
        f"; the lowest validation loss came in {unit} {best}." if best else "."
    )
    if data.run.folds:
        told += f" The {len(data.run.folds)} folds were trained one after the other."
    told += " An axis over a wide range is logarithmic."
    return joined([paragraph(told, muted=True), element("div", *filter(None, plots), class_="pair")])


def _plot(
    unit: str, history: list[dict[str, Any]], names: tuple[tuple[str, str], ...], y_title: str
) -> Markup | None:
    lines = []
    for style, (key, name) in enumerate(names, start=1):
        epochs, values = known(history, key)
        if len(values):
            lines.append(Line(name, epochs, values, style))
    if not lines:
        return None
    span = (0.0, 1.08 * max(float(np.nanmax(lines[0].y)), 1e-12)) if names[0][0] == "learning_rate" else None
    return figure(
        line_plot(lines, unit, y_title, y_span=span), f"{y_title[:1].upper()}{y_title[1:]} by {unit}"
    )


def known(history: list[dict[str, Any]], key: str) -> tuple[Floats, Floats]:
    """Epochs and values where there are any: not every epoch is validated. NaN parts the folds."""
    points: list[tuple[float, float]] = []
    fold = None
    for record in history:
        value = record.get(key)
        if not isinstance(value, (int, float)) or not np.isfinite(value):
            continue
        if points and record.get("fold") != fold:
            points.append((float(record["epoch"]), np.nan))
        fold = record.get("fold")
        points.append((float(record["epoch"]), float(value)))
    epochs, values = np.array(points, np.float64).reshape(-1, 2).T
    return epochs, values
