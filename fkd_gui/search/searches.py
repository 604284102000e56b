"""The searches of a project, and what can be done with the chosen one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from fkd_gui.panels.kit import Text, button, named
from fkd_gui.panels.run_table import when
from fkd_gui.theme import UNIT, current, icon

_GLYPHS = {"running": "play-circle", "finished": "check-circle", "stopped": "pause-circle"}


class SearchList(QWidget):
    """Newest first."""

    selected = Signal(str)
    resume_requested = Signal(str)
    train_requested = Signal(str)
    keep_requested = Signal(str)
    delete_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summaries: dict[str, dict[str, Any]] = {}
        self._busy = False
        self.list = named(QListWidget(), "Searches", "")
        self.list.setToolTip("")
        self.list.currentItemChanged.connect(lambda *_: self._changed())
        self.told = Text("", "muted")
        self.train = button(
            "Train the best in full",
            "Train the best settings in full",
            "A new run with these settings, for as long as the network takes by itself",
        )
        self.keep = button(
            "Keep as a run",
            "Keep the trial as a run",
            "The trial as it was trained, with its weights: at once, but trained no longer than the trial",
        )
        self.resume = button("Resume", "Resume", "Go on with the trials that are left")
        self.delete = button("Delete …", "Delete this search", "Delete this search and what its trials left")
        for control, signal in (
            (self.train, self.train_requested),
            (self.keep, self.keep_requested),
            (self.resume, self.resume_requested),
        ):
            control.clicked.connect(lambda _=False, signal=signal: signal.emit(self.name))
        self.delete.clicked.connect(self._ask_delete)
        self._asking = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        layout.setSpacing(UNIT)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.told)
        for control in (self.train, self.keep, self.resume, self.delete):
            layout.addWidget(control)
        self._refresh()

    @property
    def name(self) -> str:
        """Name of the chosen search; empty if none is."""
        item = self.list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    @property
    def names(self) -> list[str]:
        """All names, as listed."""
        return list(self._summaries)

    def show_searches(self, summaries: list[dict[str, Any]]) -> None:
        """List these; the chosen one stays chosen, without one the first is."""
        chosen = self.name
        self._summaries = {summary["name"]: summary for summary in summaries}
        self.list.blockSignals(True)
        self.list.clear()
        for summary in summaries:
            item = QListWidgetItem(_line(summary))
            item.setData(Qt.ItemDataRole.UserRole, summary["name"])
            self.list.addItem(item)
        self._draw()
        names = self.names
        if names:
            self.list.setCurrentRow(names.index(chosen) if chosen in names else 0)
        self.list.blockSignals(False)
        self._refresh()
        if self.name != chosen and self.name:
            self.selected.emit(self.name)

    def select(self, name: str) -> None:
        """Choose a search, if it is there."""
        if name in self.names:
            self.list.setCurrentRow(self.names.index(name))

    def update_summary(self, summary: dict[str, Any]) -> None:
        """A search as it stands now."""
        if summary["name"] in self._summaries:
            self._summaries[summary["name"]] = summary
            self.list.item(self.names.index(summary["name"])).setText(_line(summary))
            self._draw()
            self._refresh()

    def set_busy(self, busy: bool) -> None:
        """Whether a search of this window runs."""
        self._busy = busy
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _changed(self) -> None:
        self._asking = False
        self._refresh()
        if self.name:
            self.selected.emit(self.name)

    def _ask_delete(self) -> None:
        # The second press does it: no dialog in the way, and no slip either.
        if self._asking:
            self.delete_requested.emit(self.name)
        self._asking = not self._asking
        self._refresh()

    def _refresh(self) -> None:
        summary = self._summaries.get(self.name)
        running = summary is not None and summary["status"] == "running"
        best = None if summary is None else summary["best"]
        self.train.setEnabled(best is not None)
        self.keep.setEnabled(best is not None)
        left = summary is not None and summary["ended"] < summary["trials"]
        self.resume.setEnabled(left and not self._busy)
        self.resume.setText("Join" if running and not self._busy else "Resume")
        self.delete.setEnabled(summary is not None and not running)
        self.delete.setText("Delete for good?" if self._asking else "Delete …")
        self.told.setText("" if summary is None else _told(summary))
        self.told.setVisible(summary is not None)

    def _draw(self) -> None:
        theme = current()
        self.list.setIconSize(QSize(16, 16))
        for row, summary in enumerate(self._summaries.values()):
            self.list.item(row).setIcon(icon(_GLYPHS.get(summary["status"], "info"), theme))


def _line(summary: dict[str, Any]) -> str:
    best = summary["best"]
    error = f" · {best['rmse']:.2f} px" if best is not None and best["rmse"] is not None else ""
    return f"{summary['name']}  {summary['ended']}/{summary['trials']}{error}"


def _told(summary: dict[str, Any]) -> str:
    parts = [
        f"{summary['strategy']}, {summary['model']}, {summary['status']}, begun {when(summary['created'])}"
    ]
    if summary["pruned"]:
        parts.append(f"{summary['pruned']} given up early")
    if summary["storage"]:
        parts.append(f"shared by {summary['storage']}")
    return "\n".join(parts)
