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
    parser.add_argument(
        "--rows",
        type=Path,
        metavar="ROWS.txt",
        help="rows of the training faces; the run's own validation rows",
    )
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Measure a run."""
    from fkd_core.engine.client import Engine
    from fkd_core.pipeline import evaluate, read_hold_out
    from fkd_core.project import Project

    with Project(chosen.project) as project, Engine() as engine, job_for("starting TensorFlow") as job:
        rows = None if chosen.rows is None else read_hold_out(project, chosen.rows)
        report = evaluate(engine, project, chosen.run, job, rows=rows).to_dict()
    if chosen.json:
        print_json(report)
        return
    pck = "   ".join(f"within {limit} px: {share:.1%}" for limit, share in report["pck"].items())
    print(f"RMSE {report['rmse']:.3f} px   MAE {report['mae']:.3f} px   NME {report['nme']:.2%}   {pck}")
    print(f"{report['faces']} faces\n")
    rows_of = [
        [n, f"{k['rmse']:.3f}", f"{k['mae']:.3f}", k["count"]] for n, k in report["per_keypoint"].items()
    ]
    print_table("Keypoints", ["keypoint", "RMSE", "MAE", "faces"], rows_of)
