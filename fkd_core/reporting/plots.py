"""Plots as SVG inside the page: colours come from its style sheet, so they follow light, dark and print."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from fkd_core.arrays import Floats
from fkd_core.reporting.axes import Axis, span_of
from fkd_core.reporting.markup import Markup, element, joined

WIDTH, HEIGHT = 460, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 14, 26, 42
_MOST = 500
"""points of a line: more than there are pixels for"""
_WIDE_RANGE = 5
"""ratio of the ends from which on an axis is logarithmic"""
_LETTER = 6.6
"""mean width of a letter, for the legend"""


@attrs.frozen(eq=False)
class Line:
    """One line of a plot.

    Args:
        name: in the legend.
        x, y: `(P,)`; NaN interrupts it.
        style: number of its colour and dashes, from 1.
    """

    name: str
    x: Floats
    y: Floats
    style: int


def line_plot(
    lines: Sequence[Line],
    x_title: str,
    y_title: str,
    *,
    x_span: tuple[float, float] | None = None,
    y_span: tuple[float, float] | None = None,
    percent: tuple[bool, bool] = (False, False),
) -> Markup:
    """Lines over one axis. The vertical axis is logarithmic where the values span much and no span is given.

    Args:
        x_title, y_title: what the axes show.
        x_span, y_span: ends of the axes; from the lines if None.
        percent: whether the values of each axis are shares.
    """
    xs, ys = [line.x for line in lines], [line.y for line in lines]
    positive = [y[np.isfinite(y)] for y in ys]
    all_y = np.concatenate(positive) if positive else np.empty(0)
    log = y_span is None and len(all_y) > 0 and all_y.min() > 0 and all_y.max() > _WIDE_RANGE * all_y.min()
    if y_span is None:
        y_span = (float(all_y.min()) / 1.15, float(all_y.max()) * 1.15) if log else span_of(ys)
    low, high = x_span or span_of(xs)
    if x_span is None and any(len(x) for x in xs):
        known = np.concatenate(xs)
        low, high = float(known.min()), max(float(known.max()), float(known.min()) + 1e-9)
    x_axis = Axis(low, high, _LEFT, WIDTH - _RIGHT)
    y_axis = Axis(*y_span, HEIGHT - _BOTTOM, _TOP, log=log)
    drawn = [element("path", d=_path(x_axis, y_axis, line), class_=f"line s{line.style}") for line in lines]
    about = f"{y_title} over {x_title}: {', '.join(line.name for line in lines)}"
    return _svg(
        about, HEIGHT, _grid(x_axis, y_axis, x_title, y_title, percent), joined(drawn), _legend(lines)
    )


@attrs.frozen
class Bar:
    """One bar.

    Args:
        name: beside it.
        value: NaN for none.
        low, high: ends of its interval; NaN for none.
    """

    name: str
    value: float
    low: float = float("nan")
    high: float = float("nan")


def bar_plot(
    bars: Sequence[Bar],
    title: str,
    *,
    percent: bool = False,
    band: tuple[float, float] | None = None,
    span: tuple[float, float] | None = None,
) -> Markup:
    """Horizontal bars with their intervals and values.

    Args:
        title: what the values are.
        percent: whether they are shares.
        band: a range that is as expected, shaded.
        span: ends of the axis; from 0 to the largest if None.
    """
    step, left = 19, 168
    height = _TOP + step * len(bars) + _BOTTOM
    values = np.array([[bar.value, bar.low, bar.high] for bar in bars], np.float64).reshape(-1, 3)
    low, high = span or span_of([values.ravel()], zero=True)
    axis = Axis(low, high, left, WIDTH - 58)
    bottom = height - _BOTTOM
    parts: list[Markup] = []
    if band is not None:
        start, end = axis.at(np.array(band)).tolist()
        parts.append(element("rect", x=_n(start), y=_TOP, width=_n(end - start), height=bottom - _TOP,
                             class_="band"))  # fmt: skip
    for tick in axis.ticks(4):
        x = _n(float(axis.at(tick)))
        parts.append(element("line", x1=x, x2=x, y1=_TOP, y2=bottom, class_="grid"))
        parts.append(_label(x, bottom + 16, _written(tick, percent), "middle"))
    for at, bar in enumerate(bars):
        middle = _TOP + step * at + step / 2
        parts.append(_label(left - 8, middle + 4, bar.name, "end"))
        if np.isfinite(bar.value):
            start, end = float(axis.at(max(low, 0.0))), float(axis.at(bar.value))
            parts.append(element("rect", x=_n(min(start, end)), y=_n(middle - 6),
                                 width=_n(abs(end - start)), height=12, class_="bar"))  # fmt: skip
        if np.isfinite(bar.low) and np.isfinite(bar.high):
            ends = axis.at(np.array([bar.low, bar.high])).tolist()
            parts.append(element("line", x1=_n(ends[0]), x2=_n(ends[1]), y1=_n(middle), y2=_n(middle),
                                 class_="whisker"))  # fmt: skip
        shown = "–" if not np.isfinite(bar.value) else f"{bar.value:.1%}" if percent else f"{bar.value:.2f}"
        parts.append(_label(WIDTH - 6, middle + 4, shown, "end"))
    parts.append(_label((left + WIDTH - 58) / 2, height - 6, title, "middle", "title"))
    return _svg(f"{title} of {', '.join(bar.name for bar in bars)}", height, *parts)


def _path(x_axis: Axis, y_axis: Axis, line: Line) -> str:
    """The line, thinned to what can be seen: of each stretch its first, lowest and highest value."""
    x, y = _thinned(line.x, line.y)
    known = np.isfinite(y)
    xs, ys = x_axis.at(x), y_axis.at(np.where(known, y, y_axis.low))
    words, pen = [], "M"
    for there, left, down in zip(known.tolist(), xs.tolist(), ys.tolist(), strict=True):
        if there:
            # A stretch of no length is drawn as a dot, in case nothing follows.
            words.append(f"{pen}{_n(left)} {_n(down)}{'h0' if pen == 'M' else ''}")
        pen = "L" if there else "M"
    return "".join(words)


def _thinned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    if len(x) <= _MOST:
        return x, y
    chosen: set[int] = {0, len(x) - 1}
    for part in np.array_split(np.arange(len(x)), _MOST // 3):
        known = part[np.isfinite(y[part])]
        chosen.add(int(part[0]))
        if len(known):
            chosen |= {int(known[y[known].argmin()]), int(known[y[known].argmax()])}
    kept = sorted(chosen)
    return x[kept], y[kept]


def _grid(x_axis: Axis, y_axis: Axis, x_title: str, y_title: str, percent: tuple[bool, bool]) -> Markup:
    bottom, parts = HEIGHT - _BOTTOM, []
    for tick in x_axis.ticks(6):
        x = _n(float(x_axis.at(tick)))
        parts.append(element("line", x1=x, x2=x, y1=_TOP, y2=bottom, class_="grid"))
        parts.append(_label(x, bottom + 16, _written(tick, percent[0]), "middle"))
    for tick in y_axis.ticks():
        y = float(y_axis.at(tick))
        parts.append(element("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=_n(y), y2=_n(y), class_="grid"))
        parts.append(_label(_LEFT - 6, y + 4, _written(tick, percent[1]), "end"))
    parts.append(_label((_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 6, x_title, "middle", "title"))
    middle = (_TOP + bottom) / 2
    parts.append(
        element(
            "text",
            y_title,
            x=0,
            y=0,
            text_anchor="middle",
            class_="title",
            transform=f"translate(12 {_n(middle)}) rotate(-90)",
        )
    )
    return joined(parts)


def _legend(lines: Sequence[Line]) -> Markup:
    parts, x = [], float(_LEFT)
    for line in lines:
        parts.append(element("line", x1=_n(x), x2=_n(x + 22), y1=12, y2=12, class_=f"line s{line.style}"))
        parts.append(_label(x + 27, 16, line.name, "start"))
        x += 27 + _LETTER * len(line.name) + 16
    return joined(parts)


def _svg(about: str, height: int, *content: Markup) -> Markup:
    return element("svg", *content, viewBox=f"0 0 {WIDTH} {height}", role="img", aria_label=about,
                   class_="plot")  # fmt: skip


def _label(x: object, y: object, words: str, anchor: str, style: str | None = None) -> Markup:
    place = _n(float(str(y)))
    return element("text", words, x=x, y=place, text_anchor=anchor, class_=style)


def _written(value: float, percent: bool) -> str:
    return f"{value:.0%}" if percent else f"{value:g}"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
