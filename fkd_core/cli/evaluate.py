"""`fkd evaluate PROJECT --run RUN`."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json, print_table
from fkd_core.evaluation.calibration import EXPECTED, Coverage
from fkd_core.evaluation.intervals import Interval
from fkd_core.evaluation.report import EvaluationReport
from fkd_core.evaluation.worst import WORST
from fkd_core.models.registry import is_network

_RMSE = "RMSE px (95 %)"
_INSIDE = "inside 90 %"
_RIGHT = (_RMSE, "MAE", "bias x", "bias y", _INSIDE, "off by")
_CURVE_STEP = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    arguments.run_name(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--test", action="store_true", help="the test faces of a demo, whose truth is known")
    which.add_argument(
        "--rows",
        type=Path,
        metavar="ROWS.txt",
        help="rows of the training faces; the run's own validation rows",
    )
    arguments.how_to_predict(parser, own=True)
    parser.add_argument(
        "--worst",
        type=arguments.whole,
        default=WORST,
        metavar="N",
        help=f"list the N faces of the largest error ({WORST})",
    )
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Measure a run."""
    from fkd_core.engine.client import Engine
    from fkd_core.pipeline import evaluate, evaluate_test, read_hold_out
    from fkd_core.project import Project
    from fkd_core.runs import Run

    how = {"rule": chosen.rule, "fast": chosen.fast, "worst": chosen.worst}
    with Project(chosen.project) as project, Engine() as engine, job_for("predicting") as job:
        if chosen.test:
            report = evaluate_test(engine, project, chosen.run, job, **how)
        else:
            rows = None if chosen.rows is None else read_hold_out(project, chosen.rows)
            report = evaluate(engine, project, chosen.run, job, rows=rows, **how)
        model = Run.find(project.runs_folder, chosen.run).model
    if chosen.json:
        print_json(report.to_dict())
        return
    once = chosen.fast or not is_network(model)
    shown = "each face seen once" if once else "each face seen larger, smaller and mirrored"
    print(
        f"{chosen.run} on {report.faces:,} faces with {report.points:,} keypoints,"
        f" rule {chosen.rule}, {shown}\n"
    )
    print_report(report)


def print_report(report: EvaluationReport) -> None:
    """Everything a report says, as tables on standard output."""
    _print_whole(report)
    print()
    if report.cumulative.faces:
        steps = slice(_CURVE_STEP, None, _CURVE_STEP)
        header = ["error at most", *(f"{limit:.0%}" for limit in report.cumulative.limits[steps])]
        shares = ["faces", *(f"{share:.1%}" for share in report.cumulative.shares[steps])]
        title = "Cumulative error: mean distance of a face over that of its eye centres"
        print_table(title, header, [shares], right=header[1:])
        print()
    if report.per_rule is not None and len(report.per_rule) > 1:
        _print_rules(report)
        print()
    _print_keypoints(report)
    if report.worst:
        print()
        _print_worst(report)


def _print_whole(report: EvaluationReport) -> None:
    ends, curve, null, told = report.intervals, report.cumulative, report.null_model, report.calibration
    limit = f"{curve.limit:.0%}"
    rows: list[tuple[str, str, Interval | None, str]] = [
        ("RMSE", _px(report.rmse), ends.get("rmse"), "over coordinates, as the competition scores"),
        ("MAE", _px(report.mae), ends.get("mae"), "over coordinates"),
        ("bias x", _px(report.bias[0], "+"), ends.get("bias x"), "predicted minus true"),
        ("bias y", _px(report.bias[1], "+"), ends.get("bias y"), "predicted minus true"),
        ("NME", _share(report.nme), ends.get("nme"), "of the distance between the eye centres"),
    ]
    for within, share in report.pck.items():
        rows.append((f"PCK {within} px", _share(share), ends.get(f"pck {within}"), "of the keypoints"))
    rows += [
        ("area", _number(curve.area), curve.area_interval, f"under the error curve to {limit}; 1 at best"),
        ("failed", _share(curve.failure_rate), curve.failure_interval, f"of the faces: NME above {limit}"),
    ]
    if told is not None:
        whole = told.overall
        what = f"of the keypoints; {_verdict(whole)}"
        rows.append((_INSIDE, _share(whole.share), whole.interval, what))
    if null is not None:
        rows += [
            ("mean face", _px(null.rmse), None, "RMSE of the training faces' mean in place of the run"),
            ("run / mean face", _number(null.ratio), null.interval, "times the mean face's RMSE"),
        ]
    rows.append(("argmax match", _share(report.argmax_match), None, "of the faces; no accuracy in pixels"))
    cells = [[name, value, _ends(value, interval), what] for name, value, interval, what in rows]
    print_table("All faces", ["figure", "value", "95 % interval", "what it is"], cells, right=["value"])


def _print_rules(report: EvaluationReport) -> None:
    told = report.calibration.per_rule if report.calibration is not None else {}
    rows = [
        [name, part.faces, _with_ends(_number(part.rmse), part.intervals.get("rmse")), _number(part.mae),
         _number(part.bias[0], "+"), _number(part.bias[1], "+"), _coverage(told.get(name))]
        for name, part in (report.per_rule or {}).items()
    ]  # fmt: skip
    header = ["rule", "faces", _RMSE, "MAE", "bias x", "bias y", _INSIDE]
    print_table("By the rule that the faces are marked by", header, rows, right=_RIGHT)


def _print_keypoints(report: EvaluationReport) -> None:
    told = report.calibration.per_keypoint if report.calibration is not None else {}
    rows = [
        [part.name, part.count, _with_ends(_number(part.rmse), part.interval), _number(part.mae),
         _number(part.bias[0], "+"), _number(part.bias[1], "+"), _coverage(told.get(part.name))]
        for part in report.per_keypoint
    ]  # fmt: skip
    header = ["keypoint", "faces", _RMSE, "MAE", "bias x", "bias y", _INSIDE]
    print_table("Keypoints", header, rows, right=_RIGHT)


def _print_worst(report: EvaluationReport) -> None:
    rows = [
        # A row's number is for copying into a list of rows: no thousands separator.
        [str(face.row), _number(face.rmse), face.keypoint or "unknown", _px(face.distance),
         face.points, face.rule or "none"]
        for face in report.worst
    ]  # fmt: skip
    header = ["row", "RMSE px", "worst keypoint", "off by", "keypoints", "rule"]
    print_table("Worst faces", header, rows, right=_RIGHT)


def _number(value: float, sign: str = "") -> str:
    return "unknown" if math.isnan(value) else f"{value:{sign}.3f}"


def _px(value: float, sign: str = "") -> str:
    return "unknown" if math.isnan(value) else f"{value:{sign}.3f} px"


def _share(value: float) -> str:
    return "unknown" if math.isnan(value) else f"{value:.1%}"


def _ends(value: str, interval: Interval | None) -> str:
    """An interval in brackets, told like the value that it belongs to; empty where it is unknown."""
    if interval is None or any(map(math.isnan, interval)):
        return ""
    form = ".1%" if value.endswith("%") else "+.2f" if value[0] in "+-" else ".2f"
    low, high = (format(end, form) for end in interval)
    return f"({low} to {high})"


def _with_ends(value: str, interval: Interval | None) -> str:
    return f"{value} {_ends(value, interval)}".rstrip()


def _coverage(part: Coverage | None) -> str:
    return "unknown" if part is None else _with_ends(_share(part.share), part.interval)


def _verdict(part: Coverage) -> str:
    low, high = EXPECTED
    if part.expected is None:
        return "the network does not say how sure it is"
    return f"{'as' if part.expected else 'not as'} expected, {low:.0%} to {high:.0%}"
