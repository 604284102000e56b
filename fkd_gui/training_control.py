"""What can be asked of a training from anywhere in the window, and how one that runs already is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from fkd_gui.panels.run_view import RunView

if TYPE_CHECKING:
    from fkd_gui.project_view import ProjectView


class TrainingControl(QObject):
    """Serves one open project.

    Args:
        view: of the project.
    """

    def __init__(self, view: ProjectView) -> None:
        super().__init__(view)
        self._view = view
        desk = view.desk
        for signal in (desk.started, desk.joined):
            signal.connect(self._changed)

    @property
    def shown(self) -> RunView | None:
        """The run whose curves are shown; None where no place shows any yet."""
        return self._view.train.panel.progress.shown if self._view.has_place("train") else None

    @property
    def goes_on(self) -> bool:
        """Whether the run that is shown was left and can go on."""
        return not self._view.desk.training and self.shown is not None and self.shown.resumes

    @property
    def extends(self) -> bool:
        """Whether the run that is shown is over and can be trained for longer."""
        return not self._view.desk.training and self.shown is not None and self.shown.extends

    def do(self, what: str) -> None:
        """`stop`, `stop_after_epoch`, `resume` or `extend`.

        Raises:
            KeyError: if there is no such thing to do.
        """
        {
            "stop": self._stop,
            "stop_after_epoch": self._stop_after_epoch,
            "resume": self._resume,
            "extend": self._extend,
        }[what]()

    def find(self, runs: list[dict[str, Any]]) -> None:
        """Join a run that trains although nobody attends it here, see `run_summary`."""
        desk = self._view.desk
        if not desk.training and any(run["status"] == "running" for run in runs):
            # Made first: it hears what is told from the beginning.
            self._view.get_place("train")
            desk.trainer.join(runs)

    def _stop(self) -> None:
        if self._view.desk.training:
            self._view.train.show_stopping()
            self._view.desk.stop()

    def _stop_after_epoch(self) -> None:
        if self._view.desk.training:
            self._view.train.show_ending()
            self._view.desk.stop_after_epoch()

    def _resume(self) -> None:
        if self.goes_on:
            self._view.show_place("train")
            self._view.train.resume_shown()

    def _extend(self) -> None:
        if self.extends:
            self._view.show_place("train")
            self._view.train.ask_extend()

    def _changed(self, *_: object) -> None:
        self._view.changed.emit()
