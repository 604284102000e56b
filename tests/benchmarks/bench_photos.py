"""Errors of a run on photos of people that no training row shows, with landmarks set by hand.

    FKD_DATA=FOLDER python -m tests.benchmarks.bench_photos PROJECT RUN

FOLDER/photos holds NAME.jpg and NAME.pts (68 landmarks). Each face is cropped so that its eye centres lie
where those of the mean face of the run's training rows lie, and is predicted under every marking rule that
the run knows.

The landmarks follow rules of their own: eye centres are the middle of the lids, lips end at their outer
outline, the first pixel's centre is (1, 1). Whatever a run's rules do differently counts as its error here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.cli.output import job_for, print_table
from fkd_core.engine.client import Engine
from fkd_core.errors import FkdError, RunError
from fkd_core.evaluation.report import EvaluationReport, evaluate
from fkd_core.jobs import Job
from fkd_core.pipeline import mean_training_face
from fkd_core.predicting import predict_images
from fkd_core.project import Project
from fkd_core.runs import Run
from fkd_core.schema import FKD_15
from tests.benchmarks.photo_faces import Photo, crop, fit_eyes, moved, read_photos

AUTO = "auto"
DRAWS = 2000


def cropped(
    photos: list[Photo], face: Floats, size: tuple[int, int], *, upright: bool
) -> tuple[NDArray[np.uint8], Floats]:
    """Faces `(N, H, W)` whose eyes lie as in `face` `(15, 2)`, and their keypoints `(N, 15, 2)`."""
    transforms = [fit_eyes(photo.points, face, upright=upright) for photo in photos]
    pairs = list(zip(photos, transforms, strict=True))
    images = np.stack([crop(photo.image, transform, size) for photo, transform in pairs])
    return images, np.stack([moved(photo.points, transform) for photo, transform in pairs])


def training_face(project: Project, run: Run) -> Floats:
    """`(15, 2)`, the mean of the labels that the run was trained on.

    Raises:
        RunError: if the run was trained on other faces, or on other keypoints.
    """
    face = mean_training_face(project, run)
    if face is None or project.schema.keypoints != FKD_15.keypoints:
        raise RunError(
            "the run was trained on other faces",
            where=run.folder,
            expected=f"faces of this project with the keypoints {FKD_15.name}",
        )
    return face


def measure(
    engine: Engine, project: Project, run: Run, photos: list[Photo], job: Job, *, upright: bool = True
) -> dict[str, EvaluationReport]:
    """What the run makes of the photos, by rule; `auto` first."""
    face = training_face(project, run)
    images, truth = cropped(photos, face, project.schema.size, upright=upright)
    reports = {}
    for rule in (AUTO, *(run.data.get("rules", []) if upright else ())):
        found = predict_images(engine, run, images, project.schema, job, rule=rule)
        reports[rule] = evaluate(
            found.points, truth, project.schema, std=found.std, mean_face=face, draws=DRAWS, worst=3
        )
    return reports


def main() -> None:
    """Print all figures, or say in one line why there are none."""
    folder = os.environ.get("FKD_DATA")
    if not folder:
        sys.exit("FKD_DATA must name a folder with photos/NAME.jpg and photos/NAME.pts")
    if len(sys.argv) != 3:
        sys.exit("usage: FKD_DATA=FOLDER python -m tests.benchmarks.bench_photos PROJECT RUN")
    try:
        photos = read_photos(Path(folder, "photos"))
        with Project(Path(sys.argv[1])) as project, Engine() as engine, job_for("starting") as job:
            run = Run.find(project.runs_folder, sys.argv[2])
            reports = measure(engine, project, run, photos, job)
            tilted = measure(engine, project, run, photos, job, upright=False)
    except FkdError as error:
        sys.exit(str(error))
    print(
        f"{len(photos)} photos, run {run.name}, seed {run.seed}; mirror averaging; 95 % bootstrap intervals\n"
    )
    tell(photos, reports, tilted[AUTO])


def tell(photos: list[Photo], reports: Mapping[str, EvaluationReport], tilted: EvaluationReport) -> None:
    """Print the reports of each rule side by side."""
    rows = [_whole(rule, report) for rule, report in reports.items()]
    rows.append(_whole("auto, tilt kept", tilted))
    header = ["rule", "RMSE px", "NME", "bias x", "bias y", "inside 90 %", "/ mean face"]
    print_table("All keypoints", header, rows, right=header[1:])
    names = list(reports)
    table = [
        [
            keypoint,
            *(
                _told(reports[rule].per_keypoint[index].rmse, reports[rule].per_keypoint[index].interval)
                for rule in names
            ),
        ]
        for index, keypoint in enumerate(FKD_15.keypoints)
    ]
    print()
    print_table("RMSE px by rule", ["keypoint", *names], table, right=names)
    print()
    print(
        "worst under auto: "
        + ", ".join(f"{photos[face.row].path.name} {face.rmse:.2f} px" for face in reports[AUTO].worst)
    )


def _whole(rule: str, report: EvaluationReport) -> list[str]:
    told, null = report.calibration, report.null_model
    return [
        rule,
        _told(report.rmse, report.intervals["rmse"]),
        f"{report.nme:.1%}",
        f"{report.bias[0]:+.2f}",
        f"{report.bias[1]:+.2f}",
        "" if told is None else f"{told.overall.share:.1%}",
        "" if null is None else f"{null.ratio:.2f}",
    ]


def _told(value: float, ends: tuple[float, float]) -> str:
    return f"{value:.2f} ({ends[0]:.2f} to {ends[1]:.2f})"


if __name__ == "__main__":
    main()
