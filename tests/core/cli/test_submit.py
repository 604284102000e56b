"""`fkd submit`: check, write, history, note, score, upload."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fkd_core.cli.main import main
from fkd_core.lookup import LookupTable
from fkd_core.project import Project
from fkd_core.runs import Run
from fkd_core.submitting.past import PastSubmissions
from tests.helpers.kaggle import FakeKaggle
from tests.helpers.submissions import make_competition, make_predicted


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = make_competition(tmp_path / "comp.fkd")
    with Project(folder) as opened:
        make_predicted(opened, "one", off=1.0)
        make_predicted(opened, "two", off=3.0)
    return folder


def fkd(capsys: pytest.CaptureFixture[str], *words: object) -> Any:
    assert main(["submit", *map(str, words), "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_a_check_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    value = fkd(capsys, project, "--run", "one", "--check")
    assert value["valid"] is True
    assert (value["rows"], value["clipped"], value["rule"], value["previous"]) == (152, 0, "auto", None)
    assert value["expected"]["rmse"] == pytest.approx(1, abs=1e-5)
    assert [part["asked_faces"] for part in value["expected"]["patterns"]] == [4, 4]
    assert not (project / "submissions").exists()
    assert main(["submit", str(project), "--run", "one", "--check"]) == 0
    out = capsys.readouterr().out
    assert "expected score: 1.000" in out
    assert "no earlier submission" in out


def test_what_is_wrong_is_told_and_not_written(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    array = np.load(project / "lookup.npy")
    np.save(project / "lookup.npy", LookupTable.from_array(array[::-1].copy()).to_array())
    with Project(project) as opened:
        points = np.full((8, 15, 2), 40, np.float32)
        points[0, 0], points[2, 1, 0] = np.nan, 99
        Run.find(opened.runs_folder, "one").save_predictions("test", points)
    value = fkd(capsys, project, "--run", "one", "--check")
    assert value["valid"] is False
    assert value["clipped"] == 1
    assert {check["text"]: check["ok"] for check in value["checks"]} == {
        "as many rows as the lookup table": True,
        "row ids from 1 on, in order": False,
        "a number in every row": False,
        "every coordinate in the frame": True,
        "predictions outside the frame": True,
    }
    target = project.parent / "s.csv"
    assert main(["submit", str(project), "--run", "one", "-o", str(target)]) == 1
    assert "not valid" in capsys.readouterr().err
    assert not target.exists()
    assert not (project / "submissions").exists()


def test_writing_enters_the_history_and_the_next_is_compared(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = project.parent / "first [1].csv"
    value = fkd(capsys, project, "--run", "one", "-o", first, "--note", "the <first>")
    assert value["submission"]["sha256"] == hashlib.sha256(first.read_bytes()).hexdigest()
    assert value["submission"]["note"] == "the <first>"
    # The file may go; its coordinates are kept.
    first.unlink()
    value = fkd(capsys, project, "--run", "two", "--check")
    before = value["previous"]
    assert (before["number"], before["run"], before["changed"]) == (1, "one", 152)
    assert before["rms"] == pytest.approx(2)
    top = before["largest"][0]
    assert (top["by"], top["row"], top["image_id"], top["row_id"]) == (pytest.approx(2), 0, 0, 1)
    fkd(capsys, project, "--run", "two", "-o", project.parent / "second.csv")
    value = fkd(capsys, project, "--score", "2.5")
    assert (value["submission"]["number"], value["submission"]["score"]) == (2, 2.5)
    fkd(capsys, project, "--number", "1", "--score", "1.5")
    history = fkd(capsys, project, "--history")["history"]
    assert [(e["number"], e["run"], e["score"], e["note"]) for e in history] == [
        (1, "one", 1.5, "the <first>"),
        (2, "two", 2.5, ""),
    ]
    assert history[1]["expected"] == pytest.approx(3, abs=1e-5)
    assert main(["submit", str(project), "--history"]) == 0
    out = capsys.readouterr().out
    assert "the <first>" in out
    assert "1.5000" in out


def test_words_that_do_not_go_together(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--run", "one"], ["--check"], ["-o", "x.csv"]):
        assert main(["submit", str(project), *words]) == 2, words
        assert "fkd submit" in capsys.readouterr().err
    assert main(["submit", str(project), "--note", "x"]) == 1
    assert "no submission was written" in capsys.readouterr().err
    assert main(["submit", str(project), "--history"]) == 0
    assert "no submission was written" in capsys.readouterr().out


def test_the_expected_score_says_why_it_is_unknown(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Project(project) as opened:
        make_predicted(opened, "blind", validation=range(20, 20))
    value = fkd(capsys, project, "--run", "blind", "--check")
    assert value["expected"] is None
    assert "set no faces aside" in value["why_unknown"]


def test_uploading_hands_in_what_was_written(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "kaggle").mkdir()
    kaggle = FakeKaggle(tmp_path / "kaggle", monkeypatch)
    target = tmp_path / "s.csv"
    kaggle.behave("no network")
    words = ["submit", str(project), "--run", "one", "-o", str(target), "--upload", "--note", "n"]
    assert main(words) == 1
    assert "cannot be reached" in capsys.readouterr().err
    (entry,) = PastSubmissions(project).all()
    assert (entry.uploaded, entry.note) == ("", "n")
    assert target.is_file()
    kaggle.behave("well")
    assert main(["submit", str(project), "--upload"]) == 0
    assert "Successfully submitted" in capsys.readouterr().out
    assert kaggle.calls[-1][-3:] == [str(target), "-m", "n"]
    (entry,) = PastSubmissions(project).all()
    assert entry.uploaded
    target.write_text("something else")
    assert main(["submit", str(project), "--upload"]) == 1
    assert "not the one that was checked" in capsys.readouterr().err
    assert len(kaggle.calls) == 2


def test_import_by_kaggle_makes_the_project(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from fkd_core.demo.dataset import make_demo
    from fkd_core.demo.download import write_download

    (tmp_path / "kaggle").mkdir()
    write_download(tmp_path / "kaggle" / "data.zip", make_demo(9, 3, 0))
    FakeKaggle(tmp_path / "kaggle", monkeypatch)
    made = tmp_path / "new.fkd"
    assert main(["import", "--kaggle", str(made)]) == 0, capsys.readouterr().err
    with Project(made) as opened:
        assert opened.manifest.splits == {"train": 6, "test": 3}
    assert (tmp_path / "facial-keypoints-detection.zip").is_file()
    assert main(["import", str(tmp_path / "other.fkd")]) == 2
    assert main(["import", "a", "b", "--kaggle"]) == 2
