"""What is in a project, as plain values for people and for programs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from fkd_core.duplicates import near_duplicates
from fkd_core.jobs import Job
from fkd_core.labels.values import OriginKind
from fkd_core.project import Project
from fkd_core.runs import Run, list_runs
from fkd_core.runs.run import RESUMABLE
from fkd_core.runs.summary import RunSummary, summarise


def project_info(project: Project, job: Job | None = None) -> dict[str, Any]:
    """Faces, memory, labels, row patterns, duplicates and runs of a project.

    `known` counts labels as the source had them, `origins` the labels as they stand now.
    """
    info: dict[str, Any] = {
        "name": project.name,
        "source": project.manifest.source,
        "created": project.manifest.created,
        "fingerprint": project.manifest.fingerprint,
    }
    empty = project.manifest.report.get("empty_pixels", {})
    for split, faces in project.faces.items():
        info[split] = {
            "faces": len(faces),
            "size": list(faces.images.shape[1:]),
            "memory": int(faces.images.nbytes),
            "empty_pixels": sum(empty.get(split, {}).values()),
            "faces_with_empty_pixels": len(empty.get(split, {})),
        }
    if "train" in project.faces:
        info["train"] |= _labels(project)
    exact = [group for faces in project.faces.values() for group in faces.duplicates()]
    near = [group for f in project.faces.values() for group in near_duplicates(f.images, job=job)]
    info["duplicates"] = {
        "exact": {"groups": len(exact), "faces": sum(map(len, exact))},
        "near": {"groups": len(near), "faces": sum(map(len, near))},
    }
    info["lookup_rows"] = len(project.lookup) if project.lookup is not None else 0
    info["runs"] = [run_summary(run) for run in list_runs(project.runs_folder)]
    return info


def run_summary(run: Run) -> dict[str, Any]:
    """One run in a line: name, model, status, epochs, validation RMSE of the best epoch, when, and whether it
    can go on."""
    status = run.status
    found = RunSummary() if status == "damaged" else summarise(run.folder)
    return {
        "name": run.name,
        "model": run.model,
        "status": status,
        "message": found.problem or run.message,
        "resumable": status in RESUMABLE,
        "epochs": found.epochs,
        "val_rmse": found.val_rmse,
        "created": run.created,
    }


def _labels(project: Project) -> dict[str, Any]:
    table, span = project.labels.table, project.span("train")
    names = project.schema.keypoints
    known = np.isfinite(table.original[span]).all(axis=2)
    per_face = Counter(known.sum(axis=1).tolist())
    full = len(names)
    patterns = {str(full): per_face.pop(full, 0), "4": per_face.pop(4, 0) if full != 4 else 0}
    patterns["other"] = sum(per_face.values())
    counts = {kind.value: table.is_kind(kind)[span].sum(axis=0) for kind in OriginKind}
    return {
        "known": {name: int(count) for name, count in zip(names, known.sum(axis=0), strict=True)},
        "patterns": patterns,
        "origins": {
            kind: {name: int(count) for name, count in zip(names, per_keypoint, strict=True)}
            for kind, per_keypoint in counts.items()
        },
        "reviewed_faces": int(table.reviewed[span].all(axis=1).sum()),
        "absent_keypoints": project.manifest.report.get("absent", []),
    }
