"""Hundreds of runs and ten thousand epochs; the bounds are loose, the figures are `bench_runs`'s."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from fkd_core.info import run_summary
from fkd_core.runs import list_runs
from fkd_core.runs.listing import table_of_runs
from fkd_gui.main_window import MainWindow
from tests.helpers.many_runs import LONG, add_runs
from tests.helpers.windows import open_project


def test_two_hundred_runs_are_listed_and_a_long_one_is_drawn(
    qtbot: QtBot, make_window: Callable[[], MainWindow], project_folder: Path
) -> None:
    (long,) = add_runs(project_folder, count=200, long=1, held_out=3, few=5)
    runs = project_folder / "runs"
    began = time.thread_time()
    assert len(table_of_runs(runs, "")) == len([run_summary(run) for run in list_runs(runs)]) == 200
    assert time.thread_time() - began < 1, "of the processor; a tenth of that is usual"
    window = make_window()
    view = open_project(qtbot, window, project_folder)
    window.show_place("train")
    progress = view.train.panel.progress
    qtbot.waitUntil(lambda: view.train.runs.table.rowCount() == 200 and progress.curves is not None)
    view.train.runs.select("try-000")
    qtbot.waitUntil(lambda: progress.shown is not None and progress.shown.name == "try-000")
    with qtbot.waitSignal(progress.curves.redrawn):
        view.train.runs.select(long)
    assert len(progress.curves.series) == LONG
    began = time.thread_time()
    progress.curves.redraw()
    progress.curves.grab()
    assert time.thread_time() - began < 0.4, "of the processor; a tenth of that is usual"
