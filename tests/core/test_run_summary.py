"""What lists say of runs is read once and kept, until the run changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fkd_core.info import run_summary
from fkd_core.runs import Run, layout, listing, summary
from fkd_core.runs.summary import summarise
from tests.helpers.many_runs import add_runs
from tests.helpers.projects import make_project

FEW = 7


@pytest.fixture
def run(tmp_path: Path) -> Run:
    folder = make_project(tmp_path / "tiny.fkd")
    add_runs(folder, count=1, long=0, held_out=3, few=FEW)
    return Run.open(folder / "runs" / "try-000")


def records(run: Run) -> list[dict[str, object]]:
    return [json.loads(line) for line in (run.folder / layout.METRICS).read_text().splitlines()]


def test_a_finished_run_has_its_summary(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "read_metrics", lambda _: pytest.fail("the epochs are read again"))
    best = min(float(str(record["val_rmse"])) for record in records(run))
    found = summarise(run.folder)
    assert (found.epochs, found.val_rmse, found.val_faces, found.folds) == (FEW, best, 3, 0)
    (line,) = listing.table_of_runs(run.folder.parent, "")
    assert (line["epochs"], line["val_rmse"], line["val_faces"]) == (FEW, best, 3)
    assert run_summary(run)["val_rmse"] == best


def test_another_epoch_is_seen(run: Run) -> None:
    summarise(run.folder)
    with (run.folder / layout.METRICS).open("a") as file:
        file.write(json.dumps({"epoch": FEW + 1, "val_rmse": 0.5, "val_rmse_low": 0.4, "val_rmse_high": 0.6}))
        file.write("\n")
    found = summarise(run.folder)
    assert (found.epochs, found.val_rmse, found.low, found.high) == (FEW + 1, 0.5, 0.4, 0.6)
    (line,) = listing.table_of_runs(run.folder.parent, "")
    assert line["interval"] == [0.4, 0.6]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 99}', '{"version": 1, "of": 3}'])
def test_a_damaged_summary_is_made_anew(run: Run, text: str) -> None:
    whole = summarise(run.folder)
    (run.folder / layout.SUMMARY).write_text(text)
    assert summarise(run.folder) == whole
    assert json.loads((run.folder / layout.SUMMARY).read_text())["epochs"] == FEW


def test_a_damaged_line_is_named_in_both_lists_and_hides_no_run(run: Run) -> None:
    lines = (run.folder / layout.METRICS).read_text().splitlines()
    lines[3] = lines[3][:20]
    (run.folder / layout.METRICS).write_text("\n".join(lines) + "\n")
    (line,) = listing.table_of_runs(run.folder.parent, "")
    assert "line 4" in line["message"]
    assert "line 4" in run_summary(run)["message"]


def test_a_run_without_its_split_still_tells_of_its_epochs(run: Run) -> None:
    (run.folder / layout.SPLIT).unlink()
    found = summarise(run.folder)
    assert (found.epochs, found.val_faces) == (FEW, None)
    assert "split" in found.problem
