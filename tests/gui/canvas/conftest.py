"""A canvas on a screen of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from fkd_gui.canvas import FaceCanvas
from fkd_gui.session import Session


@pytest.fixture
def canvas(qtbot: QtBot, session: Session) -> Iterator[FaceCanvas]:
    """800 by 800 pixels, shown, with the keyboard."""
    made = FaceCanvas(session)
    qtbot.addWidget(made)
    made.resize(800, 800)
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    yield made
    made.hide()
