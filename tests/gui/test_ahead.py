"""Parts of the window made a piece at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fkd_gui.ahead import Ahead


def test_pieces_follow_the_import_one_each_turn(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "comes_ahead.py").write_text("HERE = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    made: list[str] = []

    def pieces() -> Iterator[None]:
        made.append("imported" if "comes_ahead" in sys.modules else "too early")
        yield
        made.append("second")

    ahead = Ahead(("comes_ahead",), pieces)
    with qtbot.waitSignal(ahead.ready):
        ahead.start()
        assert not made, "nothing is made before the event loop turns"
    assert made == ["imported", "second"]
    monkeypatch.delitem(sys.modules, "comes_ahead")
