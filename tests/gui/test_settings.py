"""Settings: typed, with defaults where nothing usable is stored."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from fkd_gui.settings import GEOMETRY, LAST_PROJECT, RECENT, SHOW_NAMES, THEME, Settings


def again(tmp_path: Path, settings: Settings) -> Settings:
    """The same file, read anew."""
    settings.save()
    return Settings(tmp_path / "window.ini")


def test_defaults_without_a_file(settings: Settings) -> None:
    assert settings.get(THEME) == "system"
    assert settings.get(SHOW_NAMES) is False
    assert settings.get(RECENT) == []
    assert settings.get(GEOMETRY) == QByteArray()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (THEME, "dark"),
        (SHOW_NAMES, True),
        (SHOW_NAMES, False),
        (LAST_PROJECT, "/data/a, b; c.fkd"),
        (GEOMETRY, QByteArray(b"\x00\xff\x01")),
        (RECENT, []),
        (RECENT, ["/one.fkd"]),
        (RECENT, ["/one, two.fkd", "/tw\u00f6.fkd"]),
    ],
)
def test_values_survive_a_restart(tmp_path: Path, settings: Settings, setting: object, value: object) -> None:
    settings.set(setting, value)
    assert again(tmp_path, settings).get(setting) == value


@pytest.mark.parametrize(("setting", "value"), [(THEME, "blue"), (SHOW_NAMES, "yes"), (RECENT, "one")])
def test_a_wrong_value_is_refused(settings: Settings, setting: object, value: object) -> None:
    with pytest.raises(ValueError, match=f"received {value!r}"):
        settings.set(setting, value)


@pytest.mark.parametrize("stored", ["[view]\ntheme=blue\nnames=perhaps\n", "no settings at all", "\x00\x01"])
def test_a_damaged_file_means_the_defaults(tmp_path: Path, stored: str) -> None:
    (tmp_path / "window.ini").write_text(stored)
    settings = Settings(tmp_path / "window.ini")
    assert settings.get(THEME) == "system"
    assert settings.get(SHOW_NAMES) is False
    settings.set(THEME, "dark")
    assert again(tmp_path, settings).get(THEME) == "dark"


def test_projects_opened_last_come_first_once_and_eight_at_most(settings: Settings, tmp_path: Path) -> None:
    folders = [tmp_path / f"{i}.fkd" for i in range(10)]
    for folder in (*folders, folders[5]):
        settings.opened(folder)
    expected = [5, 9, 8, 7, 6, 4, 3, 2]
    assert settings.get(RECENT) == [str(folders[i]) for i in expected]
    assert settings.get(LAST_PROJECT) == str(folders[5])
