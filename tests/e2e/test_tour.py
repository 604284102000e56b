"""The tour as a new user meets it: one command without a display leaves pictures and a submission."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fkd_core.project import Project

STEPS = (
    "start", "import", "browse", "imputed", "dragging", "corrected",
    "training", "trained", "predicted", "submitted",
)  # fmt: skip


def tour(*words: object, timeout: float = 240) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "QT_QPA_PLATFORM"}
    return subprocess.run(
        [sys.executable, "-m", "fkd_gui.tour", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env=environment,
    )


@pytest.mark.trains
def test_the_tour_leaves_a_picture_of_each_step_and_a_submission(tmp_path: Path) -> None:
    folder = tmp_path / "tour"
    done = tour(folder, "--faces", 80, "--epochs", 1)
    assert done.returncode == 0, done.stderr
    pictures = sorted(folder.glob("*.png"))
    assert [path.stem for path in pictures] == [f"{i:02d}-{name}" for i, name in enumerate(STEPS, 1)]
    assert all(path.read_bytes().startswith(b"\x89PNG") and path.stat().st_size > 10_000 for path in pictures)
    assert len({path.read_bytes() for path in pictures}) == len(pictures), "two steps look the same"
    with Project(folder / "tour.fkd") as project:
        assert project.lookup is not None
        asked = len(project.lookup)
        corrected = (project.labels.table.kinds()[project.labels.table.origin] == "corrected").sum()
    assert corrected == 2
    lines = (folder / "submission.csv").read_text().splitlines()
    assert lines[0] == "RowId,Location"
    assert [int(line.split(",")[0]) for line in lines[1:]] == list(range(1, asked + 1))
    assert all(0 <= float(line.split(",")[1]) <= 96 for line in lines[1:])
    assert done.stdout.splitlines()[-1] == f"10 pictures and submission.csv are in {folder}"
    assert "Traceback" not in done.stderr


def test_a_tour_that_cannot_be_written_says_so_in_one_line(tmp_path: Path) -> None:
    taken = tmp_path / "a file"
    taken.write_text("")
    done = tour(taken, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "a file" in done.stderr
    assert "Traceback" not in done.stderr
