"""What becomes of a training when its window closes: asked once, and the answer can be remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QMessageBox

from fkd_gui.settings import ON_CLOSING

if TYPE_CHECKING:
    from fkd_gui.main_window import MainWindow

ASK, KEEP, STOP = "ask", "keep", "stop"


class LeavingDesk(QObject):
    """Asks without blocking the window, then goes where one wanted to go.

    Args:
        window: whose open project may train.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._answer: str | None = None
        self._waiting: Callable[[], None] | None = None
        self.question: QMessageBox | None = None
        """the question while it is asked"""

    def may_leave(self, then: Callable[[], None]) -> bool:
        """Whether the open project may be closed now; if not, `then` is called once it may.

        Args:
            then: closes it.
        """
        view = self._window.view
        answer, self._answer = self._answer, None
        if view is None or not view.desk.training:
            return True
        choice = answer or str(self._window.settings.get(ON_CLOSING))
        if choice == ASK:
            self._ask(then)
            return False
        if choice == STOP:
            view.desk.stop()
            return True
        if view.desk.run_name is not None:
            return True
        # It can be left alone once there is a run.
        if self._waiting is None:
            view.desk.started.connect(self._begun)
            view.desk.ended.connect(self._begun)
        self._waiting = then
        self._window.statusBar().showMessage("Closes as soon as the training has begun …")
        return False

    def _ask(self, then: Callable[[], None]) -> None:
        if self.question is not None:
            self.question.raise_()
            return
        box = self.question = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("A training runs")
        box.setIcon(QMessageBox.Icon.Question)
        view = self._window.view
        name = (view and view.desk.run_name) or "The run"
        box.setText(f"{name} is still training.")
        box.setInformativeText(
            "It can train on without this window, which shows it again when the project is opened. "
            "Stopped, it keeps what it has learnt and can go on later."
        )
        keep = box.addButton("Keep training", QMessageBox.ButtonRole.AcceptRole)
        stop = box.addButton("Stop and keep the weights", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        keep.setProperty("primary", True)
        remember = QCheckBox("Do the same next time; the Train menu changes it")
        box.setCheckBox(remember)
        answers: dict[QAbstractButton, str] = {keep: KEEP, stop: STOP}
        box.finished.connect(
            lambda _: self._take(answers.get(box.clickedButton()), remember.isChecked(), then)
        )
        box.open()

    def _take(self, answer: str | None, remember: bool, then: Callable[[], None]) -> None:
        self.question = None
        if answer is None:
            return
        if remember:
            self._window.set_on_closing(answer)
        self._answer = answer
        # The question closes before the window that it belongs to.
        QTimer.singleShot(0, then)

    def _begun(self, *_: object) -> None:
        then, self._waiting = self._waiting, None
        if then is not None:
            self._answer = KEEP
            # Not while the desk still tells of it: this closes the desk.
            QTimer.singleShot(0, then)
