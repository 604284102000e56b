"""`fkd predict PROJECT --run RUN -o OUT.csv`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    arguments.run_name(parser)
    parser.add_argument(
        "--faces",
        type=Path,
        metavar="FACES.csv",
        help="ImageId and Image; the project's test faces if left out",
    )
    arguments.how_to_predict(parser)
    arguments.output(parser, "ImageId and the coordinates")


def run(chosen: argparse.Namespace) -> None:
    """Predict, and write what was found."""
    import numpy as np

    from fkd_core.engine.client import Engine
    from fkd_core.errors import BadInputError
    from fkd_core.formats.archive import members
    from fkd_core.formats.csv_faces import read_faces
    from fkd_core.formats.labels_csv import write_predictions
    from fkd_core.pipeline import predict_images, predict_split
    from fkd_core.project import Project
    from fkd_core.runs import Run

    arguments.check_output(chosen.output)
    with Project(chosen.project) as project, Engine() as engine, job_for("predicting") as job:
        run = Run.find(project.runs_folder, chosen.run)
        if chosen.faces is None:
            found = predict_split(
                engine, project, chosen.run, "test", job, fast=chosen.fast, rule=chosen.rule
            )
            ids = project.faces["test"].ids
        else:
            with tempfile.TemporaryDirectory(prefix="fkd-") as scratch:
                path = Path(scratch, "faces.npy")
                faces = read_faces(members(chosen.faces)[0], (), path, job)
                if faces.size != project.schema.size:
                    raise BadInputError(
                        "the faces have another size than the project's",
                        where=chosen.faces,
                        expected="×".join(map(str, project.schema.size)),
                        found="×".join(map(str, faces.size)),
                    )
                found = predict_images(
                    engine,
                    run,
                    np.load(path),
                    project.schema,
                    job,
                    fast=chosen.fast,
                    rule=chosen.rule,
                )
                ids = faces.ids
        write_predictions(chosen.output, ids, found.points, project.schema)
    print(f"wrote the keypoints of {len(ids):,} faces to {chosen.output}")
