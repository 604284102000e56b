"""`fkd history PROJECT ROW`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fkd_core.cli import arguments
from fkd_core.cli.output import print_json, print_table

if TYPE_CHECKING:
    from fkd_core.labels.history import Version
    from fkd_core.labels.remarks import Remark
    from fkd_core.project import Project


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    parser.add_argument("row", type=arguments.whole, metavar="ROW", help="of the source, counted from 0")
    parser.add_argument("--split", default="train", metavar="NAME", help="part of the data (train)")
    parser.add_argument(
        "--restore", type=arguments.whole, metavar="N", help="give the face the labels of version N again"
    )
    parser.add_argument("--note", metavar="TEXT", help="put a note on the face; an empty one takes it away")
    parser.add_argument(
        "--bookmark", choices=("yes", "no"), help="put a bookmark on the face, or take it off"
    )
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Tell the history of a face, and change what was asked."""
    from fkd_core.labels.history import face_versions
    from fkd_core.project import Project

    writes = any(value is not None for value in (chosen.restore, chosen.note, chosen.bookmark))
    with Project(chosen.project, write=writes) as project:
        face = _face(project, chosen.split, chosen.row)
        if chosen.restore is not None:
            _restore(project, face, chosen.restore)
        if chosen.note is not None or chosen.bookmark is not None:
            bookmark = None if chosen.bookmark is None else chosen.bookmark == "yes"
            project.labels.remarks.put(face, project.labels.who, note=chosen.note, bookmark=bookmark)
        versions = face_versions(project.labels, face)
        remarks = project.labels.remarks.log(face)
        if chosen.json:
            print_json(_plain(project, face, versions, remarks))
        else:
            _print(project, face, versions, remarks)


def _face(project: Project, split: str, row: int) -> int:
    from fkd_core.errors import BadInputError

    span = project.span(split)
    if row >= span.stop - span.start:
        raise BadInputError(
            "there is no such row", where=split, expected=f"0 to {span.stop - span.start - 1}", found=row
        )
    return int(span.start) + row


def _restore(project: Project, face: int, number: int) -> None:
    from fkd_core.errors import BadInputError
    from fkd_core.labels.history import face_versions, restore

    versions = face_versions(project.labels, face)
    if number >= len(versions):
        raise BadInputError(
            "the face has no such version", expected=f"0 to {len(versions) - 1}", found=number
        )
    edit = restore(project.labels.table, face, versions[number], f"version {number}")
    if len(edit.changes):
        project.labels.apply(edit)


def _plain(
    project: Project, face: int, versions: tuple[Version, ...], remarks: list[Remark]
) -> dict[str, Any]:
    from fkd_core.labels.history import current_version

    split, row = project.locate(face)
    names, now = project.schema.keypoints, current_version(versions)
    return {
        "split": split,
        "row": row,
        "bookmark": project.labels.remarks.bookmarked(face),
        "note": project.labels.remarks.note(face),
        "current": now.number,
        "versions": [_version(version, names) for version in versions],
        "remarks": [
            {"at": _iso(one.at), "who": one.who, "note": one.note, "bookmark": one.bookmark}
            for one in remarks
        ],
    }


def _version(version: Version, names: tuple[str, ...]) -> dict[str, Any]:
    changes = [
        {
            "keypoint": names[change.keypoint],
            "from": change.was or None,
            "to": change.now or None,
            "moved": None if change.moved is None else round(change.moved, 3),
            "accepted": change.accepted,
        }
        for change in version.changes
    ]
    points = {
        name: [round(float(x), 3), round(float(y), 3)]
        for name, (x, y) in zip(names, version.points, strict=True)
        if x == x
    }
    return {
        "version": version.number,
        "at": _iso(version.at),
        "who": version.who or None,
        "what": version.what,
        "status": version.status,
        "changes": changes,
        "points": points,
    }


def _print(project: Project, face: int, versions: tuple[Version, ...], remarks: list[Remark]) -> None:
    from fkd_core.labels.history import current_version
    from fkd_core.labels.telling import said_by, said_of, when

    split, row = project.locate(face)
    now, noted = current_version(versions), project.labels.remarks
    states = {"undone": "undone", "dropped": "undone"}
    rows = []
    for one in versions:
        state = "now" if one is now else states.get(one.status, "")
        rows.append(
            (str(one.number), _moment(one.at), one.who, one.what, said_of(one, project.schema), state)
        )
    print_table(f"{split} row {row}", ("version", "when", "who", "what", "changes", ""), rows)
    if remarks:
        lines = [(when(one.at, datetime.now()), one.who, said_by(one)) for one in remarks]
        print()
        print_table("Remarks", ("when", "who", "what"), lines)
    print(f"\nbookmark: {'yes' if noted.bookmarked(face) else 'no'}")
    print(f"note: {noted.note(face) or 'none'}")


def _moment(at: float | None) -> str:
    from fkd_core.labels.telling import when

    return when(at, datetime.now())


def _iso(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
