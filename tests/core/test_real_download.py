"""The competition's real download: what the data page says is what the project holds."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fkd_core.errors import BadInputError
from fkd_core.formats.archive import members
from fkd_core.formats.labels_csv import write_labels
from fkd_core.importing import import_kaggle
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.schema import FKD_15
from fkd_core.submission import build_submission
from tests.helpers.competition import ARCHIVE, competition_points, data_folder

pytestmark = pytest.mark.faces

KNOWN = (7039, 7036, 2271, 2267, 2268, 2268, 2270, 2225, 2270, 2236, 7049, 2269, 2270, 2275, 7016)
"""Labelled faces for each keypoint in the order of the file, as published for the competition."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real") / "real.fkd"
    import_kaggle(data_folder() / ARCHIVE, folder, Job())
    return folder


@pytest.fixture
def project(folder: Path) -> Iterator[Project]:
    with Project(folder) as project:
        yield project


def test_info_tells_the_published_counts(folder: Path) -> None:
    command = [sys.executable, "-m", "fkd_core.cli.main", "info", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    info = json.loads(done.stdout)
    assert done.stderr == ""
    assert tuple(info["train"]["known"].values()) == KNOWN
    assert tuple(info["train"]["known"]) == FKD_15.keypoints
    assert (info["train"]["faces"], info["train"]["size"]) == (7049, [96, 96])
    assert (info["test"]["faces"], info["test"]["size"]) == (1783, [96, 96])
    assert info["lookup_rows"] == 27124
    assert sum(info["train"]["patterns"].values()) == 7049
    assert info["duplicates"]["exact"]["groups"] > 0
    assert info["duplicates"]["near"]["faces"] > info["duplicates"]["exact"]["faces"]


def test_labels_are_those_that_pandas_reads(project: Project) -> None:
    np.testing.assert_array_equal(project.labels.table.original[project.span("train")], competition_points())
    assert np.isnan(project.labels.table.original[project.span("test")]).all()


def test_pixels_and_empty_tokens_are_those_of_a_plain_reader(project: Project) -> None:
    """Each row with an empty token, and some without, split token by token."""
    sources = {m.name: m for m in members(data_folder() / ARCHIVE)}
    report = project.manifest.report["empty_pixels"]
    for split, name in (("train", "training.csv"), ("test", "test.csv")):
        with sources[name].open() as stream:
            lines = stream.read().splitlines()[1:]
        texts = [line.rpartition(b",")[2] for line in lines]
        empty = {str(row): n for row, text in enumerate(texts) if (n := text.split(b" ").count(b""))}
        assert report[split] == empty
        for row in [*map(int, empty), *range(0, len(texts), 97)]:
            expected = [int(token or 128) for token in texts[row].split(b" ")]
            assert project.faces[split].images[row].ravel().tolist() == expected


def test_the_lookup_table_is_the_file_s(project: Project) -> None:
    (member,) = (m for m in members(data_folder() / ARCHIVE) if m.name == "IdLookupTable.csv")
    with member.open() as stream:
        table = pd.read_csv(stream)
    assert project.lookup is not None
    assert project.lookup.row_ids.tolist() == table["RowId"].tolist() == list(range(1, 27125))
    assert project.lookup.image_ids.tolist() == table["ImageId"].tolist()
    names = np.array(FKD_15.columns)[project.lookup.coordinates]
    assert names.tolist() == table["FeatureName"].tolist()


def test_a_submission_of_the_mean_face_is_valid(project: Project, tmp_path: Path) -> None:
    mean = np.nanmean(competition_points(), axis=0)
    points = np.repeat(mean[None], 1783, axis=0)
    assert project.lookup is not None
    made = build_submission(project.lookup, project.faces["test"].ids, points, project.schema)
    made.write(tmp_path / "submission.csv")
    written = pd.read_csv(tmp_path / "submission.csv")
    assert list(written.columns) == ["RowId", "Location"]
    assert len(written) == 27124
    np.testing.assert_allclose(written["Location"], mean.ravel()[project.lookup.coordinates], atol=1e-3)


def test_exported_labels_come_back_to_the_last_bit(project: Project, tmp_path: Path) -> None:
    write_labels(tmp_path / "labels.csv", project.labels.table, project.span("train"), project.schema)
    written = pd.read_csv(tmp_path / "labels.csv")
    points = written[list(FKD_15.columns)].to_numpy(np.float32).reshape(-1, 15, 2)
    np.testing.assert_array_equal(points, competition_points())


def test_opening_takes_no_time(folder: Path) -> None:
    start = time.perf_counter()
    Project(folder, write=True).close()
    assert time.perf_counter() - start < 5  # 0.02 s measured; the limit leaves room for a busy machine


def test_a_download_cut_off_anywhere_leaves_nothing(tmp_path: Path) -> None:
    whole = (data_folder() / ARCHIVE).read_bytes()
    source = tmp_path / ARCHIVE
    for length in (1000, 200_000, 17_100_000, len(whole) // 2, len(whole) - 60_000, len(whole) - 10):
        source.write_bytes(whole[:length])
        with pytest.raises(BadInputError, match="damaged or was not downloaded to its end"):
            import_kaggle(source, tmp_path / "p.fkd", Job())
        assert [path.name for path in tmp_path.iterdir()] == [ARCHIVE]
