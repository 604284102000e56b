"""The contact sheet of a small project."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from fkd_gui.main_window import MainWindow
from fkd_gui.sheet import SheetPanel
from tests.helpers.sheet import open_sheet


@pytest.fixture
def sheet(qtbot: QtBot, window: MainWindow) -> SheetPanel:
    """The sheet of the nose tips, in the order of the file."""
    return open_sheet(qtbot, window)
