"""What people say of a run: a note, tags, and whether it is pinned; kept apart from its own words."""

from __future__ import annotations

from pathlib import Path

import attrs

from fkd_core.errors import BadInputError
from fkd_core.files import write_json
from fkd_core.runs import layout

FILE = "remarks.json"
_LONGEST_NOTE = 2000
_LONGEST_TAG = 40


@attrs.frozen
class RunRemarks:
    """Attributes:
    note: a few words or lines.
    tags: words to find runs by, in the order in which they were given.
    pinned: whether it stands before the others.
    """

    note: str = ""
    tags: tuple[str, ...] = ()
    pinned: bool = False


def read_remarks(folder: Path) -> RunRemarks:
    """What was said of the run in a folder.

    Raises:
        RunError: if the file is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        return RunRemarks()
    value = layout.read_json_object(path, "run's remarks")
    tags = value.get("tags")
    return RunRemarks(
        str(value.get("note", "")),
        tuple(map(str, tags)) if isinstance(tags, list) else (),
        bool(value.get("pinned")),
    )


def save_remarks(folder: Path, remarks: RunRemarks) -> None:
    """Keep what is said of a run.

    Raises:
        BadInputError: if the note or a tag is too long, or a tag has a comma in it.
        ProjectError: if it cannot be written.
    """
    if len(remarks.note) > _LONGEST_NOTE:
        raise BadInputError(
            "the note is too long", expected=f"{_LONGEST_NOTE:,} characters", found=f"{len(remarks.note):,}"
        )
    wrong = [tag for tag in remarks.tags if not tag.strip() or "," in tag or len(tag) > _LONGEST_TAG]
    if wrong:
        raise BadInputError(
            "this is no tag", expected=f"1 to {_LONGEST_TAG} characters without a comma", found=repr(wrong[0])
        )
    distinct = tuple(dict.fromkeys(tag.strip() for tag in remarks.tags))
    write_json(folder / FILE, attrs.asdict(attrs.evolve(remarks, tags=distinct)))
