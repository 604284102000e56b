"""Runs kept in order: renamed, noted, put away and back, packed and listed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from fkd_core.cli.main import main
from fkd_core.errors import BadInputError, ProjectError, RunError
from fkd_core.runs import Run, RunWriter, layout, list_runs, manage
from fkd_core.runs.listing import table_of_runs
from fkd_core.runs.remarks import FILE, RunRemarks, read_remarks, save_remarks
from tests.helpers.projects import make_project


def make_bare_run(runs: Path, name: str, *, fingerprint: str = "f", rmse: float = 2.0) -> Run:
    with RunWriter.create(
        runs,
        model="swift",
        config={"minutes": 1},
        seed=0,
        data={"fingerprint": fingerprint},
        split={"train": [0], "validation": [1, 2]},
        name=name,
    ) as writer:
        writer.epoch({"val_rmse": rmse + 1})
        writer.epoch({"val_rmse": rmse})
    return Run.open(writer.folder)


def test_a_renamed_run_is_the_same_run(tmp_path: Path) -> None:
    made = manage.rename(make_bare_run(tmp_path, "old"), "new")
    assert [run.name for run in list_runs(tmp_path)] == ["new"]
    assert json.loads((made.folder / layout.HEADER).read_text())["name"] == "new"
    assert len(made.metrics) == 2


@pytest.mark.parametrize("name", ["other", "con", "a/b", ""])
def test_a_name_that_will_not_do_changes_nothing(tmp_path: Path, name: str) -> None:
    run = make_bare_run(tmp_path, "run")
    make_bare_run(tmp_path, "other")
    with pytest.raises(BadInputError):
        manage.rename(run, name)
    assert sorted(run.name for run in list_runs(tmp_path)) == ["other", "run"]


def test_what_is_put_away_comes_back_or_is_gone_for_good(tmp_path: Path) -> None:
    away = manage.put_away(make_bare_run(tmp_path, "run"))
    assert list_runs(tmp_path) == []
    make_bare_run(tmp_path, "run", rmse=5)
    with pytest.raises(RunError, match="made meanwhile"):
        manage.put_back(away)
    manage.put_away(Run.find(tmp_path, "run"))
    last = manage.last_put_away(tmp_path, "run")
    assert last is not None
    assert manage.put_back(last).metrics[1]["val_rmse"] == 5
    assert manage.discard_all(tmp_path) == 1
    assert manage.last_put_away(tmp_path, "run") is None


def test_a_run_that_trains_is_left_alone(tmp_path: Path) -> None:
    writer = RunWriter.create(
        tmp_path,
        model="swift",
        config={},
        seed=0,
        data={"fingerprint": "f"},
        split={"train": [], "validation": []},
    )
    with pytest.raises(RunError, match="being trained"):
        manage.put_away(Run.open(writer.folder))
    with pytest.raises(RunError, match="being trained"):
        manage.rename(Run.open(writer.folder), "new")
    writer.finish("stopped")


def test_a_packed_run_can_be_unpacked_elsewhere(tmp_path: Path) -> None:
    run = make_bare_run(tmp_path / "here", "run")
    (run.folder / layout.CHECKPOINT).write_bytes(b"x")
    manage.pack(run, tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        archive.extractall(tmp_path / "there")
    (found,) = list_runs(tmp_path / "there")
    assert (found.status, found.metrics) == ("finished", run.metrics)
    assert not (found.folder / layout.CHECKPOINT).exists()
    with pytest.raises(BadInputError, match="such a file"):
        manage.pack(run, tmp_path / "run.zip")
    with pytest.raises((ProjectError, OSError)):
        manage.pack(run, tmp_path / "no" / "run.zip")


def test_remarks_are_kept_and_damaged_ones_are_said(tmp_path: Path) -> None:
    assert read_remarks(tmp_path) == RunRemarks()
    save_remarks(tmp_path, RunRemarks("good\nwith warm lips", ("a", "b", "a "), True))
    assert read_remarks(tmp_path) == RunRemarks("good\nwith warm lips", ("a", "b"), True)
    for wrong in (RunRemarks(tags=("a,b",)), RunRemarks(tags=("",)), RunRemarks(note="x" * 2001)):
        with pytest.raises(BadInputError):
            save_remarks(tmp_path, wrong)
    (tmp_path / FILE).write_text("{")
    with pytest.raises(RunError, match="remarks is damaged"):
        read_remarks(tmp_path)


def test_the_table_has_pinned_runs_first_and_then_the_newest(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        make_bare_run(tmp_path, name, fingerprint="here" if name == "b" else "there")
    save_remarks(tmp_path / "a", RunRemarks(pinned=True))
    (tmp_path / "c" / FILE).write_text("[]")
    lines = {line["name"]: line for line in table_of_runs(tmp_path, "here")}
    assert next(iter(lines)) == "a"
    assert lines["b"]["same_faces"]
    assert not lines["a"]["same_faces"]
    assert (lines["b"]["val_rmse"], lines["b"]["val_faces"], lines["b"]["epochs"]) == (2.0, 2, 2)
    assert "damaged" in lines["c"]["message"]


def test_the_command_does_what_the_functions_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_project(tmp_path / "p.fkd")
    make_bare_run(folder / "runs", "one")
    said = ["runs", str(folder), "--run", "one"]
    for words in (["--note", "first"], ["--tags", "x, y"], ["--pin"], ["--rename", "two"]):
        assert main([*said, *words]) == 0
    capsys.readouterr()
    assert main(["runs", str(folder), "--json"]) == 0
    (line,) = json.loads(capsys.readouterr().out)["runs"]
    assert (line["name"], line["note"], line["tags"], line["pinned"]) == ("two", "first", ["x", "y"], True)
    assert main(["runs", str(folder), "--run", "two", "--delete"]) == 0
    assert "--undelete" in capsys.readouterr().out
    assert main(["runs", str(folder), "--run", "two", "--undelete"]) == 0
    assert main(["runs", str(folder), "--run", "two", "--delete", "--yes"]) == 0
    assert main(["runs", str(folder)]) == 0
    assert "no runs yet" in capsys.readouterr().out
    assert main(["runs", str(folder), "--pin"]) == 1
    assert "--run RUN" in capsys.readouterr().err
