"""Ways in which a label database is damaged."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def spoil_table(path: Path, table: str) -> None:
    """Overwrite the first page of a table, as a bad sector would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with path.open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def spoil_header(path: Path) -> None:
    """Overwrite the beginning of the file."""
    with path.open("rb+") as file:
        file.write(b"no database at all" * 10)


def cut_in_half(path: Path) -> None:
    """Leave half of the file, as a copy that was interrupted."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = path.stat().st_size
    with path.open("rb+") as file:
        file.truncate(size // 2)
