"""What the check ends with: ready, a display that is not there, or a package to install."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fkd_core.doctor import __main__ as command
from fkd_core.doctor import check
from fkd_core.doctor.packages import FONTS, Remedy

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Qt brings all its libraries elsewhere")


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, ...]]:
    """Libraries that each plug-in lacks, to be filled by the test; nobody may install them."""
    libraries: dict[str, tuple[str, ...]] = {}
    monkeypatch.setattr(check, "qt_files", lambda _folder, plugins: list(plugins))
    monkeypatch.setattr(check, "missing_libraries", lambda plugins: libraries.get(plugins[0], ()))
    monkeypatch.setattr(check, "has_fonts", lambda _folders: True)
    monkeypatch.setattr(check, "can_install", lambda _plan: False)
    return libraries


@LINUX
def test_one_complete_plugin_is_enough(lacking: dict[str, tuple[str, ...]]) -> None:
    lacking["wayland"] = ("libwayland-client.so.0", "libEGL.so.1")
    assert check.missing(["wayland", "xcb"]) == ()
    lacking["xcb"] = ("libxcb-cursor.so.0",)
    assert check.missing(["wayland", "xcb"]) == ("libxcb-cursor.so.0",)


@LINUX
def test_no_fonts_are_missing_too(
    lacking: dict[str, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking["xcb"] = ("libEGL.so.1",)
    monkeypatch.setattr(check, "has_fonts", lambda _folders: False)
    assert check.missing(["xcb"]) == ("libEGL.so.1", FONTS)


@LINUX
def test_installing_mends_it(lacking: dict[str, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    lacking["xcb"] = ("libEGL.so.1",)
    said: list[str] = []

    def install(plan: Remedy) -> None:
        assert plan.libraries == ("libEGL.so.1",)
        lacking.clear()

    monkeypatch.setattr(check, "can_install", lambda _plan: True)
    monkeypatch.setattr(check, "install", install)
    assert check.ensure(["xcb"], said.append) is None
    assert len(said) == 1
    assert "libEGL.so.1" in said[0]


@LINUX
def test_command_names_what_is_missing(
    lacking: dict[str, tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    lacking["offscreen"] = ("libEGL.so.1",)
    assert command.main(["--offscreen"]) == command.MISSING
    assert "Qt misses libEGL.so.1." in capsys.readouterr().err


def test_command_without_display(
    lacking: dict[str, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert lacking == {}
    assert command.main([]) == command.NO_DISPLAY
    assert capsys.readouterr().err.startswith("There is no display: ")
    assert command.main(["--offscreen"]) == command.READY


def test_command_refuses_other_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--help-me"]) == command.USAGE
    assert "--help-me" in capsys.readouterr().err


def test_qt_is_not_imported() -> None:
    script = (
        "import sys, fkd_core.doctor.__main__ as d; d.main(['--offscreen']); "
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 0
