"""`fkd rules`: found on first use, kept, corrected, printed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from fkd_core.arrays import Images, Points
from fkd_core.cli.main import main
from fkd_core.errors import ReadOnlyError
from fkd_core.importing import new_project
from fkd_core.project import Project, ProjectParts, write_parts
from fkd_core.rules.store import FILE
from fkd_core.schema import FKD_15
from tests.helpers.marking import in_picture, lower_nose_and_lip, marked_faces, plain_images, two_looks
from tests.helpers.projects import FOUR


@pytest.fixture
def project(tmp_path: Path) -> Path:
    points = in_picture(lower_nose_and_lip(marked_faces(200), slice(120, 200)))
    points[199] = np.nan
    return a_project(tmp_path / "p.fkd", points, plain_images(200, side=96))


@pytest.fixture
def project_with_strays(tmp_path: Path) -> Path:
    """Rows of four labels by another rule from row 300 on, and thirty of their source before."""
    later = np.arange(700) >= 300
    later[150:300:5] = True
    framed = marked_faces(700)
    framed[later] = lower_nose_and_lip(framed, slice(None))[later]
    framed[300:, [k for k in range(15) if k not in FOUR]] = np.nan
    return a_project(tmp_path / "p.fkd", in_picture(framed), two_looks(later, side=96))


def a_project(folder: Path, points: Points, images: Images) -> Path:
    count = len(points)
    with new_project(folder) as partial:
        np.save(partial / "faces" / "train_images.npy", images)
        write_parts(
            partial,
            ProjectParts(
                schema=FKD_15,
                points={"train": points},
                ids={"train": np.arange(count)},
                digests={"train": np.arange(count, dtype=np.uint64)},
                source="made by program",
            ),
        )
    return folder


def asked(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    assert main(["rules", *map(str, words), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def test_rules_are_found_once_and_kept(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = asked(capsys, project)
    assert [rule["name"] for rule in first["rules"]] == ["A", "B"]
    assert first["rules"][0]["rows"] == [[0, 119]]
    assert first["without_rule"] == 1
    assert first["changes"] == [120]
    assert first["strays"] == {"rows": [], "by_rule": {}}
    assert first["rules"][1]["offsets"]["nose_tip"]["y"] == pytest.approx(3, abs=1)
    written = (project / FILE).stat().st_mtime_ns
    assert asked(capsys, project) == first
    assert (project / FILE).stat().st_mtime_ns == written
    assert asked(capsys, project, "--find") == first


def test_the_table_says_the_same(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", str(project)]) == 0
    out, _ = capsys.readouterr()
    assert "0–119" in out
    assert "120–198" in out
    assert "a guess 50%" in out
    assert "Largest offsets from rule A" in out
    assert "without a rule: 1 rows" in out


def test_strays_are_told_by_their_source_and_do_not_cut_stretches(
    project_with_strays: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    value = asked(capsys, project_with_strays)
    strays = value["strays"]["rows"]
    assert len(set(strays) & set(range(150, 300, 5))) >= 27
    assert len(strays) <= 33
    assert value["strays"]["by_rule"] == {"B": {"A": len(strays)}}
    assert value["changes"] == []
    assert [rule["faces"] for rule in value["rules"]] == [300 - len(strays), 400 + len(strays)]
    assert main(["rules", str(project_with_strays)]) == 0
    out, _ = capsys.readouterr()
    assert f"0–299 without {len(strays)} strays " in out
    assert f"300–699, and {len(strays)} strays among A " in out
    assert f"strays: {len(strays)} rows stand among others' rows" in out
    assert f"look like B: {len(strays)} in A\n" in out
    rows = tmp_path / "rows.txt"
    rows.write_text(f"{strays[0]}\n", "utf-8")
    set_by_hand = asked(capsys, project_with_strays, "--set", "A", "--rows", rows)
    assert set_by_hand["strays"] == {"rows": strays[1:], "by_rule": {"B": {"A": len(strays) - 1}}}
    assert set_by_hand["rules"][0]["faces"] == value["rules"][0]["faces"] + 1


def test_rows_are_set_and_given_back(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tmp_path / "rows.txt"
    rows.write_text("3\n4\n199\n", "utf-8")
    before = asked(capsys, project)
    changed = asked(capsys, project, "--set", "B", "--rows", rows)
    assert changed["set_by_hand"] == 3
    assert changed["rules"][1]["rows"] == [[3, 4], [120, 199]]
    assert asked(capsys, project, "--find")["rules"] == changed["rules"]
    assert asked(capsys, project, "--unset", "--rows", rows) == before


@pytest.mark.parametrize("words", [["--set", "B"], ["--unset"], ["--rows", "rows.txt"]])
def test_rows_and_what_to_do_with_them_go_together(
    project: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", str(project), *words]) == 1
    assert "--rows goes with --set NAME or --unset" in capsys.readouterr().err
    assert not (project / FILE).exists()


def test_a_project_that_another_writes_to_is_not_searched(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Project(project, write=True) as open_project:
        assert main(["rules", str(project)]) == 1
        assert "another program is writing" in capsys.readouterr().err
        assert open_project.read_only is None
    asked(capsys, project)
    with Project(project, write=True), pytest.raises(ReadOnlyError):
        Project(project, write=True)
    assert asked(capsys, project)["faces"] == 200
