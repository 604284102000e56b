"""The overview: every number is that of the faces behind it, and what is kept is of these labels."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np
import pytest

from fkd_core.cli.main import main
from fkd_core.demo.project import make_demo_project
from fkd_core.errors import Cancelled
from fkd_core.jobs import Job
from fkd_core.overview import Chart, Overview, overview_of, read_overview
from fkd_core.overview.keep import FOLDER
from fkd_core.overview.light import face_light
from fkd_core.overview.report import overview_version
from fkd_core.project import Project
from fkd_core.query import Choices, face_columns, matching, parse, vocabulary_of
from fkd_core.rules import load_rules, save_rules
from fkd_core.rules.store import one_rule
from tests.helpers.odd_faces import BRIGHT, DARK, FLAT, NO_NOSE, OUT, ROWS, STEP, TEST, TWINS, make_odd_faces
from tests.helpers.projects import make_project
from tests.helpers.windows import moved

LABELS = ("keypoints", "patterns", "rules", "places", "mean", "brightness", "outside")
"""charts whose values count faces, one label each"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = make_odd_faces(tmp_path_factory.mktemp("overview") / "odd.fkd")
    with Project(folder, write=True) as opened:
        save_rules(opened, one_rule(opened))
        yield opened


@pytest.fixture(scope="module")
def overview(project: Project) -> Overview:
    return overview_of(project)


def faces_of(project: Project, text: str) -> list[int]:
    """What the filter bar would show."""
    rules = load_rules(project)
    codes = np.full(len(project), -1, np.int16)
    codes[project.span("train")] = rules.of_row
    columns = face_columns(
        project, rules=Choices(codes, rules.names), brightness=face_light(project).brightness
    )
    node = parse(text, vocabulary_of(project, rules.names))
    return np.flatnonzero(matching(node, columns, len(project))).tolist()


@pytest.mark.parametrize("key", LABELS)
def test_each_number_is_that_of_the_faces_behind_it(project: Project, overview: Overview, key: str) -> None:
    chart = overview.chart(key)
    assert chart.parts
    counted = 1 if key in ("places", "mean") else len(chart.series)
    # every part of most charts, some hundred of the cells
    for part in chart.parts[:: max(1, len(chart.parts) // 120)]:
        for series in range(counted):
            wanted = part.filter(series)
            assert len(faces_of(project, wanted)) == part.values[series], wanted


def test_cells_hold_every_label_in_the_frame_once(overview: Overview) -> None:
    cells = sum(part.values[0] or 0 for part in overview.chart("places").parts)
    labels = sum(part.values[0] or 0 for part in overview.chart("keypoints").parts)
    assert cells == labels - 1


def test_what_is_wrong_with_the_faces_is_found(project: Project, overview: Overview) -> None:
    assert overview.chart("outside").parts[0].label == "mouth center bottom lip"
    assert faces_of(project, overview.chart("outside").parts[0].filter(0)) == [OUT]
    odd = {part.label: faces_of(project, part.filter(0)) for part in overview.chart("odd").parts}
    for row, why in ((DARK, "dark"), (FLAT, "flat"), (BRIGHT, "bright")):
        assert any(faces == [row] for label, faces in odd.items() if label.endswith(why)), (why, odd)
    groups = [faces_of(project, part.filter(0)) for part in overview.chart("duplicates").parts]
    assert groups == [list(TWINS)]
    assert "2 pictures in 1 groups are identical" in overview.chart("duplicates").finding


def test_drift_is_told_where_it_is(overview: Overview) -> None:
    chart = overview.chart("drift")
    assert chart.series[0].endswith(" y")
    assert chart.series[0][:-2] in ("nose tip", "mouth center bottom lip", "mouth center top lip")
    row = int(chart.finding.partition("near row ")[2].partition(":")[0].replace(",", ""))
    assert abs(row - STEP) <= 60
    before, after = (part.values[0] for part in (chart.parts[0], chart.parts[12]))
    assert before is not None
    assert after is not None
    assert after - before > 2


def test_few_faces_that_vary_are_no_drift(tmp_path: Path) -> None:
    make_demo_project(tmp_path / "demo.fkd", Job())
    with Project(tmp_path / "demo.fkd") as demo:
        found = overview_of(demo)
    assert found.chart("drift").finding == (
        "No keypoint surely moves by 1.5 px from one stretch of rows to the next."
    )
    patterns = [part.label for part in found.chart("patterns").parts]
    assert patterns[:2] == ["4 keypoints", "all 15"]
    assert "4 but right eye center" in patterns
    assert len(set(patterns)) == len(patterns)


def test_patterns_and_splits(overview: Overview) -> None:
    patterns = {part.label: part.values[0] for part in overview.chart("patterns").parts}
    assert patterns == {"all 15": ROWS - 101, "4 keypoints": 100, "all but nose tip": 1}
    assert overview.chart("patterns").finding == (
        f"101 of {ROWS} faces came without all 15 keypoints; 100 have four only."
    )
    assert [part.label for part in overview.chart("splits").parts] == ["train", "test"]
    assert overview.chart("splits").parts[1].values[-1] == TEST * 15
    assert overview.findings[0] == overview.chart("patterns").finding
    with pytest.raises(KeyError):
        overview.chart("nothing")


def test_a_row_without_its_nose_is_found_by_its_filter(project: Project, overview: Overview) -> None:
    part = next(p for p in overview.chart("patterns").parts if p.label == "all but nose tip")
    assert faces_of(project, part.filter(0)) == [NO_NOSE]


def test_numbers_survive_json_and_csv(overview: Overview) -> None:
    for chart in overview.charts:
        again = Chart.from_dict(json.loads(json.dumps(chart.to_dict())), chart.picture)
        assert attrs.evolve(again, picture=None).to_dict() == chart.to_dict()
        rows = list(csv.reader(chart.csv().splitlines()))
        assert len(rows) == 1 + len(chart.parts)
        assert {len(row) for row in rows} == {2 + len(chart.series)}


def test_what_is_kept_is_of_these_labels_only(tmp_path: Path) -> None:
    with Project(make_project(tmp_path / "tiny.fkd", train=40), write=True) as project:
        first = overview_of(project)
        assert first.chart("rules").missing
        kept = read_overview(project, first.version)
        assert kept is not None
        assert kept.to_dict() == first.to_dict()
        picture, drawn = kept.chart("mean").picture, first.chart("mean").picture
        assert picture is not None
        assert drawn is not None
        assert np.array_equal(picture, drawn)
        project.labels.apply(moved(project, 0, 10, (40, 40)))
        assert read_overview(project, overview_version(project)) is None
        second = overview_of(project)
        assert second.chart("keypoints").parts[10].values[:4] == (39, 0, 0, 1)


def test_damaged_copies_are_made_anew(tmp_path: Path) -> None:
    with Project(make_project(tmp_path / "tiny.fkd"), write=True) as project:
        told = overview_of(project).to_dict()
        for path in (project.folder / FOLDER).iterdir():
            path.write_bytes(path.read_bytes()[:200])
        assert overview_of(project).to_dict() == told


def test_it_stops_when_asked(tmp_path: Path) -> None:
    with Project(make_project(tmp_path / "tiny.fkd")) as project:
        job = Job()
        job.cancel()
        with pytest.raises(Cancelled):
            overview_of(project, job)


def test_the_command_tells_writes_and_draws(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = make_project(tmp_path / "tiny.fkd", train=40)
    words = ["--csv", str(tmp_path / "a" / "csv"), "--pictures", str(tmp_path / "pictures")]
    assert main(["overview", str(folder), "--json", *words]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["faces"] == 44
    keys = {chart["key"] for chart in told["charts"]}
    assert {path.stem for path in (tmp_path / "a" / "csv").iterdir()} == keys
    drawn = {chart["key"] for chart in told["charts"] if not chart["missing"]}
    for ending, head in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        files = list((tmp_path / "pictures").glob(f"*.{ending}"))
        assert {path.stem for path in files} == drawn
        assert all(path.read_bytes().startswith(head) for path in files)
    assert main(["overview", str(folder)]) == 0
    assert "Row patterns" in capfd.readouterr().out


def test_a_folder_that_cannot_be_made_is_told_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_project(tmp_path / "tiny.fkd")
    (tmp_path / "file").write_text("")
    assert main(["overview", str(folder), "--csv", str(tmp_path / "file" / "csv")]) == 1
    assert "the folder cannot be made" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "rows"),
    [("row:1,3,5-7", [1, 3, 5, 6, 7]), ("row:7,5-6,6", [5, 6, 7]), ("split:train row:2-2", [2])],
)
def test_filters_take_lists_of_rows(project: Project, text: str, rows: list[int]) -> None:
    found = faces_of(project, f"split:train ({text})")
    assert found == rows
