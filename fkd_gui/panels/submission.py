"""From a run's test predictions to the file that the competition takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from fkd_core.submission import Check
from fkd_gui.notices import NoticeBar
from fkd_gui.panels.expected_score import ExpectedScorePanel
from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.hand_in import HandIn
from fkd_gui.panels.kit import Choice, EmptyState, Text, WheelGuard, button, field, named, scrolling
from fkd_gui.panels.run_table import RunRow, summary
from fkd_gui.theme import UNIT, current, icon


class SubmissionPanel(QWidget):
    """Choose a run, see the checks, save. What stands in the way is said in the checks' place."""

    run_selected = Signal(str)
    """its checks are wanted"""
    save_requested = Signal(str, object)
    """run and the `Path` to write"""
    predict_requested = Signal(str)
    """run whose predictions of the test faces are missing"""
    train_requested = Signal()
    import_requested = Signal()
    """the lookup table is missing"""
    show_folder_requested = Signal(object)
    """`Path` of the file that was saved"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[RunRow, ...] = ()
        self._rows: int | None = None
        self._checks: tuple[Check, ...] | None = None
        self._saved: Path | None = None
        self._busy = ""
        self._dialog: QFileDialog | None = None
        self.run = named(Choice(), "Run", "The run whose predictions are submitted")
        self.run.currentIndexChanged.connect(self._run_changed)
        self.about = Text("", "muted")
        self.state = EmptyState("", "", "")
        self.state.acted.connect(self._act)
        self.save = button("Save submission …", "Save submission", primary=True)
        self.save.clicked.connect(self._ask_where)
        self.why = Text("", "muted")
        self.notice = NoticeBar()
        self.result = Text("", "success")
        self.show_folder = button("Show in folder", "Show in folder", "Open the folder that holds the file")
        self.show_folder.clicked.connect(lambda: self.show_folder_requested.emit(self._saved))
        self.expected = ExpectedScorePanel()
        self.hand_in = HandIn()
        self.prompt = Text("", "muted")
        self.predict = button("Predict the test faces", "Predict the test faces with this run", primary=True)
        self.predict.clicked.connect(lambda: self.predict_requested.emit(self.selected))
        self._list = QVBoxLayout()
        self._list.setSpacing(UNIT)
        self._lay_out()
        self._guard = WheelGuard(self)
        self._guard.guard(self)
        self._refresh()

    @property
    def selected(self) -> str:
        """Name of the chosen run; empty if there is none."""
        return str(self.run.currentData() or "")

    @property
    def path(self) -> Path | None:
        """Where the chosen run's submission was saved."""
        return self._saved

    def set_lookup(self, rows: int | None) -> None:
        """How many coordinates the project's lookup table asks for; None if it has no table."""
        before, self._rows = self._rows, rows
        self._checks = None
        self._refresh()
        if before != rows:
            self._ask_for_checks()

    def set_runs(self, runs: Sequence[RunRow]) -> None:
        """The runs to choose from; those that cannot predict are left out, the chosen one stays chosen."""
        chosen = self.selected
        before = next((row for row in self._runs if row.name == chosen), None)
        self._runs = tuple(sorted((r for r in runs if r.usable), key=lambda r: r.created, reverse=True))
        self.run.blockSignals(True)
        self.run.clear()
        for row in self._runs:
            known = "" if row.best_rmse is None else f"  ({row.best_rmse:.2f} px)"
            self.run.addItem(f"{row.name}{known}", row.name)
        self.run.setCurrentIndex(max(0, self.run.findData(chosen)) if self._runs else -1)
        self.run.blockSignals(False)
        if self._row() != before:
            self._run_changed()
        else:
            self._refresh()

    def select(self, run: str) -> None:
        """Choose a run; does nothing if there is none of this name."""
        at = self.run.findData(run)
        if at >= 0:
            self.run.setCurrentIndex(at)

    def set_checks(self, checks: Sequence[Check]) -> None:
        """What was found out about the chosen run's submission."""
        self._checks = tuple(checks)
        self._refresh()

    def set_busy(self, text: str) -> None:
        """Something is under way that must end before saving, such as predicting; empty if nothing is."""
        self._busy = text
        self._refresh()

    def show_saved(self, path: Path) -> None:
        """The file is written."""
        self._saved = path
        self.notice.clear()
        self._refresh()

    def show_failed(self, error: BaseException) -> None:
        """The file was not written, or could not be checked."""
        self.notice.show_error(error)

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the icons in the theme's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh()

    def _lay_out(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * UNIT)
        column.addWidget(field("&Run", self.run, self.about))
        column.addWidget(Text("Checks", "title"))
        column.addWidget(self.prompt)
        column.addLayout(self._list)
        column.addWidget(self.expected)
        column.addStretch(1)
        body.setMaximumWidth(640)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(UNIT + 4, 2 * UNIT, UNIT + 4, 2 * UNIT)
        row.addWidget(body, 100)
        row.addStretch(1)
        # What is done with the submission stays in sight, however much there is to read about it.
        footer = QWidget()
        below = QVBoxLayout(footer)
        below.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, 2 * UNIT)
        below.setSpacing(UNIT)
        saving = FlowLayout(UNIT, UNIT)
        for widget in (self.predict, self.save, self.show_folder):
            saving.addWidget(widget)
        below.addWidget(self.notice)
        below.addLayout(saving)
        for widget in (self.why, self.result, self.hand_in):
            below.addWidget(widget)
        self._work = QWidget()
        parts = QVBoxLayout(self._work)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(0)
        parts.addWidget(scrolling(holder), 1)
        parts.addWidget(footer)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.state)
        self._pages.addWidget(self._work)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _row(self) -> RunRow | None:
        return next((row for row in self._runs if row.name == self.selected), None)

    def _run_changed(self) -> None:
        self._checks = None
        self._saved = None
        self.expected.clear()
        self.notice.clear()
        self._refresh()
        self._ask_for_checks()

    def _ask_for_checks(self) -> None:
        row = self._row()
        if row is not None and "test" in row.predicted and self._rows is not None:
            self.run_selected.emit(row.name)

    def _missing(self) -> tuple[str, str, str] | None:
        """What stands in the way of any submission: title, text and the button against it."""
        if self._rows is None:
            return (
                "This project has no lookup table",
                "A submission answers the competition's IdLookupTable.csv. Import the download that holds "
                "it into a project, then train and predict there.",
                "Import the download …",
            )
        if not self._runs:
            return (
                "No run to submit yet",
                "Train a network first; its predictions of the test faces become the submission.",
                "Train a network",
            )
        return None

    def _refresh(self) -> None:
        missing = self._missing()
        if missing is not None:
            self.state.set_text(*missing)
            self._pages.setCurrentWidget(self.state)
            return
        self._pages.setCurrentWidget(self._work)
        row = self._row()
        if row is None:
            return
        self.about.setText(summary(row).partition(" · ")[2])
        predicted = "test" in row.predicted
        self.prompt.setText(self._prompt(row, predicted))
        self.prompt.setVisible(bool(self.prompt.text()))
        self.predict.setVisible(not predicted)
        self.predict.setEnabled(not self._busy)
        self.predict.setToolTip(self._busy or "Predict the test faces with this run")
        self._show_checks((self._checks or ()) if predicted else ())
        why = self._why_not(predicted)
        self.save.setEnabled(not why)
        self.save.setVisible(predicted)
        self.save.setToolTip(why or "Write RowId,Location to a file (CSV)")
        self.why.setText(why if predicted else "")
        self.why.setVisible(bool(self.why.text()))
        self.result.setText(f"Saved: {self._saved}" if self._saved else "")
        self.result.setVisible(self._saved is not None)
        self.show_folder.setVisible(self._saved is not None)

    def _why_not(self, predicted: bool) -> str:
        if self._busy:
            return self._busy
        if not predicted:
            return "The test faces are not predicted yet"
        if self._checks is None:
            return "The predictions are being checked"
        return "" if all(check.ok for check in self._checks) else "Not every check passed"

    def _prompt(self, row: RunRow, predicted: bool) -> str:
        if not predicted:
            return self._busy or f"{row.name} has not predicted the test faces yet."
        return f"Looking at {self._rows or 0:,} coordinates …" if self._checks is None else ""

    def _show_checks(self, checks: Sequence[Check]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        for check in checks:
            self._list.addWidget(_CheckLine(check))

    def _act(self) -> None:
        if self._rows is None:
            self.import_requested.emit()
        else:
            self.train_requested.emit()

    def _ask_where(self) -> None:
        run = self.selected
        self._dialog = QFileDialog(self, "Save submission", f"submission-{run}.csv", "CSV files (*.csv)")
        self._dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self._dialog.setDefaultSuffix("csv")
        self._dialog.fileSelected.connect(lambda path: self.save_requested.emit(run, Path(path)))
        self._dialog.open()


class _CheckLine(QWidget):
    """One check: a sign, what was looked at, and what was found."""

    def __init__(self, check: Check) -> None:
        super().__init__()
        theme = current()
        sign = QLabel()
        glyph, colour = ("check-circle", theme.success) if check.ok else ("x-circle", theme.danger)
        sign.setPixmap(icon(glyph, theme, colour).pixmap(QSize(20, 20)))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(f"{check.text[:1].upper()}{check.text[1:]}"))
        words.addWidget(Text(check.detail, "muted" if check.ok else "danger"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self.setAccessibleName(f"{'Passed' if check.ok else 'Failed'}: {check.text}, {check.detail}")
