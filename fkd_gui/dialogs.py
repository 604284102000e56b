"""The questions that need the system's file dialogs. None of them blocks the window's event loop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from fkd_gui.settings import LAST_FOLDER, Settings

Use = Callable[[Path], None]


def ask_project(parent: QWidget, settings: Settings, use: Use) -> None:
    """Which project to open."""
    dialog = _dialog(parent, settings, "Open a project: a folder NAME.fkd")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    _ask(dialog, settings, use)


def ask_source_file(parent: QWidget, settings: Settings, use: Use) -> None:
    """Which zip or CSV file to import."""
    dialog = _dialog(parent, settings, "Import the competition’s download")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["Download or faces (*.zip *.csv)", "All files (*)"])
    _ask(dialog, settings, use)


def ask_source_folder(parent: QWidget, settings: Settings, use: Use) -> None:
    """Which folder to import."""
    dialog = _dialog(parent, settings, "Import a folder with training.csv and test.csv")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    _ask(dialog, settings, use)


def ask_new_project(parent: QWidget, settings: Settings, source: Path, use: Use) -> None:
    """Where to make the project from a source."""
    _ask_project(parent, settings, "Make the project here", source.stem or source.name, use)


def ask_copy(parent: QWidget, settings: Settings, name: str, use: Use) -> None:
    """Where to make a copy of a project."""
    _ask_project(parent, settings, "Save a copy of the project here", f"{name}-copy", use)


def ask_save_csv(parent: QWidget, settings: Settings, name: str, use: Use) -> None:
    """Where to write a table."""
    dialog = _dialog(parent, settings, "Save as")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter("Table (*.csv)")
    dialog.setDefaultSuffix("csv")
    dialog.selectFile(name)
    _ask(dialog, settings, use)


def ask_save(parent: QWidget, settings: Settings, name: str, kind: str, use: Use) -> None:
    """Where to write a picture or a table.

    Args:
        name: proposed, with its ending.
        kind: what it is, for people.
    """
    ending = name.rpartition(".")[2]
    dialog = _dialog(parent, settings, "Save as")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(f"{kind} (*.{ending})")
    dialog.setDefaultSuffix(ending)
    dialog.selectFile(name)
    _ask(dialog, settings, use)


def _ask_project(parent: QWidget, settings: Settings, title: str, name: str, use: Use) -> None:
    dialog = _dialog(parent, settings, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilter("FKD project (*.fkd)")
    dialog.setDefaultSuffix("fkd")
    dialog.selectFile(f"{name}.fkd")
    _ask(dialog, settings, use)


def _dialog(parent: QWidget, settings: Settings, title: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, settings.get(LAST_FOLDER) or str(Path.home()))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def _ask(dialog: QFileDialog, settings: Settings, use: Use) -> None:
    def chosen(name: str) -> None:
        path = Path(name)
        settings.set(LAST_FOLDER, str(path.parent))
        use(path)

    dialog.fileSelected.connect(chosen)
    dialog.open()
