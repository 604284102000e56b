"""A font anywhere is enough; none at all is found out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fkd_core.doctor.fonts import font_folders, has_fonts


def test_font_in_a_folder_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not has_fonts([tmp_path, tmp_path / "missing"])
    (tmp_path / "truetype").mkdir()
    (tmp_path / "truetype" / "README.txt").touch()
    assert not has_fonts([tmp_path])
    (tmp_path / "truetype" / "Sans.TTF").touch()
    assert has_fonts([tmp_path])


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
@pytest.mark.parametrize(("output", "found"), [("/x/Sans.ttf: Sans:style=Book", True), ("", False)])
def test_fontconfig_may_know_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, found: bool
) -> None:
    program = tmp_path / "fc-list"
    program.write_text(f"#!/bin/sh\necho '{output}'\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert has_fonts([tmp_path / "missing"]) is found


def test_users_own_fonts_count(tmp_path: Path) -> None:
    assert tmp_path / ".local/share/fonts" in font_folders(tmp_path)
