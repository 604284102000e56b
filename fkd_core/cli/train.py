"""`fkd train PROJECT`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json
from fkd_core.models import registry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    names = [spec.name for spec in registry.available()]
    parser.add_argument("--model", default=registry.DEFAULT, choices=names, help=f"({registry.DEFAULT})")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=arguments.positive, metavar="N", help="passes over the faces")
    length.add_argument("--minutes", type=arguments.duration, metavar="M", help="time for everything")
    parser.add_argument("--seed", type=arguments.whole, default=0, metavar="N", help="(0)")
    parser.add_argument("--name", metavar="RUN", help="of the run; the next free one if left out")
    parser.add_argument("--limit", type=arguments.positive, metavar="N", help="train on that many faces only")
    parser.add_argument(
        "--hold-out", type=Path, metavar="ROWS.txt", help="rows to keep out of training and to validate on"
    )
    parser.add_argument("--device", default="auto", metavar="D", help="auto, cpu, gpu, gpu:1 … (auto)")
    parser.add_argument("--batch-size", type=arguments.positive, metavar="N", help="faces in a step")
    parser.add_argument("--learning-rate", type=arguments.duration, metavar="R", help="the highest one")
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> int:
    """Train, then say where the run is."""
    from fkd_core.engine.client import Engine
    from fkd_core.pipeline import read_hold_out, train
    from fkd_core.project import Project

    started = time.monotonic()
    config: dict[str, Any] = {
        key: getattr(chosen, key)
        for key in ("model", "epochs", "minutes", "seed", "limit", "device", "batch_size", "learning_rate")
    }
    with Project(chosen.project) as project:
        if chosen.hold_out is not None:
            read_hold_out(project, chosen.hold_out)
    with Engine() as engine, job_for("starting TensorFlow") as job:
        result = train(
            engine,
            chosen.project,
            config,
            job,
            name=chosen.name,
            hold_out=chosen.hold_out,
            started=started,
        )
    if chosen.json:
        print_json(result)
    else:
        best = result.get("best") or {}
        rmse = f", validation RMSE {best['val_rmse']:.3f} px" if best.get("val_rmse") is not None else ""
        print(f"run {result['run']}: {result['status']}{rmse}")
    return 130 if result["status"] == "stopped" else 0
