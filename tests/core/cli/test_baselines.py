"""`fkd train --model forest|mean` and what follows it, as commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fkd_core.cli.main import main
from fkd_core.runs import Run
from tests.helpers.projects import make_project
from tests.helpers.submissions import make_competition


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a mean face and a forest that left the same rows out."""
    folder = make_competition(tmp_path_factory.mktemp("baselines") / "c.fkd")
    rows = folder.parent / "rows.txt"
    rows.write_text("".join(f"{row}\n" for row in range(0, 30, 4)))
    words = ["train", str(folder), "--hold-out", str(rows)]
    assert main([*words, "--model", "mean", "--name", "mean"]) == 0
    forest = ["--model", "forest", "--trees", "4", "--depth", "6", "--features", "0.05", "--seed", "3"]
    assert main([*words, *forest, "--name", "forest"]) == 0
    return folder


def test_words_of_the_command_are_options_of_the_run(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run.open(project / "runs" / "forest")
    assert run.config["options"] == {"trees": 4, "depth": 6, "features": 0.05}
    assert (run.config["seed"], run.config["augment"]) == (3, None)
    assert main(["runs", str(project), "--json"]) == 0
    lines = {line["name"]: line for line in json.loads(capsys.readouterr().out)["runs"]}
    assert (lines["forest"]["model"], lines["forest"]["epochs"], lines["mean"]["epochs"]) == ("forest", 4, 1)
    assert lines["forest"]["size"] > lines["mean"]["size"] > 0


def test_progress_is_told_in_trees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_project(tmp_path / "p.fkd")
    assert main(["train", str(folder), "--model", "forest", "--trees", "2", "--json"]) == 0
    told = capsys.readouterr()
    assert "tree   1 " in told.err
    assert "Growing 2 trees" in told.err
    assert "2 groups of keypoints" in told.err
    assert " kB" in told.err, "the size of its file"
    result = json.loads(told.out)
    assert (result["status"], result["epochs"], result["best"]["unit"]) == ("done", 2, "tree")


@pytest.mark.parametrize("word", [["--epochs", "3"], ["--minutes", "1"], ["--learning-rate", "0.1"]])
def test_words_of_networks_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], word: list[str]
) -> None:
    folder = make_project(tmp_path / "p.fkd")
    assert main(["train", str(folder), "--model", "forest", *word]) == 1
    assert "'forest' is no network and has no such setting" in capsys.readouterr().err
    assert main(["train", str(folder), "--trees", "3"]) == 1
    assert "the network 'swift' has no option 'trees'" in capsys.readouterr().err
    assert main(["train", str(folder), "--resume", "run-1", "--trees", "3"]) == 1
    assert "found --trees" in capsys.readouterr().err


def test_a_comparison_says_whether_predictions_move(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(project), "mean", "forest"]) == 0
    told = capsys.readouterr().out
    assert "mean makes the same prediction every time" in told
    assert "forest moves its keypoints" in told
    assert main(["compare", str(project), "mean", "forest", "--json"]) == 0
    mean, forest = (line["spread"] for line in json.loads(capsys.readouterr().out)["runs"])
    assert mean["ratio"] == pytest.approx(0, abs=1e-6)
    assert forest["ratio"] == pytest.approx(forest["predicted"] / forest["labels"])
    assert forest["says"] in told


def test_frozen_faces_say_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_project(tmp_path / "p.fkd")
    assert main(["freeze", str(folder), "--count", "4"]) == 0
    for model, name in (("mean", "a"), ("forest", "b")):
        trees = ["--trees", "2"] if model == "forest" else []
        assert main(["train", str(folder), "--model", model, *trees, "--name", name]) == 0
    capsys.readouterr()
    assert main(["compare", str(folder), "a", "b", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["spreads"]["a"]["ratio"] == pytest.approx(0, abs=1e-6)
    assert told["spreads"]["b"]["ratio"] > 0
    assert main(["compare", str(folder), "a", "b"]) == 0
    assert told["spreads"]["a"]["says"] in capsys.readouterr().out


def test_they_predict_are_measured_and_submitted(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("mean", "forest"):
        out = tmp_path / f"{name}.csv"
        assert main(["predict", str(project), "--run", name, "-o", str(out)]) == 0
        assert main(["evaluate", str(project), "--run", name]) == 0
        assert "each face seen once" in capsys.readouterr().out
        assert main(["submit", str(project), "--run", name, "-o", str(out), "--json"]) == 0
        capsys.readouterr()
        assert out.read_text().startswith("RowId,Location\n")


def test_a_report_compares_with_them_on_its_own_rows(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "r.html"
    assert main(["report", str(project), "--run", "forest", "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    # The mean face is there once, as the run that has an interval.
    (mean,) = told["baselines"]
    assert (mean["name"], mean["model"]) == ("mean", "mean")
    assert mean["rmse"] == pytest.approx(told["evaluation"]["null_model"]["rmse"], rel=1e-4)
    assert mean["faces"] == told["evaluation"]["faces"]
    assert mean["spread"] == pytest.approx(0, abs=1e-6)
    assert told["spread"]["ratio"] > 0
    assert any("--trees 4 --depth 6 --features 0.05" in command for command in told["commands"])
    page = out.read_text("utf-8")
    for words in ("A random forest on the pixels: 4 trees", "forest moves its keypoints", "4 trees"):
        assert words in page, words
    assert main(["report", str(project), "--run", "mean", "-o", str(out)]) == 0
    assert "The mean of each keypoint over the training labels" in out.read_text("utf-8")
    assert "beside this run" in out.read_text("utf-8")


def test_they_cannot_be_searched(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", str(project), "--model", "forest"]) == 1
    assert "no search space comes with" in capsys.readouterr().err
    space = tmp_path / "space.json"
    space.write_text(json.dumps({"model": "forest", "search": {"depth": [3, 5]}}))
    assert main(["search", str(project), "--space", str(space)]) == 1
    assert "'forest' is no network" in capsys.readouterr().err
