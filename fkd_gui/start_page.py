"""What an empty window says: three ways to begin, each one click, and the projects of last time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fkd_gui.panels.kit import Text, button, set_glyph
from fkd_gui.theme import UNIT


class StartPage(QWidget):
    """Also takes a project, a zip or a folder that is dropped on it."""

    import_requested = Signal()
    demo_requested = Signal()
    open_requested = Signal()
    dropped = Signal(object)
    """a `Path`"""
    kaggle_requested = Signal()
    shown = Signal()
    """it is seen, perhaps again"""
    recent_requested = Signal(object)
    """a `Path`"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        title = QLabel("Facial keypoints")
        title.setStyleSheet("font-size: 24px; font-weight: 600;")
        lead = Text("See the labels, fix the wrong and the missing ones, train, predict, submit.", "muted")
        self.demo = button(
            "Try the demo", "Try the demo", "600 drawn faces, ready in a few seconds", primary=True
        )
        self.bring = button("Import the competition’s download …", "Import the competition’s download")
        self.bring.setToolTip("The zip, a folder with training.csv and test.csv, or one CSV file")
        self.open = button("Open a project …", "Open a project", "A folder NAME.fkd")
        self.kaggle = button(
            "Download from Kaggle …", "Download from Kaggle", "By your own kaggle program, then import it"
        )
        self.kaggle.clicked.connect(self.kaggle_requested)
        self.how_to = Text("", "muted")
        self.demo.clicked.connect(self.demo_requested)
        self.bring.clicked.connect(self.import_requested)
        self.open.clicked.connect(self.open_requested)
        for choice in (self.demo, self.bring, self.kaggle, self.open):
            choice.setMinimumHeight(5 * UNIT)
        self._recent_title = QLabel("Recent")
        self._recent_title.setStyleSheet("font-weight: 600;")
        self.recent: list[QPushButton] = []
        self._recent = QVBoxLayout()
        self._recent.setSpacing(UNIT // 2)
        hint = Text("You can also drop a zip, a folder or a project here.", "muted")
        column = QVBoxLayout()
        column.setSpacing(UNIT)
        for widget in (title, lead):
            column.addWidget(widget)
        column.addSpacing(UNIT)
        for widget in (self.demo, self.bring, self.kaggle, self.open):
            column.addWidget(widget)
        column.addSpacing(UNIT)
        column.addWidget(hint)
        column.addWidget(self.how_to)
        self.kaggle.hide()
        self.how_to.hide()
        column.addSpacing(2 * UNIT)
        column.addWidget(self._recent_title)
        column.addLayout(self._recent)
        card = QFrame()
        card.setLayout(column)
        card.setFixedWidth(440)
        row = QHBoxLayout(self)
        row.addStretch()
        row.addWidget(card, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch()
        self._draw()

    def set_kaggle(self, how_to: str) -> None:
        """What to do so that Kaggle can be reached from here; empty if it can be."""
        self.kaggle.setVisible(not how_to)
        self.how_to.setText(how_to)
        self.how_to.setVisible(bool(how_to))

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that it is seen."""
        super().showEvent(event)
        self.shown.emit()

    def show_recent(self, projects: Sequence[Path]) -> None:
        """List the projects that can be opened again."""
        while self.recent:
            self.recent.pop().deleteLater()
        for path in projects:
            entry = QPushButton(f"{path.name.removesuffix('.fkd')}  –  {path.parent}")
            entry.setProperty("flat", True)
            entry.setStyleSheet("text-align: left;")
            entry.setToolTip(str(path))
            entry.setAccessibleName(f"Open {path}")
            entry.clicked.connect(lambda _=False, path=path: self.recent_requested.emit(path))
            # A path may be longer than the page is wide; the tool tip has the whole of it.
            entry.setMinimumWidth(0)
            entry.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self._recent.addWidget(entry)
            self.recent.append(entry)
        self._recent_title.setVisible(bool(projects))

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders are welcome."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """One file or folder."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.dropped.emit(paths[0])

    def _draw(self) -> None:
        set_glyph(self.demo, "play", primary=True)
        set_glyph(self.bring, "download-simple")
        set_glyph(self.kaggle, "cloud-arrow-down")
        set_glyph(self.open, "folder-open")
