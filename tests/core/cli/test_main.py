"""The command line as its user meets it: exit statuses, streams, one line for each failure."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fkd_core.cli import main as cli
from fkd_core.cli.main import COMMANDS, main
from fkd_core.project import Project
from tests.helpers.downloads import download, small_files, small_project, write_files
from tests.helpers.places import without_privileges

FILES = small_files()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "the download.zip"
    path.write_bytes(download(FILES))
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path)


def failed(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """The one line that a failing command prints."""
    assert main([str(word) for word in words]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("\n")
    assert err.count("\n") == 1, err
    assert "Traceback" not in err
    return err.strip()


def run(*words: object, before: tuple[str, ...] = (), **options: Any) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "fkd_core.cli.main", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", **options)


@pytest.mark.parametrize("words", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)])
def test_help_is_there_for_every_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert "fkd" in out
    assert err == ""


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["import"],
        ["import", "a"],
        ["import", "a", "b", "c"],
        ["import", "a", "b", "--empty-pixel", "300"],
        ["import", "a", "b", "--empty-pixel", "-1"],
        ["import", "a", "b", "--empty-pixel", "grey"],
        ["info", "--jason", "p"],
        ["impute", "p"],
        ["impute", "p", "--method", "magic"],
        ["impute", "p", "--method", "mean", "--seed", "-1"],
        ["impute", "p", "--method", "mean", "--seed", "9" * 5000],
        ["impute", "p", "--method", "shape", "--run", "r"],
        ["impute", "p", "--method", "mean", "--rule", "A"],
        ["train", "p", "--epochs", "0"],
        ["train", "p", "--epochs", "3", "--minutes", "2"],
        ["train", "p", "--minutes", "nan"],
        ["train", "p", "--minutes", "inf"],
        ["train", "p", "--model", "magic"],
        ["evaluate", "p"],
        ["submit", "p", "--run", "r"],
        ["export", "p"],
    ],
)
def test_wrong_usage_is_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: fkd")


def test_import_and_info_print_one_object(source: Path, tmp_path: Path) -> None:
    made = run("import", source, tmp_path / "ä p.fkd", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["import"]["files"]["test"] == "the download.zip/test.zip/test.csv"
    assert made.stderr == "read 5 train faces, 3 test faces\n"
    info = run("info", tmp_path / "ä p.fkd", "--json")
    assert (info.returncode, info.stderr) == (0, "")
    told = json.loads(info.stdout)
    assert (told["name"], told["train"]["faces"], told["test"]["faces"]) == ("ä p", 5, 3)
    assert (told["lookup_rows"], told["train"]["size"], told["runs"]) == (6, [4, 4], [])


def test_long_lines_are_not_broken_in_a_pipe(tmp_path: Path) -> None:
    rows = FILES["training.csv"].splitlines(keepends=True)
    first = rows[1].rpartition(b",")
    rows[1] = first[0] + b"," + b" " * 15 + b"7\n"
    source = write_files(tmp_path / "source", FILES | {"training.csv": b"".join(rows)})
    done = run("import", source, tmp_path / "p.fkd", env=os.environ | {"COLUMNS": "20"})
    assert done.returncode == 0
    assert done.stderr == "read 5 train faces, 3 test faces; 15 empty pixels in 1 faces became grey 128\n"


def test_tables_are_whole_in_a_pipe(project: Path) -> None:
    done = run("info", project, env=os.environ | {"COLUMNS": "20"})
    assert done.returncode == 0
    assert "…" not in done.stdout
    line = next(line for line in done.stdout.splitlines() if line.startswith("mouth_center_bottom_lip"))
    with Project(project) as opened:
        known = int((~opened.labels.table.mask[:5]).sum(axis=0)[14])
    assert line.split()[1] == str(5 - known)
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("terminal", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_there_is_no_progress_bar_in_a_pipe(source: Path, tmp_path: Path, terminal: str) -> None:
    done = run("import", source, tmp_path / "p.fkd", env=os.environ | {terminal: "1"})
    assert done.returncode == 0
    assert "importing" not in done.stderr
    assert "━" not in done.stderr


def test_a_name_that_the_terminal_cannot_show_is_escaped(source: Path, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    for words in (["import", source, tmp_path / "顔.fkd", "--json"], ["info", tmp_path / "顔.fkd", "--json"]):
        done = run(*words, env=environment)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["name"] == "顔"
    assert run("info", tmp_path / "顔.fkd", env=environment).stdout.startswith("\\u9854, from")


FAILURES = {
    "import nothing": (["import", "{tmp}/nothing.zip", "{tmp}/p.fkd"], "there is no such file or folder"),
    "import over": (["import", "{source}", "{project}"], "there is something of this name already"),
    "import nowhere": (["import", "{source}", "{tmp}/no/p.fkd"], "no: there is no such folder"),
    "import long": (["import", "{source}", "{tmp}/" + "x" * 300], "file name too long"),
    "import odd": (
        ["import", "{tmp}/" + "x" * 300, "{tmp}/p.fkd"],
        "it cannot be read; found File name too long",
    ),
    "info nothing": (["info", "{tmp}/nothing.fkd"], "there is no such project"),
    "info file": (["info", "{source}"], "the project cannot be read"),
    "impute nothing": (["impute", "{tmp}", "--method", "mean"], "this is no FKD project"),
    "export nowhere": (["export", "{project}", "-o", "{tmp}/no/l.csv"], "no: there is no such folder"),
    "export folder": (
        ["export", "{project}", "-o", "{tmp}"],
        "this is a folder; expected the name of a file",
    ),
    "export split": (["export", "{project}", "--split", "x", "-o", "{tmp}/l.csv"], "no split 'x'"),
    "submit nowhere": (
        ["submit", "{project}", "--run", "r", "-o", "{tmp}/no/s.csv"],
        "there is no such folder",
    ),
    "submit run": (["submit", "{project}", "--run", "none", "-o", "{tmp}/s.csv"], "none"),
    "submit path": (
        ["submit", "{project}", "--run", "../runs/r", "-o", "{tmp}/s.csv"],
        "there is no run '../runs/r'",
    ),
    "submit no name": (["submit", "{project}", "--run", "", "-o", "{tmp}/s.csv"], "there is no run ''"),
    "train device": (
        ["train", "{project}", "--device", "abacus", "--epochs", "1"],
        "this device cannot be used; expected auto,",
    ),
    "predict run": (["predict", "{project}", "--run", "none", "-o", "{tmp}/s.csv"], "none"),
    "evaluate run": (["evaluate", "{project}", "--run", "none"], "none"),
    "evaluate rows": (
        ["evaluate", "{project}", "--run", "r", "--rows", "{tmp}/no.txt"],
        "list of rows cannot be read",
    ),
    "train rows": (["train", "{project}", "--hold-out", "{tmp}"], "the list of rows cannot be read"),
    "train nothing": (["train", "{tmp}/nothing.fkd"], "there is no such project"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_failure_is_one_line_and_changes_nothing(
    case: str, source: Path, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, text = FAILURES[case]
    before = sorted(tmp_path.rglob("*"))
    line = failed(capsys, *(word.format(tmp=tmp_path, source=source, project=project) for word in words))
    assert line.startswith(f"fkd {words[0]}: ")
    assert text in line
    assert (
        sorted(path for path in tmp_path.rglob("*") if not path.name.startswith("labels.sqlite-")) == before
    )


def test_a_project_without_training_faces_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_files(tmp_path, {"test.csv": FILES["test.csv"]}) / "test.csv"
    assert main(["import", str(path), str(tmp_path / "p.fkd")]) == 0
    assert main(["info", str(tmp_path / "p.fkd")]) == 0
    assert "test" in capsys.readouterr().out
    (tmp_path / "rows.txt").write_text("1\n")
    for words in (["impute", "--method", "mean"], ["export", "-o", tmp_path / "l.csv"],
                  ["train", "--hold-out", tmp_path / "rows.txt"]):  # fmt: skip
        assert "the project has no split 'train'" in failed(capsys, words[0], tmp_path / "p.fkd", *words[1:])


def test_impute_makes_one_edit_and_none_takes_it_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = small_project(tmp_path, train=40)
    with Project(project) as opened:
        missing = int((~opened.labels.table.mask[:40]).sum())
    assert main(["impute", str(project), "--method", "mean"]) == 0
    assert capsys.readouterr().out == f"set {missing} keypoints of 40 faces\n"
    with Project(project) as opened:
        assert opened.labels.undo_text == "impute by mean"
        assert opened.labels.table.mask[:40].all()
    assert main(["impute", str(project), "--method", "none"]) == 0
    assert capsys.readouterr().out == f"removed {missing} keypoints of 40 faces\n"
    assert main(["impute", str(project), "--method", "none"]) == 0
    assert capsys.readouterr().out == "nothing to take away\n"
    with Project(project) as opened:
        assert len(opened.labels.done) == 2
        assert opened.labels.table.points.tobytes() == opened.labels.table.original[:].tobytes()


def test_impute_beside_another_writer_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Project(project, write=True):
        line = failed(capsys, "impute", project, "--method", "mean")
    assert f"another program is writing to the project; found process {os.getpid()}" in line


def test_export_writes_the_training_faces(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(project), "-o", str(tmp_path / "labels.csv")]) == 0
    assert capsys.readouterr().out.startswith("wrote the labels of 5 faces")
    assert len((tmp_path / "labels.csv").read_text().splitlines()) == 6


@pytest.mark.skipif(os.name == "nt", reason="permissions of files are a matter of Unix")
def test_a_folder_without_permission_is_told(source: Path, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o555)
    done = run("import", source, tmp_path / "closed" / "p.fkd", before=tuple(without_privileges()))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1, done.stderr
    assert "this file cannot be written; found permission denied" in done.stderr


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (PermissionError(13, "Permission denied", "/x/y"), "fkd info: '/x/y': Permission denied"),
        (OSError(5, "Input/output error"), "fkd info: the system: Input/output error"),
        (OSError("odd"), "fkd info: the system: odd"),
        (MemoryError(), "fkd info: there is not enough memory. Close other programs and try again."),
        (ZeroDivisionError("a\nb"), "fkd info: this should not have happened: ZeroDivisionError: a. Run it"),
        (KeyError(), "fkd info: this should not have happened: KeyError: . Run it again with FKD_DEBUG=1"),
    ],
)
def test_whatever_goes_wrong_is_one_line(
    error: Exception, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.delenv(cli.DEBUG, raising=False)
    monkeypatch.setattr(cli, "_run", fail)
    assert failed(capsys, "info", "p").startswith(text)


def test_details_of_an_unexpected_failure_are_shown_on_demand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setenv(cli.DEBUG, "1")
    monkeypatch.setattr(cli, "_run", fail)
    assert main(["info", "p"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="pipes break in another way there")
def test_a_reader_that_has_seen_enough_is_no_failure_to_print(project: Path) -> None:
    command = f"'{sys.executable}' -m fkd_core.cli.main info '{project}' --json | true"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert done.stderr == ""


INTERRUPTED = """
import sys
from fkd_core import importing
from fkd_core.cli.main import main
def work(member, columns, path, job, **options):
    print("ready", flush=True)
    while True:
        {step}
importing.read_faces = work
sys.exit(main(["import", *sys.argv[1:]]))
"""


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process there")
@pytest.mark.parametrize(("step", "presses"), [("job.check()", 1), ("pass", 2)])
def test_ctrl_c_is_130_and_leaves_nothing(source: Path, tmp_path: Path, step: str, presses: int) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    command = [sys.executable, "-c", INTERRUPTED.format(step=step), str(source), str(tmp_path / "p.fkd")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        for press in range(presses):
            process.send_signal(signal.SIGINT)
            if press == 0:
                assert process.stderr.readline() == "\n"
                assert process.stderr.readline().startswith("stopping")
        rest = process.stderr.read()
        assert process.wait(20) == 130
    assert rest == "fkd import: stopped; nothing was made\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_the_module_of_another_command_is_not_imported() -> None:
    code = (
        "import sys; from fkd_core.cli.main import main; main(['info', 'nothing']);"
        "heavy = {'tensorflow', 'keras', 'pandas', 'PySide6'};"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n"
