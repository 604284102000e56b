"""Sliders for light: they follow keys and menus, and keys and menus follow them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fkd_gui.canvas import CanvasOptions
from fkd_gui.canvas.remembering import remembered
from fkd_gui.main_window import MainWindow
from fkd_gui.panels.light import LightPanel
from tests.helpers.windows import focus, view_of


@pytest.fixture
def panel(qtbot: QtBot) -> LightPanel:
    made = LightPanel()
    qtbot.addWidget(made)
    return made


def test_it_shows_what_it_is_told(panel: LightPanel) -> None:
    assert not panel.reset.isEnabled()
    panel.show_options(CanvasOptions(brightness=-30, gamma=180, equalise=True))
    assert {part: slider.value() for part, slider in panel.sliders.items()} == {
        "brightness": -30,
        "contrast": 0,
        "gamma": 180,
    }
    assert panel.equalise.isChecked()
    assert panel.reset.isEnabled()


def test_a_slider_asks_for_its_value(qtbot: QtBot, panel: LightPanel) -> None:
    with qtbot.waitSignal(panel.changed) as asked:
        qtbot.keyClick(panel.sliders["contrast"], Qt.Key.Key_Right)
    assert asked.args == ["contrast", 10]
    with qtbot.waitSignal(panel.changed) as asked:
        panel.equalise.click()
    assert asked.args == ["equalise", True]


def test_sliders_and_keys_are_two_ways_to_one_light(qtbot: QtBot, window: MainWindow) -> None:
    label = view_of(window).label
    window.actions_by_id["light"].trigger()
    assert label.light.isVisible()
    label.light.sliders["gamma"].setValue(160)
    label.light.equalise.click()
    assert label.canvas.options.gamma == 160
    assert remembered(window.settings)["equalise"] is True
    assert window.actions_by_id["show_equalise"].isChecked()
    focus(qtbot, label.canvas)
    qtbot.keyClick(label.canvas, Qt.Key.Key_B)
    assert label.light.sliders["brightness"].value() == 10
    qtbot.mouseClick(label.light.reset, Qt.MouseButton.LeftButton)
    assert label.canvas.options.tone.plain
    assert label.light.sliders["gamma"].value() == 100
    assert not view_of(window).project.labels.done
