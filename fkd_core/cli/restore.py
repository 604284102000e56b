"""`fkd restore PROJECT [--list | --check] [--backup NAME] [--json]`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fkd_core.cli import arguments
from fkd_core.cli.output import print_json, print_table
from fkd_core.errors import DamagedLabelsError

if TYPE_CHECKING:
    from fkd_core.labels.backups import Backup
    from fkd_core.labels.restore import Restoration


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--list", action="store_true", help="list the backups, newest first, and change nothing"
    )
    what.add_argument(
        "--check",
        action="store_true",
        help="say whether the labels are sound and what would be lost, and change nothing",
    )
    what.add_argument(
        "--backup",
        type=Path,
        metavar="NAME",
        help="go back to this backup, also from sound labels; later edits stay in the file that is put aside",
    )
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Check the labels, or bring them back.

    Raises:
        DamagedLabelsError: by `--check`, if the labels are damaged.
    """
    from fkd_core.labels.backups import list_backups
    from fkd_core.labels.journal import FILE
    from fkd_core.labels.restore import carry_out, find_restoration
    from fkd_core.manifest import Manifest
    from fkd_core.writer_lock import WriterLock

    folder: Path = chosen.project
    Manifest.load(folder)
    backups = list_backups(folder / FILE)
    if chosen.list:
        _show_list(backups, chosen.json)
        return
    if chosen.check:
        found = find_restoration(folder)
        value: dict[str, Any] = {"sound": found.fault is None, "fault": found.fault, "restoration": None}
        if found.fault is not None:
            value["restoration"] = _plain(found)
        if chosen.json:
            print_json(value)
        if found.fault is not None:
            raise DamagedLabelsError(
                "the labels are damaged",
                where=found.labels,
                found=found.fault,
                todo=f"{found.told} Bring them back with: fkd restore {folder}",
            )
        if not chosen.json:
            print(f"the labels are sound; there are {len(backups)} backups")
        return
    lock = WriterLock.acquire(folder)
    try:
        found = find_restoration(folder, backup=chosen.backup)
        aside = None
        restored = found.fault is not None or chosen.backup is not None
        if restored:
            aside = carry_out(found)
    finally:
        lock.release()
    if chosen.json:
        print_json({"restored": restored, "aside": aside} | (_plain(found) if restored else {}))
    elif not restored:
        print("the labels are sound: there is nothing to bring back")
    else:
        print(found.told)
        if aside is not None:
            print(f"the file as it was is kept as {aside}")


def _show_list(backups: list[Backup], as_json: bool) -> None:
    if as_json:
        told = [{"name": b.path.name, "at": b.at.isoformat(), "bytes": b.size} for b in backups]
        print_json({"backups": told})
    elif not backups:
        print("there are no backups yet: they are made as labels change")
    else:
        rows = [[b.path.name, b.when, f"{b.size / 2**20:.1f}"] for b in backups]
        print_table("Backups", ["name", "made", "MiB"], rows)


def _plain(found: Restoration) -> dict[str, Any]:
    return {
        "fault": found.fault,
        "backup": found.backup and found.backup.path.name,
        "kept": found.kept,
        "salvaged": found.salvaged,
        "beside": found.beside,
        "lost": found.lost,
    }
