"""The errors, as `fkd evaluate` measures them."""

from __future__ import annotations

import numpy as np

from fkd_core.evaluation.calibration import EXPECTED, Coverage
from fkd_core.evaluation.report import EvaluationReport
from fkd_core.reporting.gather import ReportData
from fkd_core.reporting.markup import (
    Markup,
    element,
    ends,
    figure,
    joined,
    number,
    paragraph,
    share,
    spoken,
    table,
)
from fkd_core.reporting.plots import Bar, Line, bar_plot, line_plot

id, title = "errors", "Errors"


def make(data: ReportData) -> Markup:
    """Tables and plots of all faces, by keypoint and by marking rule."""
    told = data.evaluation
    if told is None:
        return paragraph("It could not be measured: ", data.why_not)
    which = (
        "each by the network of the fold that never saw it"
        if data.run.folds and not data.run.split["validation"]
        else "which the run never saw"
    )
    parts = [
        paragraph(
            f"On {told.faces:,} faces with {told.points:,} keypoints that people placed, {which}."
            " Intervals are 95 %, by drawing faces with repeats.",
            muted=True,
        ),
        _whole(told),
        element("div", _curve(told), _keypoint_plot(told), class_="pair"),
        _keypoints(told),
        _calibration(told),
        _rules(told),
    ]
    return joined(parts)


def _whole(told: EvaluationReport) -> Markup:
    bounds, curve = told.intervals, told.cumulative
    percent = ".1%"
    rows = [
        ["RMSE", f"{number(told.rmse)} px", ends(bounds.get("rmse")), "over coordinates, as scored"],
        ["MAE", f"{number(told.mae)} px", ends(bounds.get("mae")), "over coordinates"],
        ["bias x", f"{number(told.bias[0], '+.3f')} px", ends(bounds.get("bias x"), "+.2f"),
         "predicted minus true"],
        ["bias y", f"{number(told.bias[1], '+.3f')} px", ends(bounds.get("bias y"), "+.2f"),
         "predicted minus true"],
        ["NME", share(told.nme), ends(bounds.get("nme"), percent), "of the distance of the eye centres"],
        *(
            [f"PCK {limit} px", share(part), ends(bounds.get(f"pck {limit}"), percent), "of the keypoints"]
            for limit, part in told.pck.items()
        ),
        ["area", number(curve.area), ends(curve.area_interval), f"under the curve to {curve.limit:.0%}"],
        ["failed", share(curve.failure_rate), ends(curve.failure_interval, percent),
         f"of the faces: NME above {curve.limit:.0%}"],
    ]  # fmt: skip
    header = ["figure", "value", "95 % interval", "what it is"]
    return table("All faces", header, rows, right=("value", "95 % interval"))


def _curve(told: EvaluationReport) -> Markup:
    curve = told.cumulative
    if not curve.faces:
        return paragraph("No face has both eye centres, so there is no error curve.")
    line = Line("this run", np.array(curve.limits), np.array(curve.shares), 1)
    plot = line_plot(
        [line], "mean error over the distance of the eyes", "share of the faces",
        x_span=(0, curve.limit), y_span=(0, 1), percent=(True, True),
    )  # fmt: skip
    return figure(plot, "Cumulative error: the share of the faces with at most that error")


def _keypoint_plot(told: EvaluationReport) -> Markup:
    bars = [Bar(spoken(part.name), part.rmse, *part.interval) for part in told.per_keypoint]
    return figure(bar_plot(bars, "RMSE in pixels"), "Error of each keypoint with its 95 % interval")


def _keypoints(told: EvaluationReport) -> Markup:
    rows = [
        [spoken(part.name), f"{part.count:,}", number(part.rmse), ends(part.interval), number(part.mae),
         number(part.bias[0], "+.3f"), number(part.bias[1], "+.3f")]
        for part in told.per_keypoint
    ]  # fmt: skip
    header = ["keypoint", "faces", "RMSE px", "95 % interval", "MAE px", "bias x", "bias y"]
    return table("Keypoints", header, rows, right=header[1:])


def _calibration(told: EvaluationReport) -> Markup:
    heading = element("h3", "Calibration")
    if told.calibration is None:
        return joined([heading, paragraph("The network does not say how sure it is.", muted=True)])
    whole = told.calibration.overall
    if whole.expected is None:
        return joined([heading, paragraph("The network does not say how sure it is.", muted=True)])
    low, high = EXPECTED
    verdict = "as expected" if whole.expected else "not as expected"
    text = paragraph(
        f"{whole.share:.1%} ({ends(whole.interval, '.1%')}) of the keypoints lie in the region that the"
        f" network says holds 90 % of them: {verdict}, which is {low:.0%} to {high:.0%}."
    )
    bars = [_bar(spoken(name), part) for name, part in told.calibration.per_keypoint.items()]
    bars += [_bar(f"rule {name}", part) for name, part in told.calibration.per_rule.items()]
    known = [value for bar in bars for value in (bar.value, bar.low) if np.isfinite(value)]
    start = max(0.0, min([*known, low]) - 0.05)
    plot = bar_plot(bars, "inside the 90 % region", percent=True, band=EXPECTED, span=(start, 1))
    return joined(
        [heading, text, figure(plot, "Share inside the stated region; the band is where it is believable")]
    )


def _bar(name: str, part: Coverage) -> Bar:
    return Bar(name, part.share, *part.interval)


def _rules(told: EvaluationReport) -> Markup:
    heading = element("h3", "By marking rule")
    if not told.per_rule:
        return joined([heading, paragraph("No marking rules are known.", muted=True)])
    rows = [
        [name, f"{part.faces:,}", number(part.rmse), ends(part.intervals.get("rmse")), number(part.mae),
         number(part.bias[0], "+.3f"), number(part.bias[1], "+.3f")]
        for name, part in told.per_rule.items()
    ]  # fmt: skip
    header = ["rule", "faces", "RMSE px", "95 % interval", "MAE px", "bias x", "bias y"]
    unknown = (float("nan"), float("nan"))
    bars = [
        Bar(f"rule {name}", part.rmse, *part.intervals.get("rmse", unknown))
        for name, part in told.per_rule.items()
    ]
    return joined(
        [
            heading,
            table("By the rule that the faces are marked by", header, rows, right=header[1:]),
            figure(bar_plot(bars, "RMSE in pixels"), "Error of the faces of each rule"),
        ]
    )
