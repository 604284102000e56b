"""What a run saw in faces is asked of its network once."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fkd_core.comparison import seen
from fkd_core.comparison.seen import seen_by
from fkd_core.engine.client import Engine
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.runs import Run, layout
from tests.helpers.projects import make_project
from tests.helpers.runs import make_run, random_network


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_project(tmp_path_factory.mktemp("seen") / "tiny.fkd")
    make_run(made, "first", random_network())
    return made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[list[int]]:
    """The rows that networks looked at, call by call."""
    (folder / "runs" / "first" / layout.COMPARED).unlink(missing_ok=True)
    calls: list[list[int]] = []
    whole = seen.predict_blindly

    def predict(*given, **how):  # type: ignore[no-untyped-def]
        calls.append(given[3].tolist())
        return whole(*given, **how)

    monkeypatch.setattr(seen, "predict_blindly", predict)
    return calls


def look(folder: Path, rows: list[int], rules: list[int]) -> NDArray[np.float32]:
    with Project(folder) as project:
        run = Run.find(project.runs_folder, "first")
        return seen_by(Engine(), project, run, np.array(rows), np.array(rules), Job())


def test_only_new_rows_are_looked_at(folder: Path, asked: list[list[int]]) -> None:
    first = look(folder, [3, 5, 7], [0, 0, 1])
    assert np.isfinite(first).all()
    again = look(folder, [5, 3], [0, 0])
    np.testing.assert_array_equal(again, first[[1, 0]])
    more = look(folder, [3, 4, 7], [0, 0, 0])
    assert asked == [[3, 5, 7], [4, 7]], "another rule is another question"
    np.testing.assert_array_equal(more[0], first[0])


def test_other_weights_are_asked_anew(folder: Path, asked: list[list[int]]) -> None:
    look(folder, [3], [0])
    for path in Run.find(folder / "runs", "first").exported_paths():
        os.utime(path, ns=(1, 1))
    look(folder, [3], [0])
    assert asked == [[3], [3]]


def test_a_damaged_file_is_made_anew(folder: Path, asked: list[list[int]]) -> None:
    look(folder, [3], [0])
    (folder / "runs" / "first" / layout.COMPARED).write_bytes(b"PK no archive")
    look(folder, [3], [0])
    look(folder, [3], [0])
    assert asked == [[3], [3]]
