"""`fkd evaluate PROJECT --run RUN`."""

from __future__ import annotations

import argparse
from pathlib import Path

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json, print_table


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
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Measure a run."""
    from fkd_core.engine.client import Engine
    from fkd_core.pipeline import evaluate, evaluate_test, read_hold_out
    from fkd_core.project import Project

    with Project(chosen.project) as project, Engine() as engine, job_for("predicting") as job:
        if chosen.test:
            report = evaluate_test(engine, project, chosen.run, job).to_dict()
        else:
            rows = None if chosen.rows is None else read_hold_out(project, chosen.rows)
            report = evaluate(
                engine, project, chosen.run, job, rows=rows, rule=chosen.rule, mirror=not chosen.fast
            ).to_dict()
    if chosen.json:
        print_json(report)
        return
    pck = "   ".join(f"within {limit} px: {_share(share)}" for limit, share in report["pck"].items())
    print(f"RMSE {_px(report['rmse'])}   MAE {_px(report['mae'])}   NME {_share(report['nme'])}   {pck}")
    print(
        f"{report['faces']} faces; argmax match {_share(report['argmax_match'])}, not an accuracy in pixels\n"
    )
    rows_of = [[n, _px(k["rmse"]), _px(k["mae"]), k["count"]] for n, k in report["per_keypoint"].items()]
    print_table("Keypoints", ["keypoint", "RMSE", "MAE", "faces"], rows_of)


def _px(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f} px"


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.1%}"
