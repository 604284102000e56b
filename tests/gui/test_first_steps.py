"""The first look at the demo, step by step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from fkd_gui.first_steps import STEPS, FirstSteps
from fkd_gui.main_window import MainWindow
from tests.helpers.windows import moved, open_project


def test_each_step_gives_way_to_the_next_once_it_is_done(
    qtbot: QtBot, make_window: Callable[[], MainWindow], project_folder: Path
) -> None:
    window = make_window()
    view = open_project(qtbot, window, project_folder)
    window.show_place("label")
    steps = FirstSteps(view)
    said = view.label

    def tells(step: str) -> bool:
        number = [name for name, _ in STEPS].index(step)
        return steps.step == step and said.hint.said == f"{number + 1} of {len(STEPS)}  ·  {STEPS[number][1]}"

    assert tells("drag")
    window.step(1)
    assert said.hint.said == ""
    assert steps.step == "drag", "looking at another face is not dragging"
    window.step(-1)
    assert tells("drag")
    view.session.apply(moved(view.project, 0, 0, (30.0, 30.0)))
    assert tells("next")
    view.session.apply(moved(view.project, 0, 0, (31.0, 30.0)))
    assert tells("next")
    window.next_work(1)
    assert tells("review")
    window.show_place("review")
    assert tells("train")
    window.show_place("train")
    window.show_place("label")
    assert tells("end")
    window.step(1)
    assert said.hint.said == ""
    window.step(1)
    assert said.hint.said == ""
