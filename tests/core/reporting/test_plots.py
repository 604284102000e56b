"""Axes and plots: round ticks, values at their places, lines thinned without losing their ends."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from fkd_core.reporting.axes import Axis, round_values, span_of
from fkd_core.reporting.markup import Markup, element, ends, number, table, text
from fkd_core.reporting.plots import HEIGHT, WIDTH, Bar, Line, bar_plot, line_plot
from fkd_core.reporting.sections.training import known


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (1, 11, [2, 4, 6, 8, 10]),
        (0, 0.1, [0, 0.02, 0.04, 0.06, 0.08, 0.1]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert round_values(low, high) == pytest.approx(expected)


def test_an_axis_maps_its_ends() -> None:
    assert Axis(2, 4, 10, 110).at(np.array([2, 3, 4])).tolist() == [10, 60, 110]
    assert Axis(1, 100, 0, 100, log=True).at(np.array([1, 10, 100])) == pytest.approx([0, 50, 100])
    assert 1 <= len(Axis(1e-9, 1, 0, 1, log=True).ticks()) <= 7
    assert span_of([]) == (0, 1)
    assert span_of([np.array([3.0, 3.0])])[0] < 3


def coordinates(plot: str) -> list[tuple[float, float]]:
    path = re.search(r' d="([^"]*)"', plot)
    assert path is not None
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", path[1])]


def test_a_line_is_drawn_within_the_plot_and_breaks_at_gaps() -> None:
    y = np.array([1.0, np.nan, 2.0, 1.5])
    plot = line_plot([Line("a <b>", np.arange(4.0), y, 1)], "x & x", "y")
    ElementTree.fromstring(plot)
    points = coordinates(plot)
    assert len(points) == 3
    assert plot.count("M") >= 2
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert "a &lt;b&gt;" in plot
    assert "x &amp; x" in plot


def test_ten_thousand_epochs_are_thinned_with_their_extremes() -> None:
    y = np.random.default_rng(0).normal(5, 0.1, 10_000)
    y[7777], y[3333] = 9, 2.5
    points = coordinates(line_plot([Line("a", np.arange(1e4), y, 1)], "x", "y", y_span=(0, 10)))
    assert len(points) <= 600
    drawn = [y for _, y in points]
    everything = Axis(0, 10, HEIGHT - 42, 26).at(y)
    assert min(drawn) == pytest.approx(everything.min(), abs=0.01)
    assert max(drawn) == pytest.approx(everything.max(), abs=0.01)


def test_one_epoch_and_no_value_are_drawn_too() -> None:
    ElementTree.fromstring(line_plot([Line("a", np.array([1.0]), np.array([2.0]), 1)], "x", "y"))
    ElementTree.fromstring(line_plot([Line("a", np.array([1.0]), np.array([np.nan]), 1)], "x", "y"))
    ElementTree.fromstring(bar_plot([Bar("a", float("nan"))], "t"))


def test_bars_are_as_long_as_their_values() -> None:
    root = ElementTree.fromstring(bar_plot([Bar("a", 1.0, 0.5, 1.5), Bar("b", 2.0)], "t", span=(0, 4)))
    widths = [float(rect.get("width")) for rect in root.iter("rect")]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.02)
    assert [each.text for each in root.iter("text")][-4:] == ["1.00", "b", "2.00", "t"]


def test_every_text_is_escaped_once() -> None:
    assert text("<&>\"'") == "&lt;&amp;&gt;&quot;&#x27;"
    assert text(Markup("<b>")) == "<b>"
    assert element("p", "<", title_='"') == '<p title="&quot;">&lt;</p>'
    assert "<script>" not in table("<script>", ["<script>", "a"], [["<script>", "<script>"]])
    assert number(float("nan")) == "unknown"
    assert ends((1.0, 2.0)) == "1.00 to 2.00"
    assert ends((float("nan"), 2.0)) == ""


def test_epochs_that_were_not_validated_leave_no_gap_but_folds_do() -> None:
    history = [
        {"epoch": epoch, "fold": 1 + (epoch > 4), "val_rmse": None if epoch % 2 else 5.0 - epoch / 2}
        for epoch in range(1, 9)
    ]
    epochs, values = known(history, "val_rmse")
    assert epochs.tolist() == [2, 4, 6, 6, 8]
    np.testing.assert_array_equal(values, [4, 3, np.nan, 2, 1])
    plot = line_plot([Line("validation", epochs, values, 1)], "epoch", "RMSE")
    path = re.search(r' d="([^"]*)"', str(plot))
    assert path is not None
    assert re.sub(r"[\d. ]+", "", path[1].replace("h0", "")) == "MLML"
    assert len(known(history, "val_loss")[0]) == 0
