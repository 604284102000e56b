"""Plots saved as pictures and as tables, from each place that shows some."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QAction, QColor, QFont, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fkd_core.comparison.measure import tabulate
from fkd_core.errors import ProjectError
from fkd_core.schema import FKD_15
from fkd_core.search.config import SearchConfig
from fkd_core.search.importance import importance
from fkd_core.search.record import FINISHED, PRUNED, Trial
from fkd_core.search.spaces import default_space
from fkd_gui.compare import exports as comparing
from fkd_gui.compare.desk import Compared
from fkd_gui.main_window import MainWindow
from fkd_gui.panels import curve_exports
from fkd_gui.panels.series import EpochSeries
from fkd_gui.plotting.plot import Plot, by_first
from fkd_gui.plotting.save import SaveMenu, offer, save_plot
from fkd_gui.search import exports as searching
from fkd_gui.search.desk import SearchLook
from fkd_gui.theme import DARK, LIGHT
from tests.helpers.many_runs import add_runs, epoch_records
from tests.helpers.windows import open_project

PATIENCE = 30_000


def compared(runs: int = 2, faces: int = 12) -> Compared:
    random = np.random.default_rng(0)
    truth = random.uniform(20, 76, (faces, 15, 2)).astype(np.float32)
    truth[:, 3] = np.nan
    points = truth + random.normal(0, 1 + np.arange(runs)[:, None, None, None], (runs, *truth.shape))
    points = np.where(np.isfinite(points), points, 48).astype(np.float32)
    names = [f"run-{i}" for i in range(runs)]
    found = tabulate(names, points, truth, np.arange(faces) * 3, FKD_15, about=f"{faces} faces")
    epochs = tuple(EpochSeries(epoch_records(count, seed)) for seed, count in enumerate((5, 1200, 0)[:runs]))
    return Compared(found, epochs)


def look() -> SearchLook:
    config = SearchConfig("tpe", default_space("tpe", "seed"))
    values = {p.name: getattr(p, "values", None) or (p.low, p.high) for p in config.space.parameters}
    trials = [
        Trial(
            number,
            {name: options[number % len(options)] for name, options in values.items()},
            FINISHED if number % 3 else PRUNED,
            rmse=2.0 + number,
            score=(2.0 + number) ** 2,
            epoch=3,
        )
        for number in range(7)
    ]
    return SearchLook({"name": "first"}, config, trials, importance(config.space, trials))


def table_of(plot: Plot) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(plot.csv())))


def every_plot() -> list[Plot]:
    series = EpochSeries(epoch_records(2000))
    return [
        *(comparing.plot_of(compared(3), key, 2) for key, _ in comparing.TITLES),
        *(searching.plot_of(look(), key, "From 7 trials.") for key, _ in searching.TITLES),
        *(curve_exports.plot_of(series, key, "first") for key, _ in curve_exports.TITLES),
        *(curve_exports.plot_of(EpochSeries(), key) for key, _ in curve_exports.TITLES),
    ]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_plot_is_drawn_and_said(qapp: QApplication, tmp_path: Path, theme: Any) -> None:
    for number, plot in enumerate(every_plot()):
        path = tmp_path / f"{number}.png"
        save_plot(plot, path, theme, qapp.font())
        image = QImage(str(path))
        assert (image.width(), image.height()) == (1440, 1040)
        assert image.pixelColor(0, 0) == QColor(theme.surface)
        save_plot(plot, path.with_suffix(".svg"), theme, qapp.font())
        assert QSvgRenderer(str(path.with_suffix(".svg"))).isValid()
        assert plot.title in path.with_suffix(".svg").read_text()
        assert len(plot.csv().splitlines()) == len(plot.rows) + 1


def test_lines_are_seen_in_their_colours(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "curves.png"
    save_plot(comparing.plot_of(compared(), "keypoints"), path, LIGHT, qapp.font())
    image = QImage(str(path)).scaled(360, 260)
    colours = {image.pixelColor(x, y).name() for x in range(360) for y in range(260)}
    assert {QColor(colour).name() for colour in LIGHT.series[:2]} <= colours


def test_numbers_are_whole_whatever_is_drawn() -> None:
    series = EpochSeries(epoch_records(5000))
    rows = table_of(curve_exports.plot_of(series, "rmse", "first"))
    assert len(rows) == 5000
    assert float(rows[41]["validation"]) == series.column("val_rmse")[41]
    rows = table_of(comparing.plot_of(compared(), "curves"))
    assert [row["epoch"] for row in rows[:2]] == ["1", "2"]
    assert len(rows) == 1200
    assert rows[10]["run-0"] == "", "its training ended before"
    assert rows[10]["run-1"]


def test_numbers_of_a_comparison_are_those_found() -> None:
    given = compared()
    rows = table_of(comparing.plot_of(given, "faces"))
    assert [int(row["row"]) for row in rows] == given.found.rows.tolist()
    assert float(rows[3]["run-1"]) == given.found.face_errors[1, 3]
    rows = table_of(comparing.plot_of(given, "keypoints"))
    assert FKD_15.keypoints[3] not in [row["keypoint"] for row in rows], "nobody placed it"
    assert float(rows[0]["run-0"]) == given.found.per_keypoint[0, 0]


def test_numbers_of_a_search_are_its_trials() -> None:
    given = look()
    for key in ("history", "parallel"):
        rows = table_of(searching.plot_of(given, key))
        assert [(row["trial"], row["status"], float(row["rmse"])) for row in rows] == [
            (str(t.number + 1), t.status, t.rmse) for t in given.trials
        ]
    shares = table_of(searching.plot_of(given, "importance", "told"))
    assert sum(float(row["share"]) for row in shares) == pytest.approx(1)


def test_lines_share_one_table() -> None:
    first = (np.array([1.0, 3.0]), np.array([5.0, 6.0]))
    second = (np.array([2.0, 3.0]), np.array([7.0, 8.0]))
    rows = by_first(("a", "b"), [first, second])
    np.testing.assert_array_equal(rows, [[1, 5, np.nan], [2, np.nan, 7], [3, 6, 8]])
    assert isinstance(rows[0][0], int)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"received 'a\.pdf'"):
        save_plot(every_plot()[0], tmp_path / "a.pdf", LIGHT, QFont())


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ProjectError, match="cannot be written"):
        save_plot(every_plot()[0], tmp_path / "file" / "a.csv", LIGHT, QFont())


def entries(menu: Any) -> dict[str, QAction]:
    """Entries by the ways to them, without marks of keys."""
    found: dict[str, QAction] = {}
    for action in menu.actions():
        name = action.text().replace("&", "")
        inner = action.menu()
        found |= {f"{name}/{rest}": a for rest, a in entries(inner).items()} if inner else {name: action}
    return found


def test_curves_are_saved_by_the_button_and_by_the_context_menu(
    qtbot: QtBot,
    make_window: Callable[[], MainWindow],
    project_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_runs(project_folder, count=1, long=0, held_out=3, few=30)
    # the system's dialog cannot be driven; everything after it is real
    monkeypatch.setattr("fkd_gui.dialogs.ask_save", lambda *words: words[-1](tmp_path / words[2]))
    window = make_window()
    view = open_project(qtbot, window, project_folder)
    window.show_place("train")
    progress = view.train.panel.progress
    qtbot.waitUntil(lambda: progress.curves is not None and len(progress.curves.series) == 30)
    curves = progress.curves
    with qtbot.waitSignal(view.noted, timeout=PATIENCE) as told:
        entries(curves.save.menu())["RMSE/Save numbers as CSV …"].trigger()
    assert told.args == ["Saved try-000-rmse.csv."]
    assert len((tmp_path / "try-000-rmse.csv").read_text().splitlines()) == 31
    place = curves._view.mapFromScene(curves._plots[0].plot.sceneBoundingRect().center())
    assert curves._plot_at(place) == ("loss", "Loss")
    curves._view.customContextMenuRequested.emit(place)
    menu = curves._view.findChild(SaveMenu)
    with qtbot.waitSignal(view.noted, timeout=PATIENCE):
        entries(menu)["Save as PNG …"].trigger()
    menu.close()
    assert QImage(str(tmp_path / "try-000-loss.png")).width() == 1440


def test_a_context_menu_over_no_plot_is_none(qtbot: QtBot, qapp: QApplication) -> None:  # noqa: ARG001
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

    widget = QWidget()
    qtbot.addWidget(widget)
    offer(widget, lambda _: None, lambda *_: pytest.fail("nothing can be saved"))
    widget.customContextMenuRequested.emit(QPoint(1, 1))
    assert widget.findChild(SaveMenu) is None
