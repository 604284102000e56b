"""What a path that was typed, chosen or dropped may be."""

from __future__ import annotations

from pathlib import Path

from fkd_core.manifest import NAME


def is_project(path: Path) -> bool:
    """Whether there is a project; it may be damaged."""
    return (path / NAME).is_file()


def may_be_imported(path: Path) -> bool:
    """Whether it is no project but may hold faces: a zip, a table, a folder not named like a project."""
    if path.is_dir():
        return not is_project(path) and path.suffix.lower() != ".fkd"
    return path.suffix.lower() in (".zip", ".csv")


def is_same(one: Path, other: Path) -> bool:
    """Whether both name the same folder; a path that leads nowhere is the same as none."""
    try:
        return one.samefile(other)
    except OSError:
        return False
