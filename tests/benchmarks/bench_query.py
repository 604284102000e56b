"""How long filters and orders take over all faces: text to indices.

    python -m tests.benchmarks.bench_query [--faces 8832]

The columns are made anew for each filter, as after an edit.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from fkd_core.project import Project
from fkd_core.query import (
    FIELDS,
    Choices,
    complete,
    face_columns,
    matching,
    parse,
    sorted_faces,
    vocabulary_of,
)
from tests.benchmarks.timing import timed, told
from tests.helpers.sparse import make_sparse_project

_TEXTS = (
    "origin:imputed",
    "missing:nose_tip",
    "missing>3",
    "error>3",
    "error(nose_tip)>3",
    "suspicion>0.8",
    "reviewed:no",
    "rule:B",
    "duplicate:yes",
    "split:train",
    "row:100-200",
    "changed:today",
    "source:four",
    "work:yes",
    "(origin:imputed or error>3) and not (reviewed:yes or duplicate:yes) row:100-5000 suspicion>0.8",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", type=int, default=8832)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_sparse_project(Path(folder) / "sparse.fkd", arguments.faces)
        with Project(Path(folder) / "sparse.fkd") as project:
            _measure(project)


def _measure(project: Project) -> None:
    random, count, keypoints = np.random.default_rng(0), len(project), len(project.schema)
    predictions = random.uniform(0, 96, (count, keypoints, 2)).astype(np.float32)
    suspicion = random.uniform(size=(count, keypoints))
    rules = Choices(random.integers(-1, 3, count), ("A", "B", "C"))
    duplicate = random.uniform(size=count) < 0.1
    words = vocabulary_of(project, rules.names)

    def columns() -> object:
        return face_columns(
            project, predictions=predictions, suspicion=suspicion, rules=rules, duplicate=duplicate
        )

    def find(text: str) -> None:
        np.flatnonzero(matching(parse(text, words), columns(), count))  # type: ignore[arg-type]

    def order(field: str) -> None:
        sorted_faces(np.arange(count), columns(), field, descending=True)  # type: ignore[arg-type]

    print(f"{count:,} faces")
    for text in _TEXTS:
        print(told(text[:42], timed(find, [text] * 25)))
    for field in FIELDS:
        print(told(f"sort by {field}", timed(order, [field] * 25)))
    print(told("complete", timed(lambda end: complete(_TEXTS[-1], end, words), range(len(_TEXTS[-1])))))


if __name__ == "__main__":
    main()
