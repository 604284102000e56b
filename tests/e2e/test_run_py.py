"""run.py as a person starts it, without a set-up: versions, hand-over, exit status, interruption."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fkd_core.doctor.environment import Environment

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in environment is a shell script")


def run_python(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); import run\n{code}"]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environ}, check=False, timeout=60
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what run.py needs, with a finished environment whose Python only says what it was asked."""
    root = tmp_path / "a folder"
    (root / "fkd_core").mkdir(parents=True)
    (root / "resources" / "locks").mkdir(parents=True)
    for name in ("run.py", "pyproject.toml", "resources/locks/requirements.txt", "fkd_core/__init__.py"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "fkd_core" / "doctor", root / "fkd_core" / "doctor")
    place = Environment(root)
    place.python.parent.mkdir(parents=True)
    (place.folder / "pyvenv.cfg").write_text(f"command = {place.folder}\n", encoding="utf-8")
    return root


def stand_in(root: Path, script: str) -> None:
    """Let the environment's Python be this shell script."""
    python = Environment(root).python
    python.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    python.chmod(0o755)
    python.with_name("lint-imports").write_text("#!/bin/sh\necho lint-imports $1\n", encoding="utf-8")
    python.with_name("lint-imports").chmod(0o755)
    Environment(root).mark_ready()


def start(root: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "run.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)  # type: ignore[call-overload,no-any-return] # options differ


@pytest.mark.parametrize("version", ["(3, 8, 18)", "(3, 10, 13)", "(3, 14, 0)"])
def test_wrong_python_gets_one_line(version: str) -> None:
    done = run_python(
        f"sys.version_info = {version}\nrun.other_python = lambda: None\nsys.exit(run.main(['info']))"
    )
    assert done.returncode == 1
    assert done.stdout == ""
    line = done.stderr.strip()
    assert "\n" not in line
    assert line.startswith(
        "FKD needs Python 3.11, 3.12 or 3.13, this is " + version.strip("()").replace(", ", ".")
    )


@pytest.mark.parametrize("version", ["(3, 11, 2)", "(3, 12, 1)", "(3, 13, 0)"])
def test_right_python_is_no_problem(version: str) -> None:
    assert run_python(f"print(run.version_problem({version}))").stdout == "None\n"


@POSIX
def test_wrong_python_finds_another(tmp_path: Path) -> None:
    # The newest name on the path is a wrapper without a Python behind it, as version managers leave them.
    (tmp_path / "python3.13").write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    (tmp_path / "python3.12").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    for name in ("python3.13", "python3.12"):
        (tmp_path / name).chmod(0o755)
    done = run_python("print(run.other_python())", PATH=str(tmp_path))
    assert done.stdout.strip() == sys.executable


def test_old_pythons_can_parse_it() -> None:
    # 3.8 is the oldest grammar that this Python can check.
    script = "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read(), feature_version=(3, 8))"
    assert subprocess.run([sys.executable, "-c", script, str(ROOT / "run.py")], check=False).returncode == 0


def test_set_up_needs_the_standard_library_alone() -> None:
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import run, fkd_core.doctor.environment"
    # -S: without the packages of the environment that runs this test.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0


@POSIX
def test_arguments_streams_and_status_are_handed_over(project: Path) -> None:
    stand_in(project, 'printf "%s|" "$@"; cat; exit 7')
    done = start(project, "predict", "a file.fkd", "", input="from stdin")
    assert done.returncode == 7
    assert done.stdout == "-P|-m|fkd_core.cli.main|predict|a file.fkd||from stdin"
    assert done.stderr == ""


@POSIX
def test_interruption_is_the_commands_to_answer(project: Path) -> None:
    stand_in(project, "trap 'exit 130' INT; echo started; while :; do sleep 0.05; done")
    process = subprocess.Popen(
        [sys.executable, str(project / "run.py"), "train", "p.fkd"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    process.stdout.close()


@POSIX
def test_no_display_runs_the_tour(project: Path) -> None:
    stand_in(project, '[ "$3" = fkd_core.doctor ] && exit 3; echo "$@"')
    done = start(project, cwd=project)
    assert done.stdout == "-P -m fkd_core.cli.main tour tour\n"
    assert "Running the tour instead" in done.stderr
    done = start(project, cwd=project.parent)
    assert done.stdout.strip().endswith(f"tour {project / 'tour'}")


@POSIX
def test_display_opens_the_app_on_the_demo_project(project: Path) -> None:
    stand_in(project, '[ "$3" = fkd_core.doctor ] || echo "$@"')
    assert start(project, cwd=project).stdout == "-P -m fkd_core.cli.main gui --demo\n"


@POSIX
@pytest.mark.parametrize(("variable", "status"), [("", 1), ("offscreen", 0)])
def test_gui_without_a_display(project: Path, variable: str, status: int) -> None:
    stand_in(project, '[ "$3" = fkd_core.doctor ] && exit 3; echo "$@"')
    done = start(project, "gui", "p.fkd", env={**os.environ, "QT_QPA_PLATFORM": variable})
    assert done.returncode == status
    assert done.stdout == ("" if status else "-P -m fkd_core.cli.main gui p.fkd\n")


@POSIX
def test_missing_library_ends_it(project: Path) -> None:
    stand_in(project, '[ "$3" = fkd_core.doctor ] && exit 1; echo "$@"')
    for arguments in ([], ["gui"], ["test"], ["tour", "there"]):
        done = start(project, *arguments, cwd=project)
        assert (done.returncode, done.stdout) == (1, "")


@POSIX
@pytest.mark.parametrize("broken", ["mypy", "ruff", "pytest", "none"])
def test_suite_runs_every_part_and_fails_with_any(project: Path, broken: str) -> None:
    stand_in(project, f'[ "$2" = {broken} ] && {{ echo broken; exit 1; }}; [ "$1" = -P ] || echo "$@"')
    done = start(project, "test", "tests/core", "-k", "a b")
    lines = [line for line in done.stdout.splitlines() if line and not line.startswith((">", "Failed"))]
    assert lines == [
        "lint-imports --no-logo",
        *(
            "broken" if name.split()[1] == broken else name
            for name in (
                "-m mypy",
                "-m ruff check .",
                "-m ruff format --check .",
                "-m pytest tests/core -k a b",
            )
        ),
    ]
    assert done.returncode == (0 if broken == "none" else 1)
    assert ("Failed:" in done.stdout) == (broken in ("mypy", "ruff"))


@POSIX
def test_ci_runs_the_suite_with_the_data_beside_it(project: Path) -> None:
    stand_in(project, '[ "$2" = pytest ] && echo "$@ data=$FKD_DATA"; exit 0')
    (project / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", project / ".ci" / "run")
    environ = {key: value for key, value in os.environ.items() if key != "FKD_DATA"}
    environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environ['PATH']}"

    def last_line() -> str:
        command = ["bash", str(project / ".ci" / "run")]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.splitlines()[-1]

    assert last_line() == "-m pytest data="
    (project.parent / "shared" / "data").mkdir(parents=True)
    assert last_line() == f"-m pytest data={project.parent / 'shared' / 'data'}"
