"""A set is frozen, labels are corrected, the network is trained again, and the two are compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from fkd_core.demo.project import make_demo_project
from fkd_core.jobs import Job
from fkd_core.proof.compare import FILE
from fkd_core.proof.frozen import freeze, load_frozen
from fkd_core.runs import Run
from fkd_gui.main_window import MainWindow
from fkd_gui.proof_desk import ProofState
from tests.helpers.runs import make_run, random_network
from tests.helpers.windows import moved, open_project, view_of

PATIENCE = 120_000


def stands(qtbot: QtBot, window: MainWindow, act: Callable[[], None]) -> ProofState:
    """How things stand once an act has come to its end."""
    desk = view_of(window).proof_desk
    qtbot.waitUntil(lambda: not desk.busy, timeout=PATIENCE)
    with qtbot.waitSignal(desk.stands, timeout=PATIENCE) as told:
        act()
    state = told.args[0]
    assert isinstance(state, ProofState)
    return state


def test_the_panel_leads_from_step_to_step(
    qtbot: QtBot, make_window: Callable[[], MainWindow], project_folder: Path
) -> None:
    make_run(project_folder, "old", random_network())
    window = make_window()
    view = open_project(qtbot, window, project_folder)
    window.show_place("train")
    panel, desk = view.train.proof, view.proof_desk
    assert stands(qtbot, window, desk.read).faces == 0
    assert panel.act.text() == "Freeze a validation set"
    window.retrain()
    assert "Freeze a validation set first" in window.statusBar().currentMessage()
    state = stands(qtbot, window, panel.act.click)
    frozen = load_frozen(view.project)
    assert frozen is not None
    assert state.faces == len(frozen) == 1
    seen = set(frozen.rows.tolist()) <= {0, 1, 2}
    assert (state.before is None) == seen
    panel.give_up.click()
    assert load_frozen(view.project) is not None
    assert panel.give_up.text() == "Really give it up?"
    state = stands(qtbot, window, panel.give_up.click)
    assert state.faces == 0
    assert load_frozen(view.project) is None


def test_changes_since_the_run_are_counted(
    qtbot: QtBot, make_window: Callable[[], MainWindow], project_folder: Path
) -> None:
    make_run(project_folder, "old", random_network())
    window = make_window()
    view = open_project(qtbot, window, project_folder)
    freeze(view.project, Job(), rows=np.array([4, 5]))
    state = stands(qtbot, window, view.proof_desk.read)
    assert (state.before, state.changed_points) == ("old", 0)
    assert view.train.proof.act.text() == "Retrain and compare"
    assert "No label has changed" in view.train.proof.text
    view.session.apply(moved(view.project, 7, 1, (30.0, 30.0)))
    state = stands(qtbot, window, lambda: window.show_place("train"))
    assert (state.changed_faces, state.changed_points) == (1, 1)
    assert "1 keypoint of 1 face changed since old" in view.train.proof.text


def test_a_damaged_set_is_said_and_stops_nothing(
    qtbot: QtBot, make_window: Callable[[], MainWindow], project_folder: Path
) -> None:
    (project_folder / "frozen.json").write_text("{")
    window = make_window()
    with qtbot.waitSignal(window.projects.opened):
        window.open_path(project_folder)
    qtbot.waitUntil(lambda: window.notices.notice is not None, timeout=PATIENCE)
    notice = window.notices.notice
    assert notice is not None
    assert "frozen validation set is damaged" in notice.title
    assert "frozen.json" in notice.text


@pytest.mark.trains
def test_retraining_keeps_the_frozen_faces_out_and_tells_both_errors(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    folder = tmp_path / "drawn.fkd"
    make_demo_project(folder, Job(), faces=66, test=6)
    window = make_window()
    view = open_project(qtbot, window, folder)
    window.show_place("train")
    stands(qtbot, window, view.train.proof.act.click)
    settings = view.train.settings
    settings.by_epochs.setChecked(True)
    settings.epochs.setValue(1)
    with qtbot.waitSignal(view.desk.ended, timeout=PATIENCE):
        view.train.proof.act.click()
    state = stands(qtbot, window, view.proof_desk.read)
    frozen = load_frozen(view.project)
    assert frozen is not None
    assert state.before is not None
    assert Run.open(view.project.runs_folder / state.before).split["validation"] == frozen.rows.tolist()
    other = next(row for row in range(60) if row not in frozen.rows)
    view.session.apply(moved(view.project, other, 10, (48.0, 60.0)))
    with qtbot.waitSignal(view.proof_desk.compared, timeout=PATIENCE) as told:
        window.retrain()
    made = told.args[0]
    assert made.before.run == state.before
    after = Run.open(view.project.runs_folder / made.after.run)
    assert not set(after.split["train"]) & set(frozen.rows.tolist())
    assert after.config == Run.open(view.project.runs_folder / state.before).config
    assert (after.folder / FILE).is_file()
    assert made.changed_points == 1
    qtbot.waitUntil(lambda: made.describe() in view.train.proof.verdict.text())
    assert window.notices.notice is not None
    assert made.describe() in window.notices.notice.text
