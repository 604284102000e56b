"""The keyboard map as one sees it before it is printed or saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fkd_core.jobs import Job
from fkd_gui.keyboard_page import Page, page_layout
from fkd_gui.keymap import Keymap
from fkd_gui.panels.kit import Text, button
from fkd_gui.tasks import Tasks
from fkd_gui.theme import UNIT

_WIDTH, _HEIGHT, _EDGE = 210.0, 297.0, 12.0
"""millimetres of the paper and of its margin"""


class _Sheet(QWidget):
    """The page as large as fits, white in both themes as paper is."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._drawn = QPixmap()
        self.setAccessibleName("Keyboard map")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(280, 396)

    def sizeHint(self) -> QSize:
        return QSize(580, 820)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._drawn = QPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's own
        scale = min(self.width() / _WIDTH, self.height() / _HEIGHT)
        if self._drawn.isNull():
            self._drawn = self._draw(scale)
        with QPainter(self) as painter:
            painter.drawPixmap(
                round((self.width() - _WIDTH * scale) / 2),
                round((self.height() - _HEIGHT * scale) / 2),
                self._drawn,
            )

    def _draw(self, scale: float) -> QPixmap:
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(round(_WIDTH * scale * ratio), round(_HEIGHT * scale * ratio))
        drawn.fill(Qt.GlobalColor.white)
        edge = _EDGE * scale * ratio
        with QPainter(drawn) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(drawn.rect()).adjusted(edge, edge, -edge, -edge)
            self._page.paint(painter, box, scale * ratio * 25.4 / 72)
        drawn.setDevicePixelRatio(ratio)
        return drawn


class KeyboardMap(QDialog):
    """A page with all keys, and what can be done with it.

    Args:
        keymap: as it is when the dialog opens.
    """

    def __init__(self, keymap: Keymap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard map")
        self._tasks = Tasks(self)
        self.page = Page.of(keymap)
        self.message = Text("", "muted")
        self.save_button = button("Save as PDF or HTML …", "Save as PDF or HTML", primary=True)
        self.print_button = button("Print …", "Print")
        self.save_button.clicked.connect(self._ask_file)
        self.print_button.clicked.connect(self._ask_printer)
        below = QHBoxLayout()
        below.setSpacing(UNIT)
        below.addWidget(self.message, 1)
        below.addWidget(self.print_button)
        below.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        layout.setSpacing(UNIT)
        layout.addWidget(_Sheet(self.page), 1)
        layout.addLayout(below)

    def done(self, result: int) -> None:
        """What is being written is finished first, for it tells this dialog."""
        self._tasks.close()
        super().done(result)

    def save(self, path: Path) -> None:
        """Write the page; the message tells when it is there."""
        page = self.page
        self._say(f"Writing {path.name} …")
        self._tasks.run(
            lambda _: page.save(path),
            "writing the keyboard map",
            done=lambda _: self._say(f"{path.name} was written."),
            failed=self._failed,
        )

    def print_on(self, printer: QPrinter) -> None:
        """Print the page."""
        page = self.page

        def work(_: Job) -> None:
            dots = printer.resolution() / 72
            with QPainter(printer) as painter:
                box = QRectF(printer.pageLayout().paintRectPixels(printer.resolution()))
                page.paint(painter, box.translated(-box.topLeft()), dots)

        self._say("Printing …")
        self._tasks.run(
            work, "printing the keyboard map", done=lambda _: self._say("Printed."), failed=self._failed
        )

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, "Save the keyboard map", str(Path.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["Page (*.pdf)", "Web page (*.html)"])
        dialog.setDefaultSuffix("pdf")
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix("html" if "html" in chosen else "pdf")
        )
        dialog.selectFile("fkd-keyboard-map.pdf")
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def _ask_printer(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(page_layout())
        printer.setDocName("FKD keyboard map")
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_on(printer))
        dialog.open()

    def _failed(self, error: Exception) -> None:
        self._say(str(error), "danger")

    def _say(self, text: str, role: str = "muted") -> None:
        self.message.set_role(role)
        self.message.setText(text)
