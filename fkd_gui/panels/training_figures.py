"""The figures of a run: those worth a glance large, the others in a line below them."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fkd_core.models.registry import plural
from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.kit import Figure, Text
from fkd_gui.panels.pace import duration
from fkd_gui.panels.run_view import RunView
from fkd_gui.theme import UNIT, tabular

_SPACE = "\N{NO-BREAK SPACE}"


class TrainingFigures(QWidget):
    """Best error, epoch, times; then speed, learning rate and memory."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.error = Figure("RMSE validation, best", "00.00 px\nRMSE validation, best (epoch 00)", large=True)
        self.epoch = Figure("epoch", "00 of 00")
        self.elapsed = Figure("elapsed", "00:00")
        self.left = Figure("time left", "00:00")
        self.more = Text("", "muted")
        self.more.setFont(tabular(self.font()))
        large = QWidget()
        row = FlowLayout(2 * UNIT, UNIT, large)
        for figure in (self.error, self.epoch, self.elapsed, self.left):
            row.addWidget(figure)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(large)
        layout.addWidget(self.more)

    def clear(self) -> None:
        """Another run is shown, of which nothing is known yet."""
        for figure in (self.error, self.epoch):
            figure.set_value("–")
            figure.show()
        self.more.setText("")
        self.more.hide()

    def show_run(self, run: RunView) -> None:
        """Tell a run's figures as they are now."""
        self.left.setVisible(run.live)
        self.show_time(run)
        if not len(run.series):
            return
        number = f"{run.series.column('epoch')[-1]:,.0f}"
        known = run.planned is not None and run.live
        unit = run.series.unit
        self.epoch.set_value(
            f"{number} of {run.planned:,}" if known else number, unit if run.live else plural(unit)
        )
        self.epoch.setVisible(unit != "pass")
        best = run.series.best or {}
        for name, word in (("val_rmse", "validation"), ("rmse", "training")):
            if name in best:
                of = "" if unit == "pass" else f", best ({unit} {best['epoch']:,.0f})"
                caption = f"RMSE {word}{of}"
                self.error.set_value(f"{best[name]:.2f} px", caption)
                break
        self.more.setText(" · ".join(_more(run)))
        self.more.setVisible(bool(self.more.text()))

    def show_time(self, run: RunView) -> None:
        """Tell how long a run has taken and will take."""
        self.elapsed.set_value("–" if run.elapsed is None else duration(run.elapsed))
        if run.pace is not None:
            left = run.pace.remaining
            self.left.set_value("–" if left is None else duration(left))


def _more(run: RunView) -> list[str]:
    told = []
    for name, write in (
        ("images_per_second", lambda v: f"{v:,.0f}{_SPACE}images/s"),
        ("learning_rate", lambda v: f"learning{_SPACE}rate{_SPACE}{rate(v)}"),
        ("memory_mb", lambda v: f"memory{_SPACE}{memory(v)}"),
        ("gpu_memory_mb", lambda v: f"graphics{_SPACE}memory{_SPACE}{memory(v)}"),
    ):
        values = run.series.known(name)[1]
        if len(values):
            told.append(write(float(values[-1])))
    return told


def memory(megabytes: float) -> str:
    """An amount of memory for people: `840 MB`, `1.3 GB`."""
    if megabytes < 1000:
        return f"{megabytes:.0f}{_SPACE}MB"
    return f"{megabytes / 1024:.1f}{_SPACE}GB"


def rate(value: float) -> str:
    """A learning rate: `0.0012`, or with a power of ten where that would have many zeros."""
    if value <= 0 or not math.isfinite(value):
        return "0"
    return f"{value:.2g}" if value >= 1e-4 else f"{value:.1e}".replace("e-0", "e-")
