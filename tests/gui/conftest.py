"""The window's tests run without a screen, on a small project of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fkd_core.project import Project
from fkd_gui.session import Session
from tests.helpers.projects import make_project

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path) -> Iterator[Session]:
    """A session on 12 training and 4 test faces, with nothing selected."""
    assert qapp is not None
    made = Session(Project(make_project(tmp_path / "small.fkd"), write=True))
    yield made
    made.close()
