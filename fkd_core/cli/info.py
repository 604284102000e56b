"""`fkd info PROJECT`."""

from __future__ import annotations

import argparse
from typing import Any

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json, print_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Say what is in a project."""
    from fkd_core.info import project_info
    from fkd_core.project import Project

    with Project(chosen.project) as project, job_for("looking for duplicates") as job:
        info = project_info(project, job)
    if chosen.json:
        print_json(info)
        return
    _print(info)


def _print(info: dict[str, Any]) -> None:
    print(f"{info['name']}, from {info['source']}, {info['created']}")
    rows = []
    for split in ("train", "test"):
        if split in info:
            part = info[split]
            height, width = part["size"]
            rows.append(
                [
                    split,
                    part["faces"],
                    f"{height}×{width}",
                    f"{part['memory'] / 2**20:.0f} MiB",
                    part["empty_pixels"],
                ]
            )
    print_table("Faces", ["split", "faces", "size", "pixels", "empty pixels"], rows)
    if "train" in info:
        train = info["train"]
        known = train["known"]
        origins = train["origins"]
        header = ["keypoint", "in the source", *origins]
        table = [[name, count, *(origins[kind][name] for kind in origins)] for name, count in known.items()]
        print()
        print_table("Keypoints of the training faces", header, table)
        print()
        print_table("Labels a face", ["labels", "faces"], [[k, n] for k, n in train["patterns"].items()])
    same = info["duplicates"]
    print(f"\nidentical faces: {same['exact']['faces']} in {same['exact']['groups']} groups")
    print(f"near-identical faces: {same['near']['faces']} in {same['near']['groups']} groups")
    print(f"lookup rows: {info['lookup_rows']:,}")
    if info["runs"]:
        print()
        header = ["run", "model", "status", "epochs", "validation RMSE"]
        runs = [[r["name"], r["model"], r["status"], r["epochs"], _px(r["val_rmse"])] for r in info["runs"]]
        print_table("Runs", header, runs)


def _px(value: float | None) -> str:
    return "" if value is None else f"{value:.3f} px"
