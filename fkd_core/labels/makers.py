"""Tables that were added to the label database later: who made each edit, and remarks about faces.

A project made before has none of them: it is read as it is, and they are made with the first edit or remark.
A program that does not know them reads and writes the rest all the same.
"""

from __future__ import annotations

import getpass
import sqlite3

_TABLES = (
    """CREATE TABLE IF NOT EXISTS edit_maker (
  edit INTEGER PRIMARY KEY, who TEXT NOT NULL, follows INTEGER NOT NULL
)""",
    """CREATE TABLE IF NOT EXISTS remark (
  id INTEGER PRIMARY KEY, face INTEGER NOT NULL, at REAL NOT NULL, who TEXT NOT NULL,
  note TEXT NOT NULL, bookmark INTEGER NOT NULL
)""",
    "CREATE INDEX IF NOT EXISTS remark_of_face ON remark (face, id)",
)


def system_user() -> str:
    """The name by which the system knows whoever sits here; empty where it does not."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def make_tables(db: sqlite3.Connection) -> None:
    """Make what a project lacks that was made before; within a transaction."""
    for statement in _TABLES:
        db.execute(statement)


def has_tables(db: sqlite3.Connection) -> bool:
    """Whether anything was ever written into them."""
    found = db.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'remark'")
    return bool(found.fetchone()[0])


def sign(db: sqlite3.Connection, edit: int, who: str, follows: int) -> None:
    """Write down who made an edit, and which one was the last in force before it, 0 for none."""
    make_tables(db)
    db.execute("INSERT INTO edit_maker VALUES (?, ?, ?)", (edit, who, follows))
