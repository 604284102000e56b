"""How a run goes: its figures, its curves, how it ended and what comes next."""

from __future__ import annotations

import importlib
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from fkd_core.errors import FkdError
from fkd_core.models.registry import plural
from fkd_gui.notices import NoticeBar
from fkd_gui.panels.curve_exports import plot_of
from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.kit import Elided, EmptyState, Figure, Text, button, named, set_glyph
from fkd_gui.panels.pace import Pace, duration
from fkd_gui.panels.run_view import RunView
from fkd_gui.panels.series import EpochSeries
from fkd_gui.panels.skeleton import CurveSkeleton
from fkd_gui.theme import UNIT

if TYPE_CHECKING:
    from fkd_gui.panels.curves import Curves

_CURVES = "fkd_gui.panels.curves"

_STEPS = 1000
_LOOK = 50
"""milliseconds between two looks whether the curves' module is there"""


class TrainingProgress(QWidget):
    """The middle of the training place. pyqtgraph is imported by `prepare`, or when curves are to be seen.

    Another run can be looked at while one trains; what happens in that one is kept meanwhile.
    """

    predict_requested = Signal(str)
    """run whose test faces are to be predicted"""
    resume_requested = Signal(str)
    """run that is to go on"""
    shown_changed = Signal(str)
    """run that is shown now, when the user went back to the one that trains"""
    save_requested = Signal(object, str, str)
    """what makes a plot, a name for its file, and its ending"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves: Curves | None = None
        self.live: RunView | None = None
        self.shown: RunView | None = None
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tell_time)
        self._import: threading.Thread | None = None
        self._look = QTimer(self, interval=_LOOK)
        self._look.timeout.connect(self._imported)
        self._make_parts()
        self._lay_out()
        self._show_all()

    @property
    def state(self) -> str:
        """State of the run that is shown; `empty` if there is none."""
        return self.shown.state if self.shown else "empty"

    def prepare(self) -> None:
        """Get the curves ready while nothing else is done, so that the first epoch need not wait for them.

        pyqtgraph takes a few tenths of a second to import, which is left to another thread.
        """
        if self.curves is not None or self._import is not None:
            return
        # A window may close before the import is over, which nothing can cut short. So the thread knows
        # nothing of Qt, whose objects may be gone by then: the window looks whether it has ended.
        self._import = threading.Thread(target=importlib.import_module, args=(_CURVES,), name="curves")
        self._import.start()
        self._look.start()

    def _imported(self) -> None:
        if self._import is not None and not self._import.is_alive():
            self._look.stop()
            self._make_curves()

    def start(self, run: str, *, epochs: int | None = None, minutes: float | None = None) -> None:
        """A run was started that lasts so many epochs or minutes."""
        pace = Pace(None if minutes is None else 60 * minutes)
        self.live = RunView(run, "preparing", planned=epochs, pace=pace, says="Starting TensorFlow …")
        self._clock.start()
        self._show(self.live)

    def resume(self, run: str) -> None:
        """A run goes on that had not come to its end."""
        before = self.shown.series if self.shown is not None and self.shown.name == run else EpochSeries()
        self.live = RunView(run, "preparing", before, pace=Pace(), says="Starting TensorFlow …")
        self._clock.start()
        self._show(self.live)

    def name_run(self, run: str) -> None:
        """The run that was started has got its name."""
        if self.live is not None:
            self.live.name = run
            if self.live is self.shown:
                self._show_all()

    def progress(self, done: float, total: float | None, text: str) -> None:
        """The run that trains is at `done` of `total`, None if unknown."""
        run = self.live
        if run is None or run.pace is None:
            return
        run.pace.report(done, total)
        run.part = min(1.0, done / total) if total else None
        if text and run.state != "stopping":
            run.says = text
        if run is self.shown:
            self._tell_status()
            self._tell_time()

    def epoch(self, record: dict[str, Any]) -> None:
        """An epoch of the run that trains is over."""
        run = self.live
        if run is None:
            return
        run.series.add(record)
        if record.get("epochs"):
            run.planned = int(record["epochs"])
        if run.state == "preparing":
            run.state = "running"
        if run is self.shown:
            self._tell_figures()
            self._show_middle()
            if self.curves is not None:
                self.curves.planned = run.planned
                self.curves.refresh()

    def stopping(self) -> None:
        """The run that trains was asked to stop."""
        if self.live is not None:
            self.live.state = "stopping"
            self.live.says = "Stopping; the run keeps what it has learnt …"
            self._tell_status()

    def end(self, status: str, message: str | BaseException = "") -> None:
        """The run that trains is over.

        Args:
            status: `finished`, `early`, `stopped`, `failed` or another state of a run.
            message: a sentence of the run's own, or the error that ended it.
        """
        self._clock.stop()
        run, self.live = self.live or RunView("", status), None
        run.state, run.pace, run.planned = status, None, None
        run.resumes = bool(run.name) and status in ("stopped", "failed") and len(run.series) > 0
        _explain(run, message)
        if self.shown is run or self.shown is None:
            self._show(run)
        else:
            self._show_all()

    def show_run(
        self,
        run: str,
        epochs: EpochSeries | list[dict[str, Any]],
        status: str = "finished",
        message: str = "",
        *,
        resumes: bool = False,
    ) -> None:
        """Show the history of a run that is over; the one that trains is shown as it is now."""
        if self.live is not None and self.live.name == run:
            self._show(self.live)
            return
        series = epochs if isinstance(epochs, EpochSeries) else EpochSeries(epochs)
        view = RunView(run, status, series, resumes=resumes)
        _explain(view, message)
        self._show(view)

    def showEvent(self, event: QShowEvent) -> None:
        """The first time, the curves are made."""
        super().showEvent(event)
        self._show_middle()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the icon in the theme's colour."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            set_glyph(self.back, "arrow-left")

    def _make_parts(self) -> None:
        self.empty = EmptyState(
            "Train a network on your labels",
            "Choose a network and how long it may train, then press Start training. It learns from the "
            "labelled keypoints and is judged on faces it has not seen. Meanwhile you can go on labelling.",
            glyph="chart-line",
        )
        self.skeleton = CurveSkeleton()
        self._title = Elided("", "title")
        self._status = Text("", "muted")
        self.error = Figure("RMSE validation, best", "00.00 px\nRMSE validation, best (epoch 00)", large=True)
        self.epoch_figure = Figure("epoch", "00 of 00")
        self.speed = Figure("images per second")
        self.elapsed = Figure("elapsed", "00:00")
        self.left = Figure("time left", "00:00")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Training progress")
        self.predict = button(
            "Predict the test faces",
            "Predict the test faces with this run",
            "Next: predict the test faces with this run",
            primary=True,
        )
        self.predict.clicked.connect(self._predict)
        self.go_on = button(
            "Continue training", "Go on with this run", "Train on from where this run was left"
        )
        self.go_on.clicked.connect(self._resume)
        self.back = button("Back", "Back to the run that is training", glyph="arrow-left")
        self.back.clicked.connect(self._go_back)
        self.notice = NoticeBar()

    def _lay_out(self) -> None:
        figures = QWidget()
        row = FlowLayout(3 * UNIT, UNIT, figures)
        for figure in (self.error, self.epoch_figure, self.speed, self.elapsed, self.left):
            row.addWidget(figure)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._status)
        # the bar makes way for what comes next, at the same height, so that the curves stay where they are
        foot = QWidget()
        foot.setMinimumHeight(36)
        steps = QVBoxLayout(foot)
        steps.setContentsMargins(0, 0, 0, 0)
        buttons = FlowLayout(UNIT, UNIT)
        buttons.addWidget(self.predict)
        buttons.addWidget(self.go_on)
        buttons.addWidget(self.back)
        steps.addWidget(self.bar)
        steps.addLayout(buttons)
        self._page = QWidget()
        page = QVBoxLayout(self._page)
        page.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, UNIT)
        page.setSpacing(UNIT + 4)
        page.addLayout(words)
        page.addWidget(self.notice)
        page.addWidget(figures)
        page.addWidget(foot)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.skeleton)
        page.addWidget(self._middle, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _show(self, run: RunView) -> None:
        self.shown = run
        self.notice.clear()
        if run.error is not None:
            self.notice.show_error(run.error)
        for figure in (self.epoch_figure, self.error, self.speed):
            figure.set_value("–")
        self._show_all()

    def _show_all(self) -> None:
        run = self.shown
        self._pages.setCurrentWidget(self._page if run else self.empty)
        if run is None:
            return
        self._title.set_text(run.name)
        self.bar.setVisible(run.live)
        self.left.setVisible(run.live)
        self.predict.setVisible(run.predicts and self.live is None)
        self.go_on.setVisible(run.resumes and self.live is None)
        elsewhere = self.live is not None and self.live is not run
        self.back.setVisible(elsewhere)
        if self.live is not None and elsewhere:
            named(self.back, f"Back to {self.live.name}, which is training")
            self.back.setText(f"Back to {self.live.name}")
        self._tell_status()
        self._tell_time()
        self._tell_figures()
        self._show_middle()

    def _show_middle(self) -> None:
        run = self.shown
        if run is None:
            return
        if not len(run.series):
            self.skeleton.set_text(
                "The curves start with the first epoch" if run.live else "This run has no epochs"
            )
            self._middle.setCurrentWidget(self.skeleton)
        elif self.isVisible():
            curves = self._make_curves()
            if curves.series is not run.series or curves.planned != run.planned:
                curves.show_series(run.series, run.planned)
            self._middle.setCurrentWidget(curves)

    def _predict(self) -> None:
        if self.shown is not None:
            self.predict_requested.emit(self.shown.name)

    def _resume(self) -> None:
        if self.shown is not None:
            self.resume_requested.emit(self.shown.name)

    def _make_curves(self) -> Curves:
        if self.curves is None:
            made: Curves = importlib.import_module(_CURVES).Curves()
            made.save_wanted.connect(self._save)
            self._middle.addWidget(made)
            self.curves = made
        return self.curves

    def _save(self, key: str, ending: str) -> None:
        if self.shown is not None:
            make = partial(plot_of, self.shown.series, key, self.shown.name)
            self.save_requested.emit(make, f"{self.shown.name or 'run'}-{key}", ending)

    def _go_back(self) -> None:
        if self.live is not None:
            self._show(self.live)
            self.shown_changed.emit(self.live.name)

    def _tell_status(self) -> None:
        if self.shown is not None:
            text, role = self.shown.status
            self._status.setText(text)
            self._status.set_role(role)

    def _tell_figures(self) -> None:
        run = self.shown
        if run is None or not len(run.series):
            return
        unit = run.series.unit
        number = f"{run.series.column('epoch')[-1]:,.0f}"
        known = run.planned is not None and run.live
        self.epoch_figure.set_value(
            f"{number} of {run.planned:,}" if known else number, unit if run.live else plural(unit)
        )
        best = run.series.best or {}
        for name, word in (("val_rmse", "validation"), ("rmse", "training")):
            if name in best:
                caption = f"RMSE {word}, best ({unit} {best['epoch']:,.0f})"
                self.error.set_value(f"{best[name]:.2f} px", caption)
                break
        speeds = run.series.known("images_per_second")[1]
        # A forest has no pace of this kind.
        self.speed.setVisible(len(speeds) > 0 or unit == "epoch")
        if len(speeds):
            self.speed.set_value(f"{speeds[-1]:,.0f}")

    def _tell_time(self) -> None:
        run = self.shown
        if run is None:
            return
        self.elapsed.set_value("–" if run.elapsed is None else duration(run.elapsed))
        if run.pace is not None:
            left = run.pace.remaining
            self.left.set_value("–" if left is None else duration(left))
            self.bar.setRange(0, _STEPS if run.part is not None else 0)
            if run.part is not None:
                self.bar.setValue(round(_STEPS * run.part))


def _explain(run: RunView, message: str | BaseException) -> None:
    """Put down how a run ended: in its status line, or as an error where it failed."""
    run.says = ""
    if run.state not in ("failed", "damaged"):
        run.says = str(message)
    elif isinstance(message, BaseException):
        run.error = message
    else:
        run.error = FkdError(
            message.rstrip(".") or "the training ended without saying why",
            todo="Change the settings and start again; the epochs so far are kept",
        )
