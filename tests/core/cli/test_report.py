"""`fkd report`: one valid page that needs nothing else, with the numbers of `fkd evaluate`."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from fkd_core.cli.main import main
from fkd_core.files import write_json
from fkd_core.project import Project
from fkd_core.reporting.sections import SECTIONS
from fkd_core.runs import RunWriter
from tests.helpers.runs import make_run, random_network
from tests.helpers.submissions import make_competition

_VOID = {"meta", "link", "br", "img", "input", "hr"}
NAME = "run-1 +ü"


class Page(HTMLParser):
    """Checks that every element is closed where it was opened, and collects what the page refers to."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(str(value))
            if name in ("href", "src", "data", "action", "poster", "srcset", "xlink:href"):
                self.references.append(str(value))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element, line {self.getpos()[0]}"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_competition(tmp_path_factory.mktemp("report") / "a <b> & ü.fkd")
    run = make_run(folder, NAME, random_network())
    with Project(folder) as opened:
        split = {"train": list(range(15)), "validation": list(range(15, 30))}
        write_json(run.folder / "split.json", split)
        layer = {"name": "<script>", "kind": "Conv2D", "shape": [[None, 24, 24, 32]], "parameters": 2080}
        write_json(run.folder / "layers.json", {"layers": [layer]})
        header = json.loads((run.folder / "run.json").read_text())
        header |= {"message": "Finished <i>well</i>", "config": {"model": "swift", "epochs": 3, "seed": 0}}
        write_json(run.folder / "run.json", header)
        with RunWriter.create(
            opened.runs_folder,
            model="forest",
            config={},
            seed=0,
            data={"fingerprint": opened.manifest.fingerprint},
            split={"train": list(range(15)), "validation": []},
            name="the forest",
        ) as writer:
            writer.finish("finished", "")
    lines = [json.dumps({"epoch": n, "loss": 9 / n, "rmse": 3 / n, "seconds": n}) for n in range(1, 30)]
    (run.folder / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    assert main(["predict", str(folder), "--run", NAME, "-o", str(folder.parent / "p.csv")]) == 0
    return folder


@pytest.fixture(scope="module")
def made(project: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    import contextlib
    import io

    out = tmp_path_factory.mktemp("out") / "report.html"
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(["report", str(project), "--run", NAME, "-o", str(out), "--json"]) == 0
    return json.loads(said.getvalue()), out.read_text("utf-8")


def test_the_page_is_valid_and_needs_nothing_else(made: tuple[dict[str, Any], str]) -> None:
    value, page = made
    assert value["bytes"] == len(page.encode()) < 5_000_000
    seen = Page()
    seen.feed(page)
    seen.close()
    assert seen.open == []
    assert len(seen.ids) == len(set(seen.ids))
    assert all(ref.startswith(("#", "data:image/png;base64,")) for ref in seen.references)
    assert {ref[1:] for ref in seen.references if ref.startswith("#")} <= set(seen.ids)
    assert not {"link", "iframe", "img", "object"} & seen.tags
    assert not re.search(r"url\(|@import|https?://", page)
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert "size: A4" in page


def test_every_section_is_there_and_says_something(made: tuple[dict[str, Any], str]) -> None:
    _, page = made
    for section in SECTIONS:
        found = re.search(rf'<section id="{section.id}"><h2>{section.title}</h2>(.*?)</section>', page, re.S)
        assert found is not None, section.id
        assert len(re.sub(r"<[^>]*>", "", found[1]).strip()) > 60, section.id
    wanted = """Expected score, Calibration, By marking rule, Worst, Best, Mean face, Commands, Versions,
    Data fingerprint, N × 24 × 24 × 32, the forest, mean face, validation rows, Platform, Processor, Seed"""
    for words in wanted.split(","):
        assert words.strip() in page, words


def test_the_numbers_are_those_of_evaluate(
    made: tuple[dict[str, Any], str], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    value, page = made
    assert main(["evaluate", str(project), "--run", NAME, "--json"]) == 0
    evaluated = json.loads(capsys.readouterr().out)
    assert value["evaluation"] == evaluated
    carried = re.search(r'<script type="application/json" id="report">(.*?)</script>', page, re.S)
    assert carried is not None
    assert json.loads(carried[1])["evaluation"] == evaluated
    assert f"{evaluated['rmse']:.3f} px" in page
    assert main(["submit", str(project), "--run", NAME, "--check", "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert value["submission"] == checked
    assert f"{checked['expected']['rmse']:.3f} px" in page
    null = value["baselines"][0]
    assert null["rmse"] == evaluated["null_model"]["rmse"]


def test_odd_names_are_text_and_not_markup(made: tuple[dict[str, Any], str]) -> None:
    _, page = made
    visible = page[: page.index('<script type="application/json"')]
    assert "a &lt;b&gt; &amp; ü" in visible
    assert "<i>" not in page
    assert "Finished &lt;i&gt;well" in visible
    assert page.count("<script") == 1


def test_a_run_without_anything_has_a_report_too(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "bare.html"
    assert main(["report", str(project), "--run", "the forest", "-o", str(out)]) == 0
    seen = Page()
    page = out.read_text("utf-8")
    seen.feed(page)
    assert seen.open == []
    assert "the run set no faces aside" in page
    assert "has no predictions of" in page


def test_what_cannot_be_written_is_told(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(project), "--run", "none", "-o", str(tmp_path / "r.html")]) == 1
    assert "there is no run 'none'" in capsys.readouterr().err
    assert main(["report", str(project), "--run", NAME, "-o", str(tmp_path / "no" / "r.html")]) == 1
    assert "no such folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
