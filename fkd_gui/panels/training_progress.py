"""How a run goes: its figures, its curves, its keypoints and faces, how it ended and what comes next."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from fkd_core.errors import FkdError
from fkd_gui.notices import NoticeBar
from fkd_gui.panels.advice_line import Advice, AdviceLine
from fkd_gui.panels.by_room import ByRoom
from fkd_gui.panels.curve_exports import plot_of
from fkd_gui.panels.extend import ExtendQuestion
from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.keypoint_errors import KeypointErrorList
from fkd_gui.panels.keypoint_values import KeypointErrors, errors_of
from fkd_gui.panels.kit import Elided, EmptyState, Text, button, named, set_glyph
from fkd_gui.panels.pace import Pace
from fkd_gui.panels.run_view import RunView
from fkd_gui.panels.series import EpochSeries
from fkd_gui.panels.skeleton import CurveSkeleton
from fkd_gui.panels.training_figures import TrainingFigures
from fkd_gui.panels.watched_faces import FaceStrip, SeenFaces
from fkd_gui.theme import UNIT

if TYPE_CHECKING:
    from fkd_gui.panels.curves import Curves

_CURVES = "fkd_gui.panels.curves"

_STEPS = 1000
_LOOK = 50
"""milliseconds between two looks whether the curves' module is there"""
_WIDE, _TALL, _KEYPOINTS = 720, 400, 304
"""width from which curves and keypoints stand side by side, height from which faces stand below them, and the
width of the keypoints there"""


class TrainingProgress(QWidget):
    """The middle of the training place. pyqtgraph is imported by `prepare`, or when curves are to be seen.

    Another run can be looked at while one trains; what happens in that one is kept meanwhile.
    """

    predict_requested = Signal(str)
    """run whose test faces are to be predicted"""
    resume_requested = Signal(str)
    """run that is to go on"""
    extend_requested = Signal(str, dict)
    """run that is to train on, and how much: `epochs` or `minutes`"""
    shown_changed = Signal(str)
    """run that is shown now, when the user went back to the one that trains"""
    save_requested = Signal(object, str, str)
    """what makes a plot, a name for its file, and its ending"""
    seen_changed = Signal(object)
    """the `SeenFaces` that are shown now, None for none"""

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
        self._begin(RunView(run, "preparing", planned=epochs, pace=pace, says="Starting TensorFlow …"))

    def resume(self, run: str, *, epochs: int | None = None, minutes: float | None = None) -> None:
        """A run goes on that had not come to its end, or for so many more epochs or minutes."""
        before = self.shown if self.shown is not None and self.shown.name == run else RunView(run, "")
        self._begin(
            RunView(
                run,
                "preparing",
                before.series,
                planned=None if epochs is None else before.last_epoch + epochs,
                pace=Pace(None if minutes is None else 60 * minutes),
                says="Starting TensorFlow …",
                keypoints=before.keypoints,
                seen=before.seen,
            )
        )

    def follow(self, run: str, epochs: list[dict[str, Any]], seconds: float, length: dict[str, Any]) -> None:
        """A run trains already, on its own: show its epochs so far, then what comes.

        Args:
            seconds: for which it has trained.
            length: what it is to be: `epochs` or `minutes`, each for one of `folds`.
        """
        networks = length.get("folds") or 1
        minutes, planned = length.get("minutes"), length.get("epochs")
        pace = Pace(None if minutes is None else 60 * minutes * networks, before=seconds)
        view = RunView(run, "running", EpochSeries(epochs), pace=pace, says="Training")
        view.planned = None if planned is None else networks * planned
        view.keypoints = errors_of(epochs)
        self._begin(view)

    def _begin(self, run: RunView) -> None:
        self.live = run
        self._clock.start()
        self._show(run)

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
        run.add(record)
        if run is self.shown:
            self.figures.show_run(run)
            self.keypoints.show_errors(run.keypoints)
            self._show_middle()
            if self.curves is not None:
                self.curves.planned = run.planned
                self.curves.refresh()

    def faces(self, seen: SeenFaces) -> None:
        """The run that trains has seen its watched faces anew."""
        if self.live is not None:
            self.live.seen = seen
            if self.live is self.shown:
                self._show_middle()
                self._show_seen()

    def advise(self, run: str, found: Sequence[Advice]) -> None:
        """What is to be said of a run's course."""
        for view in (self.live, self.shown):
            if view is not None and view.name == run:
                view.advice = found
        if self.shown is not None and self.shown.name == run:
            self.advice.show_advice(found)

    def stopping(self) -> None:
        """The run that trains was asked to stop."""
        if self.live is not None:
            self.live.state = "stopping"
            self.live.says = "Stopping; the run keeps what it has learnt …"
            self._tell_status()

    def ending(self) -> None:
        """The run that trains was asked to stop after the epoch that is under way."""
        if self.live is not None:
            self.live.ending = True
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
        extends: bool = False,
        length: dict[str, Any] | None = None,
        seen: SeenFaces | None = None,
        advice: Sequence[Advice] = (),
        keypoints: KeypointErrors | None = None,
    ) -> None:
        """Show the history of a run that is over; the one that trains is shown as it is now."""
        if self.live is not None and self.live.name == run:
            self._show(self.live)
            return
        series = epochs if isinstance(epochs, EpochSeries) else EpochSeries(epochs)
        view = RunView(run, status, series, resumes=resumes, extends=extends, seen=seen)
        view.length, view.advice, view.keypoints = length or {}, advice, keypoints
        _explain(view, message)
        self._show(view)

    def ask_extend(self) -> None:
        """Ask how much longer the run that is shown is to train."""
        if self.shown is not None and self.shown.extends and self.live is None:
            self.question.suggest(self.shown.length)
            self.question.ask(self.extend)

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
        self.figures = TrainingFigures()
        self.advice = AdviceLine()
        self.keypoints = KeypointErrorList()
        self.strip = FaceStrip()
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
        self.extend = button("Extend …", "Extend this run", "Train this run for longer than it was to be")
        self.extend.clicked.connect(self.ask_extend)
        self.question = ExtendQuestion(self)
        self.question.extended.connect(self._extend)
        self.back = button("Back", "Back to the run that is training", glyph="arrow-left")
        self.back.clicked.connect(self._go_back)
        self.notice = NoticeBar()

    def _lay_out(self) -> None:
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
        for widget in (self.predict, self.go_on, self.extend, self.back):
            buttons.addWidget(widget)
        steps.addWidget(self.bar)
        steps.addLayout(buttons)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.skeleton)
        self.views = ByRoom(
            ("Curves", self._middle),
            ("Keypoints", self.keypoints),
            ("Faces", self.strip),
            width=_WIDE,
            height=_TALL,
            beside_width=_KEYPOINTS,
        )
        self._page = QWidget()
        page = QVBoxLayout(self._page)
        page.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, UNIT)
        page.setSpacing(UNIT)
        page.addLayout(words)
        page.addWidget(self.notice)
        page.addWidget(self.figures)
        page.addWidget(foot)
        page.addWidget(self.advice)
        page.addWidget(self.views, 1)
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
        self.figures.clear()
        self._show_all()

    def _show_all(self) -> None:
        run = self.shown
        self._pages.setCurrentWidget(self._page if run else self.empty)
        if run is None:
            return
        idle = self.live is None
        self._title.set_text(run.name)
        self.bar.setVisible(run.live)
        self.predict.setVisible(run.predicts and idle)
        self.go_on.setVisible(run.resumes and idle)
        self.extend.setVisible(run.extends and idle)
        elsewhere = self.live is not None and self.live is not run
        self.back.setVisible(elsewhere)
        if self.live is not None and elsewhere:
            named(self.back, f"Back to {self.live.name}, which is training")
            self.back.setText(f"Back to {self.live.name}")
        self.advice.show_advice(run.advice)
        self.keypoints.show_errors(run.keypoints)
        self.figures.show_run(run)
        self._tell_status()
        self._tell_time()
        self._show_middle()
        self._show_seen()

    def _show_middle(self) -> None:
        run = self.shown
        if run is None:
            return
        self.views.offer(beside=run.keypoints is not None, below=run.seen is not None)
        if not len(run.series) or run.series.unit == "pass":
            waiting = "The curves start with the first epoch" if run.live else "This run has no epochs"
            taken = "A mean is taken at once: it has no curves"
            self.skeleton.set_text(taken if len(run.series) else waiting)
            self._middle.setCurrentWidget(self.skeleton)
        elif self.isVisible():
            curves = self._make_curves()
            if curves.series is not run.series or curves.planned != run.planned:
                curves.show_series(run.series, run.planned)
            self._middle.setCurrentWidget(curves)

    def _show_seen(self) -> None:
        seen = None if self.shown is None else self.shown.seen
        if seen is not self.strip.seen:
            self.strip.show_seen(seen)
            self.seen_changed.emit(seen)

    def _predict(self) -> None:
        if self.shown is not None:
            self.predict_requested.emit(self.shown.name)

    def _resume(self) -> None:
        if self.shown is not None:
            self.resume_requested.emit(self.shown.name)

    def _extend(self, length: dict[str, Any]) -> None:
        if self.shown is not None:
            self.extend_requested.emit(self.shown.name, length)

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

    def _tell_time(self) -> None:
        run = self.shown
        if run is None:
            return
        self.figures.show_time(run)
        if run.pace is not None:
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
