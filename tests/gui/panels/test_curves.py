from __future__ import annotations

import importlib
import math
import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fkd_gui.panels.series import EpochSeries
from fkd_gui.theme import DARK, LIGHT, apply_theme
from tests.gui.panels.histories import history

Curves = pytest.importorskip("fkd_gui.panels.curves").Curves


@pytest.fixture
def curves(qtbot: QtBot, qapp: QApplication) -> Curves:
    apply_theme(qapp, LIGHT)
    made = Curves()
    qtbot.addWidget(made)
    made.resize(640, 480)
    return made


def test_all_four_curves_show_the_values(curves: Curves) -> None:
    records = history(30, validate_every=5)
    curves.show_series(EpochSeries(records), 40)
    for name in ("loss", "val_loss", "rmse", "val_rmse"):
        known = [(r["epoch"], r[name]) for r in records if r[name] is not None]
        x, y = curves.drawn(name)
        np.testing.assert_array_equal(x, [epoch for epoch, _ in known])
        np.testing.assert_allclose(y, [value for _, value in known], rtol=1e-6)
    with pytest.raises(KeyError, match="received"):
        curves.drawn("accuracy")


def test_new_epochs_are_drawn_together_a_little_later(curves: Curves, qtbot: QtBot) -> None:
    series = EpochSeries(history(5))
    curves.show_series(series)
    for record in history(12)[5:]:
        series.add(record)
        curves.refresh()
    assert len(curves.drawn("loss")[0]) == 5
    with qtbot.waitSignal(curves.redrawn):
        pass
    assert len(curves.drawn("loss")[0]) == 12


def test_without_a_crosshair_the_best_epoch_is_told(curves: Curves) -> None:
    curves.show_series(EpochSeries(history(40)))
    assert "epoch 30" in curves.readout
    assert "validation 1.32 px" in curves.readout
    assert curves.keys.accessibleName().startswith("Best: ")


def test_arrow_keys_move_the_crosshair(curves: Curves, qtbot: QtBot) -> None:
    curves.show_series(EpochSeries(history(40)))
    qtbot.keyClick(curves, Qt.Key.Key_Left)
    assert curves.cursor == 40
    qtbot.keyClick(curves, Qt.Key.Key_Left)
    assert curves.cursor == 39
    qtbot.keyClick(curves, Qt.Key.Key_Home)
    assert "epoch 1," in curves.readout
    qtbot.keyClick(curves, Qt.Key.Key_Left)
    assert curves.cursor == 1
    qtbot.keyClick(curves, Qt.Key.Key_Escape)
    assert curves.cursor is None
    assert "epoch 30" in curves.readout


def test_ten_thousand_epochs_are_quick_and_keep_every_epoch(curves: Curves, qtbot: QtBot) -> None:
    records = history(10_000)
    curves.show()
    qtbot.waitExposed(curves)
    began = time.perf_counter()
    curves.show_series(EpochSeries(records))
    curves.grab()
    assert time.perf_counter() - began < 2
    assert curves.window == 50
    assert len(curves.drawn("val_rmse")[0]) == 10_000
    for part in curves._plots:
        for _, line, pale in part.lines:
            assert 100 < len(line.curve.getData()[0]) <= 2 * 640
            assert 100 < len(pale.curve.getData()[0]) <= 4 * 640, "lowest and highest of each pixel"


def test_both_themes_can_be_painted(curves: Curves, qapp: QApplication) -> None:
    curves.show_series(EpochSeries(history(20)))
    light = curves.grab().toImage().pixelColor(320, 440)
    apply_theme(qapp, DARK)
    dark = curves.grab().toImage().pixelColor(320, 440)
    assert light.lightness() > 200
    assert dark.lightness() < 60


def test_zooming_offers_the_way_back(curves: Curves, qtbot: QtBot) -> None:
    curves.show_series(EpochSeries(history(100)))
    curves.show()
    plot = curves._plots[1].plot
    plot.getViewBox().setRange(xRange=(20, 30))
    plot.getViewBox().sigRangeChangedManually.emit([True, False])
    assert curves.whole.isVisible()
    qtbot.mouseClick(curves.whole, Qt.MouseButton.LeftButton)
    assert not curves.whole.isVisible()
    assert plot.viewRange()[0][1] >= 100


@pytest.mark.parametrize(("low", "high"), [(1.15, 1.82), (0.9, 40.0), (2.01, 2.06)])
def test_an_axis_of_decades_has_two_ticks_at_least(low: float, high: float) -> None:
    axis = importlib.import_module("fkd_gui.panels.axes").DecadeAxis("left")
    ((_, ticks),) = axis.tickValues(math.log10(low), math.log10(high), 110)
    assert len(ticks) >= 2
    assert all(low * 0.999 <= 10**tick <= high * 1.001 for tick in ticks)
