"""`fkd search`: what is asked for, what is told, and one search with real trainings."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from fkd_core.cli.main import main
from fkd_core.demo.dataset import make_demo
from fkd_core.demo.download import write_download
from fkd_core.jobs import Job
from fkd_core.runs import Run
from fkd_core.search.begin import begin
from fkd_core.search.config import SearchConfig
from fkd_core.search.folder import open_search
from fkd_core.search.run import run_search
from fkd_core.search.spaces import default_space
from tests.helpers.projects import make_project
from tests.helpers.searching import FormulaTrainer


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a finished search, made once."""
    folder = make_project(tmp_path_factory.mktemp("finished") / "tiny.fkd")
    config = SearchConfig("greedy", default_space("greedy", "seed"))
    run_search(begin(folder, config, "first"), FormulaTrainer(5), Job())
    return folder


@pytest.fixture
def searched(finished: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(finished, tmp_path / "searched.fkd")


def spoken(capsys: pytest.CaptureFixture[str], *words: Any) -> Any:
    assert main([str(word) for word in words]) == 0
    return json.loads(capsys.readouterr().out)


def test_searches_are_listed(searched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = spoken(capsys, "search", searched, "--list", "--json")["searches"]
    assert found["name"] == "first"
    assert found["status"] == "finished"
    assert found["ended"] == found["trials"] == 13
    assert found["best"]["settings"] == {"learning_rate": 0.001, "blocks": 3, "filters": 32}
    assert main(["search", str(searched), "--list"]) == 0
    assert "first" in capsys.readouterr().out


def test_a_search_is_shown_with_its_trials_and_what_mattered(
    searched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = spoken(capsys, "search", searched, "--show", "first", "--json")
    assert [trial["number"] for trial in found["all_trials"]] == list(range(13))
    assert max(found["importance"]["shares"], key=found["importance"]["shares"].get) == "learning_rate"
    assert found["data"]["fingerprint"]
    assert main(["search", str(searched), "--show", "first"]) == 0
    said = capsys.readouterr().out
    assert "best: learning_rate 0.001, blocks 3, filters 32" in said
    assert "Given up at epoch" in said
    assert "--prune none trains all to their end" in said
    assert "mattered: learning_rate" in said


def test_a_finished_search_is_not_trained_again(searched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = spoken(capsys, "search", searched, "--name", "first", "--json")
    assert found["outcome"] == "finished"
    assert found["ended"] == 13


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--resume", "none"], "there is no search 'none'"),
        (["--show", "first", "--seed", "1"], "these words do not go together"),
        (["--space", "{folder}/none.json"], "none.json: the search space cannot be read"),
        (["--strategy", "grid", "--trials", "3"], "the number of trials cannot be chosen"),
        (["--model", "huge"], "no search space comes with the network 'huge'"),
        (["--prune", "often"], "prune: trials cannot be given up by this rule"),
        (["--hold-out", "{folder}/rows.txt"], "rows.txt"),
        (["--use-best", "first", "--keep-weights"], "the weights of trial 3 are not here"),
        (["--use-best", "first", "--trial", "99"], "no trial 99; expected 1 to 13|has no trial 99"),
        (["--name", "a/b"], "search name"),
    ],
)
def test_what_cannot_be_done_is_said(
    searched: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["search", str(searched), *(word.format(folder=searched) for word in words)]) == 1
    assert re.search(said, capsys.readouterr().err)


def test_a_search_can_be_deleted(searched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", str(searched), "--delete", "first"]) == 0
    assert spoken(capsys, "search", searched, "--list", "--json") == {"searches": []}


@pytest.mark.trains
def test_real_trainings_are_searched_and_the_best_becomes_a_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_download(tmp_path / "faces.zip", make_demo(60, 6, 0))
    project = tmp_path / "faces.fkd"
    assert main(["import", str(tmp_path / "faces.zip"), str(project)]) == 0
    space = tmp_path / "space.json"
    space.write_text(json.dumps({"model": "swift", "search": {"learning_rate": [1e-3, 1e-6], "width": [8]}}))
    capsys.readouterr()
    words = ["search", project, "--space", space, "--strategy", "grid", "--epochs", 2, "--name", "real"]
    found = spoken(capsys, *words, "--json")
    assert found["ended"] == 2
    assert found["best"]["settings"] == {"learning_rate": 1e-3, "width": 8}
    trials = open_search(project, "real").trials()
    assert len({trial.split for trial in trials}) == 1
    assert trials[0].split
    kept = spoken(capsys, "search", project, "--use-best", "real", "--keep-weights", "--json")
    run = Run.find(project / "runs", kept["run"])
    assert run.status == "finished"
    assert len(run.metrics) == 2
    assert run.config["options"] == {"width": 8}
    result = spoken(capsys, "search", project, "--use-best", "real", "--epochs", 1, "--json")
    assert result["run"] == "real-best-2"
    assert Run.find(project / "runs", "real-best-2").config["learning_rate"] == 1e-3
    # Only the best trial's weights are kept.
    assert len(list((project / "searches" / "real" / "runs").rglob("*.keras"))) == 1
