"""A finished environment is known by its stamp; anything else is completed or made anew."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from fkd_core.doctor import environment
from fkd_core.doctor.environment import Environment, check_disk, lock_names, make, only_one, project_head
from fkd_core.doctor.pip import SetupError, normal

ROOT = Path(__file__).parents[3]
PYPROJECT = '[project]\ndependencies = ["rich>=13"]\n\n[tool.ruff]\nline-length = 110\n'
SUPPORTED = [sys.version_info[:2]]


@pytest.fixture
def place(tmp_path: Path) -> Environment:
    """A project whose environment looks finished."""
    if sys.platform == "win32":
        pytest.skip("making symbolic links is not everyone's right on Windows")
    made = Environment(tmp_path)
    for path in (made.lock, made.python, made.folder / "pyvenv.cfg"):
        path.parent.mkdir(parents=True, exist_ok=True)
    made.lock.write_text("rich==15.0.0\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (made.folder / "pyvenv.cfg").write_text(f"home = /usr/bin\ncommand = python -m venv {made.folder}\n")
    (tmp_path / "python-a").touch()
    made.python.symlink_to(tmp_path / "python-a")
    made.mark_ready()
    return made


def test_stamp_makes_it_ready(place: Environment) -> None:
    assert place.ready()
    place.stamp.unlink()
    assert not place.ready()


def test_new_lock_new_dependencies_and_new_python_need_a_set_up(place: Environment) -> None:
    place.lock.write_text("rich==15.0.1\n", encoding="utf-8")
    assert not place.ready()
    place.mark_ready()
    (place.root / "pyproject.toml").write_text(PYPROJECT.replace("rich>=13", "rich>=14"), encoding="utf-8")
    assert not place.ready()
    place.mark_ready()
    (place.root / "python-b").touch()
    place.python.unlink()
    place.python.symlink_to(place.root / "python-b")
    assert not place.ready()
    place.mark_ready()
    assert place.ready()


def test_tool_settings_need_none(place: Environment) -> None:
    (place.root / "pyproject.toml").write_text(PYPROJECT.replace("110", "100"), encoding="utf-8")
    assert place.ready()


def test_moved_project_needs_one(place: Environment) -> None:
    moved = place.root / "elsewhere"
    moved.mkdir()
    for name in (".venv", "resources", "pyproject.toml"):
        shutil.move(place.root / name, moved / name)
    assert not Environment(moved).ready()
    assert not Environment(moved).reusable(SUPPORTED)


def test_removed_python_is_noticed(place: Environment) -> None:
    (place.root / "python-a").unlink()
    assert not place.ready()
    assert not place.reusable(SUPPORTED)


def test_no_environment_is_not_reusable(tmp_path: Path) -> None:
    assert not Environment(tmp_path).ready()
    assert not Environment(tmp_path).reusable(SUPPORTED)


def test_project_head_ends_at_the_tools() -> None:
    assert project_head(PYPROJECT) == '[project]\ndependencies = ["rich>=13"]\n\n'


def test_half_installed_packages_go(place: Environment) -> None:
    packages = place.folder / ("Lib" if sys.platform == "win32" else "lib/python3.11") / "site-packages"
    for name in ("rich-15.0.0.dist-info", "h5py-3.14.0.dist-info"):
        (packages / name).mkdir(parents=True)
        (packages / name / "METADATA").touch()
    (packages / "rich-15.0.0.dist-info" / "INSTALLER").touch()
    assert place.installed() == ["rich-15.0.0.dist-info"]
    place.remove_half_installed()
    assert [info.name for info in place.packages()] == ["rich-15.0.0.dist-info"]


def test_full_disk_is_said_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_disk(tmp_path, tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=1_234_000_000))
    with pytest.raises(SetupError, match=r"needs 4\.2 GB in .*, 1\.2 GB are free"):
        check_disk(tmp_path, tmp_path)


def test_broken_environment_is_replaced(place: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(environment, "_run", lambda command, _todo: calls.append(command))
    said: list[str] = []
    make(place.folder, said.append)
    assert not place.folder.exists()
    assert calls[0][-3:] == ["-m", "venv", str(place.folder)]
    assert "anew" in said[0]


@pytest.mark.skipif(sys.platform == "win32", reason="the lock of the other process is made with flock")
def test_second_set_up_waits_for_the_first(place: Environment) -> None:
    holder = (
        "import fcntl, sys; f = open(sys.argv[1], 'rb'); fcntl.flock(f, fcntl.LOCK_EX); "
        "print('held', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", holder, str(place.lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    said: list[str] = []
    stdin = process.stdin

    def say(text: str) -> None:
        assert process.poll() is None
        said.append(text)
        stdin.close()

    with only_one(place.lock, say):
        assert said == ["Another start is setting FKD up; waiting for it."]
    assert process.wait(10) == 0
    process.stdout.close()


def test_lock_holds_every_dependency_of_the_project() -> None:
    names = lock_names(Environment(ROOT).lock.read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["dev"]]
    wanted += project["build-system"]["requires"]
    assert {normal(re.split(r"[<>=!~\[; ]", line)[0]) for line in wanted} <= names


def test_lock_has_hashes_one_opencv_and_no_address() -> None:
    text = Environment(ROOT).lock.read_text(encoding="utf-8")
    assert {name for name in lock_names(text) if "opencv" in name} == {"opencv-python-headless"}
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text[text.index("\nabsl") + 1 :].strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert lock_names("Foo_Bar==1 \\\n    --hash=sha256:00\nnumpy==1 ; x\nnumpy==2 ; y\n# six==1\n") == {
        "foo-bar",
        "numpy",
    }
