"""As root on Debian the packages are installed, tried here with a stand-in for apt-get."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from fkd_core.doctor.packages import can_install, install, remedy
from fkd_core.errors import FkdError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="apt-get is a Linux program")

PLAN = remedy(["libEGL.so.1"], "apt-get")


def write_apt(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    log = folder / "calls"
    program = folder / "apt-get"
    program.write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND $@" >> "{log}"\n{body}\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return log


def test_lists_are_fetched_where_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = write_apt(tmp_path, "exit 0", monkeypatch)
    install(PLAN, lists=tmp_path / "lists")
    assert log.read_text(encoding="utf-8").splitlines() == [
        "noninteractive update -q -y",
        "noninteractive install libegl1 -q -y",
    ]


def test_lists_that_are_there_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = write_apt(tmp_path, "exit 0", monkeypatch)
    (tmp_path / "mirror_main_binary-amd64_Packages.lz4").touch()
    install(PLAN, lists=tmp_path)
    assert log.read_text(encoding="utf-8").splitlines() == ["noninteractive install libegl1 -q -y"]


def test_stale_lists_are_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = f'[ "$1" = update ] && touch "{tmp_path}/fresh"; [ -e "{tmp_path}/fresh" ]'
    log = write_apt(tmp_path, body, monkeypatch)
    (tmp_path / "mirror_Packages").touch()
    install(PLAN, lists=tmp_path)
    assert [line.split()[1] for line in log.read_text(encoding="utf-8").splitlines()] == [
        "install",
        "update",
        "install",
    ]


def test_failure_shows_what_apt_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_apt(tmp_path, "echo E: Unable to locate package libegl1; exit 100", monkeypatch)
    with pytest.raises(FkdError, match="Unable to locate package libegl1"):
        install(PLAN, lists=tmp_path)


@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_only_root_installs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: int, allowed: bool
) -> None:
    write_apt(tmp_path, "exit 0", monkeypatch)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert can_install(PLAN) is allowed
    assert not can_install(remedy(["libEGL.so.1"], "dnf"))
