"""The user's `kaggle` program: what it is asked, and what is said when it cannot."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from fkd_core.demo.dataset import make_demo
from fkd_core.demo.download import write_download
from fkd_core.errors import Cancelled, ProjectError
from fkd_core.jobs import Job
from fkd_core.submitting.kaggle_client import COMPETITION, KaggleError, download, standing, upload
from tests.helpers.kaggle import FakeKaggle


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("data") / "data.zip"
    write_download(path, make_demo(6, 2, 0))
    return path.read_bytes()


@pytest.fixture
def kaggle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> FakeKaggle:
    folder = tmp_path / "kaggle"
    folder.mkdir()
    (folder / "data.zip").write_bytes(data)
    return FakeKaggle(folder, monkeypatch)


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    path = tmp_path / "sub “1”.csv"
    path.write_text("RowId,Location\n1,2\n")
    return path


def test_without_the_program_a_line_says_how(kaggle: FakeKaggle, monkeypatch: pytest.MonkeyPatch) -> None:
    assert standing().ready
    assert standing().how_to == ""
    kaggle.credentials.unlink()
    assert "kaggle.json" in standing().how_to
    monkeypatch.setenv("KAGGLE_API_TOKEN", "x")
    assert standing().ready
    monkeypatch.setenv("PATH", "")
    assert "pip install 'fkd[kaggle]'" in standing().how_to
    with pytest.raises(KaggleError, match="pip install"):
        upload(Path(__file__), "m", Job())
    assert kaggle.calls == []


def test_the_data_is_downloaded_whole_and_once(kaggle: FakeKaggle, tmp_path: Path, data: bytes) -> None:
    got = download(tmp_path, Job())
    assert got == tmp_path / f"{COMPETITION}.zip"
    assert got.read_bytes() == data
    (call,) = kaggle.calls
    assert call[:4] == ["competitions", "download", "-c", COMPETITION]
    assert download(tmp_path, Job()) == got
    assert len(kaggle.calls) == 1


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("not logged in", "does not know who you are.*401.*new API token"),
        ("not joined", "refuses.*accept its rules"),
        ("no network", "cannot be reached.*Check the network"),
        ("cut off", "did not come whole"),
    ],
)
def test_a_failed_download_leaves_nothing(kaggle: FakeKaggle, tmp_path: Path, how: str, words: str) -> None:
    kaggle.behave(how)
    with pytest.raises(KaggleError, match=words):
        download(tmp_path, Job())
    assert [path.name for path in tmp_path.iterdir()] == ["kaggle"]
    with pytest.raises(ProjectError, match="no such folder"):
        download(tmp_path / "none", Job())


def test_a_submission_is_handed_in_with_its_message(kaggle: FakeKaggle, submission: Path) -> None:
    said = upload(submission, "a note; rm -rf", Job())
    assert "Successfully submitted" in said
    assert kaggle.calls == [
        ["competitions", "submit", "-c", COMPETITION, "-f", str(submission), "-m", "a note; rm -rf"]
    ]


@pytest.mark.parametrize("how", ["not logged in", "not joined", "no network", "polite failure"])
def test_a_failed_upload_loses_nothing(kaggle: FakeKaggle, submission: Path, how: str) -> None:
    kaggle.behave(how)
    with pytest.raises(KaggleError) as told:
        upload(submission, "m", Job())
    assert "Traceback" not in str(told.value)
    assert submission.read_text() == "RowId,Location\n1,2\n"
    with pytest.raises(KaggleError, match="no such file"):
        upload(submission.with_name("gone.csv"), "m", Job())


def test_an_upload_can_be_stopped(kaggle: FakeKaggle, submission: Path) -> None:
    kaggle.behave("slow")
    job = Job()
    begun = threading.Event()

    def stop() -> None:
        begun.wait(10)
        job.cancel()

    thread = threading.Thread(target=stop)
    thread.start()
    begun.set()
    with pytest.raises(Cancelled):
        upload(submission, "m", job)
    thread.join()
