"""Saving plots: the files, the menu that offers them, and the thread that writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QPainter
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from fkd_core.files import write_atomic
from fkd_core.jobs import Job
from fkd_gui import dialogs
from fkd_gui.panels.kit import named, set_glyph
from fkd_gui.tasks import Tasks
from fkd_gui.theme import Theme, current

if TYPE_CHECKING:
    from fkd_gui.plotting.plot import Plot
    from fkd_gui.project_view import ProjectView
    from fkd_gui.settings import Settings

SAVES = (("png", "Save as &PNG …"), ("svg", "Save as S&VG …"), ("csv", "Save numbers as &CSV …"))
_WORDS = {"png": "Picture", "svg": "Drawing", "csv": "Table"}


def save_plot(plot: Plot, path: Path, theme: Theme, font: QFont) -> None:
    """Write a plot; the ending of the file, `.png`, `.svg` or `.csv`, says as what. Works on any thread.

    Raises:
        ReadOnlyError: if the place cannot be written.
        ProjectError: if the disk is full.
        ValueError: if the ending is another one.
    """
    from fkd_gui.overview.export import png, svg
    from fkd_gui.plotting.paint import HEIGHT, WIDTH, paint_plot

    def paint(painter: QPainter) -> None:
        paint_plot(painter, plot, theme, font)

    ending, size = path.suffix.lower(), QSize(WIDTH, HEIGHT)
    if ending == ".csv":
        content = plot.csv().encode()
    elif ending == ".png":
        content = png(paint, size)
    elif ending == ".svg":
        content = svg(paint, size, plot.title, plot.finding)
    else:
        raise ValueError(f"a plot is written as .png, .svg or .csv, received {path.name!r}")
    write_atomic(path, content)


class SaveMenu(QMenu):
    """Offers each of some plots in three kinds; of one plot without a level between.

    Args:
        names: key and title of the plots, in the order in which they are seen.
    """

    wanted = Signal(str, str)
    """key of a plot, and the ending of its file"""

    def __init__(self, names: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__("Save", parent)
        for key, title in names:
            menu = self.addMenu(title) if len(names) > 1 else self
            for ending, text in SAVES:
                entry = QAction(text, menu)
                entry.triggered.connect(partial(self._want, key, ending))
                menu.addAction(entry)

    def _want(self, key: str, ending: str) -> None:
        self.wanted.emit(key, ending)


class SaveButton(QToolButton):
    """The visible way to a `SaveMenu`, reached by the keyboard too."""

    wanted = Signal(str, str)
    """key of a plot, and the ending of its file"""

    def __init__(self, names: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "Save plots", "Save a plot as a picture, or its numbers as a table")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setProperty("flat", True)
        self._menu = SaveMenu(names, self)
        self._menu.wanted.connect(self.wanted)
        self.setMenu(self._menu)
        set_glyph(self, "export")

    def retint(self) -> None:
        """Follow the theme."""
        set_glyph(self, "export")


def offer(
    widget: QWidget,
    plot_at: Callable[[QPoint], tuple[str, str] | None],
    wanted: Callable[[str, str], None],
) -> None:
    """Have a widget's context menu save the plot that it is opened over.

    Args:
        plot_at: key and title of the plot at a place of the widget; None where there is none.
        wanted: is told the key and the ending of the file.
    """

    def show(place: QPoint) -> None:
        there = plot_at(place)
        if there is not None:
            menu = SaveMenu([there], widget)
            menu.wanted.connect(wanted)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(widget.mapToGlobal(place))

    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    widget.customContextMenuRequested.connect(show)


class PlotSaver(QObject):
    """Asks where a plot is to be saved, and writes it on a thread."""

    saved = Signal(str)
    """in words, which file was written"""
    failed = Signal(object)

    def __init__(self, widget: QWidget, settings: Settings) -> None:
        super().__init__(widget)
        self._widget, self._settings = widget, settings
        self._tasks = Tasks(self)
        self._tasks.failed.connect(self.failed)

    def ask(self, make: Callable[[], Plot], key: str, ending: str) -> None:
        """Ask for the file, then make the plot and write it.

        Args:
            make: makes the plot; called on the thread that writes.
            key: proposed as the name of the file.
        """
        theme, font = current(), QFont(self._widget.font())

        def work(path: Path, _: Job) -> str:
            save_plot(make(), path, theme, font)
            return f"Saved {path.name}."

        def save(path: Path) -> None:
            self._tasks.run(partial(work, path), "saving a plot", done=self.saved.emit)

        dialogs.ask_save(self._widget, self._settings, f"{key}.{ending}", _WORDS[ending], save)

    def finish(self) -> None:
        """Wait until what is being written is."""
        self.blockSignals(True)
        self._tasks.close()


def saver_for(view: ProjectView, widget: QWidget) -> PlotSaver:
    """A saver for a place of a project's view, which tells what became of it."""
    saver = PlotSaver(widget, view.settings)
    saver.saved.connect(view.noted)
    saver.failed.connect(view.problem)
    view.session.closing.connect(saver.finish)
    return saver
