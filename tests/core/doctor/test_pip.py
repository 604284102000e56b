"""pip's output becomes one line of progress, and its failures advice."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from fkd_core.doctor.pip import Progress, SetupError, advice, normal, run_pip, telling

OUTPUT = """\
Looking in indexes: https://packages.example/simple
Collecting absl-py==2.5.1 (from -r requirements.txt (line 3))
  Downloading absl_py-2.5.1-py3-none-any.whl (137 kB)
Ignoring numpy: markers 'python_full_version >= "3.12"' don't match your environment
Processing /my wheels/h5py-3.14.0-cp311-cp311-manylinux_2_17.whl (from -r /x-1/requirements.txt (line 4))
Requirement already satisfied: rich==15.0.0 in ./.venv/lib/python3.11/site-packages
Collecting tensorflow==2.21.0 (from -r requirements.txt (line 9))
  Using cached tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl (620.0 MB)
"""
NAMES = {"absl-py", "h5py", "rich", "tensorflow"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_a_line_a_quarter() -> None:
    stream = io.StringIO()
    progress = Progress(stream, NAMES, list)
    for line in OUTPUT.splitlines():
        progress.pip_says(line)
        progress.show()
    progress.close()
    assert stream.getvalue().splitlines() == [f"Setting up FKD: fetched {n} of 4 packages" for n in range(5)]


def test_installed_packages_are_counted_in_the_environment() -> None:
    stream = io.StringIO()
    present = ["pip-23.2.dist-info"]
    progress = Progress(stream, NAMES, lambda: present)
    progress.pip_says("Installing collected packages: absl-py, h5py, rich, tensorflow")
    for name in ("absl_py-2.5.1", "h5py-3.14.0", "rich-15.0.0", "tensorflow-2.21.0"):
        progress.show()
        present.append(f"{name}.dist-info")
    progress.show()
    assert stream.getvalue().splitlines()[-1] == "Setting up FKD: installed 4 of 4 packages"
    assert len(stream.getvalue().splitlines()) == 5


def test_a_terminal_gets_one_line_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    stream = Terminal()
    progress = Progress(stream, NAMES, list)
    for line in OUTPUT.splitlines():
        progress.pip_says(line)
        progress.show()
    progress.close()
    drawn = stream.getvalue().split("\r\x1b[K")
    assert "\n" not in stream.getvalue()
    assert drawn[-1] == ""
    assert drawn[-2].startswith("Setting up FKD: fetched 4 of 4 packages")
    assert drawn[-2].endswith("tensorflow (620.0 MB)")


def test_the_package_at_work_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    stream = Terminal()
    progress = Progress(stream, NAMES, lambda: ["absl_py-2.5.1.dist-info", "rich-15.0.0.dist-info"])
    for line in OUTPUT.splitlines()[:5]:
        progress.pip_says(line)
    progress.show()
    assert stream.getvalue().endswith(" s  h5py")
    progress.pip_says("Installing collected packages: h5py, tensorflow")
    progress.show()
    assert "installed 2 of 4 packages" in stream.getvalue()
    assert stream.getvalue().endswith(" s  to come: h5py, tensorflow")


def test_a_narrow_terminal_is_not_overrun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    stream = Terminal()
    Progress(stream, NAMES, list).show()
    assert len(stream.getvalue().removeprefix("\r\x1b[K")) == 29


@pytest.mark.parametrize(
    ("output", "word"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk"),
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError(): Temporary failure in "
            "name resolution')\nERROR: Could not find a version that satisfies the requirement rich==15.0.0",
            "network",
        ),
        ("ERROR: No matching distribution found for tensorflow==2.21.0", "no build"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "damaged"),
        ("Segmentation fault", "delete the folder .venv"),
    ],
)
def test_advice(output: str, word: str) -> None:
    assert word in advice(output)


def test_errors_are_told_before_all_else() -> None:
    noise = [f"Collecting p{n}==1" for n in range(20)]
    error = "ERROR: No matching distribution found for " + 300 * "x"
    assert telling([*noise, error, "", "Collecting p99==1"]) == [f"  pip: {error[:200]}"]
    assert telling(noise) == [f"  pip: {line}" for line in noise[-8:]]


def test_names_are_compared_as_registries_do() -> None:
    assert normal("PySide6_Essentials") == normal("pyside6-essentials")
    assert normal("ruamel.yaml") == "ruamel-yaml"


@pytest.fixture
def fake_python(tmp_path: Path) -> Path:
    """Stands for the environment's interpreter: prints its arguments and fails."""
    program = tmp_path / "python"
    program.write_text(
        '#!/bin/sh\necho "$@"\necho "constraint $PIP_CONSTRAINT"\nexit $FAKE\n', encoding="utf-8"
    )
    program.chmod(0o755)
    return program


@pytest.mark.skipif("sys.platform == 'win32'", reason="the stand-in is a shell script")
def test_failure_carries_the_last_lines(fake_python: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress(io.StringIO(), NAMES, list)
    with fake_python.open("rb") as keep:
        monkeypatch.setenv("FAKE", "0")
        run_pip(fake_python, ["-r", "lock"], progress, keep)
        monkeypatch.setenv("FAKE", "1")
        with pytest.raises(SetupError) as caught:
            run_pip(fake_python, ["-r", "lock"], progress, keep)
    message = str(caught.value).splitlines()
    assert message[0].endswith("-r lock")
    assert message[1] == "  pip: constraint /dev/null"
    assert message[2].startswith("Start again")
