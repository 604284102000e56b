"""The submissions that were written from a project, and what became of them.

`submissions/submissions.json` is the list; beside it lie the coordinates of each, `NUMBER.npy`
float32 `(R,)`, so that a later one can be compared with it whatever became of the file.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from filelock import FileLock, Timeout

from fkd_core.arrays import Floats
from fkd_core.errors import BadInputError, InUseError, ProjectError
from fkd_core.files import write_array, write_json, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "submissions"
FILE = "submissions.json"
_LOCK = "submissions.lock"
_VERSION = 1
_WAIT = 10.0
"""seconds for another program to finish its entry"""


@attrs.frozen
class PastSubmission:
    """One submission that was written.

    Args:
        number: from 1 on, in the order of writing.
        file: where it was written.
        when: ISO 8601, UTC.
        run: that predicted it.
        rule: marking rule that the predictions follow; `auto` for the likeliest.
        fast: whether each face was seen once only.
        sha256: of the file.
        rows: coordinates in it.
        clipped: of those, how many were moved to the frame's edge.
        expected: expected score in pixels; None if it was not known.
        interval: 95 % interval of the score; None likewise.
        note: what a person wrote about it.
        score: what the site gave; None while nobody said.
        uploaded: ISO 8601, UTC, when it was handed to the site from here; empty if it was not.
    """

    number: int
    file: str
    when: str
    run: str
    rule: str
    fast: bool
    sha256: str
    rows: int
    clipped: int
    expected: float | None = None
    interval: tuple[float, float] | None = None
    note: str = ""
    score: float | None = None
    uploaded: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return attrs.asdict(self)


class PastSubmissions:
    """The history of submissions of one project; read anew with each call, so that no program shows old ones.

    Args:
        project: the project's folder.
    """

    def __init__(self, project: Path) -> None:
        self.folder = project / FOLDER
        self.path = self.folder / FILE

    def all(self) -> list[PastSubmission]:
        """Every submission, oldest first.

        Raises:
            ProjectError: if the file is damaged or of a newer version.
        """
        try:
            value = json.loads(self.path.read_text("utf-8"))
            if value["version"] > _VERSION:
                raise ProjectError(
                    "the history of submissions is of a newer version of this program",
                    where=self.path,
                    expected=f"version {_VERSION}",
                    found=value["version"],
                    todo="Update this program",
                )
            return [_from_dict(each) for each in value["submissions"]]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ProjectError(
                "the history of submissions is damaged",
                where=self.path,
                found=str(error) or type(error).__name__,
                todo="Restore the file from a copy, or move it away to begin a new history",
            ) from error

    def latest(self) -> PastSubmission | None:
        """The last one written; None if there is none."""
        return max(self.all(), key=lambda each: each.number, default=None)

    def find(self, number: int) -> PastSubmission:
        """The submission of that number.

        Raises:
            BadInputError: if there is none.
        """
        entries = self.all()
        found = next((each for each in entries if each.number == number), None)
        if found is None:
            raise BadInputError(
                f"there is no submission {number}",
                where=self.path,
                expected=", ".join(str(each.number) for each in entries) or "none was written yet",
            )
        return found

    def locations(self, number: int) -> Floats | None:
        """The coordinates `(R,)` of a submission in pixels; None if they are not there."""
        try:
            return np.asarray(np.load(self.folder / f"{number}.npy", allow_pickle=False), np.float64)
        except (OSError, ValueError, EOFError):
            return None

    def add(self, entry: PastSubmission, locations: Floats) -> PastSubmission:
        """Append a submission; its number is given here.

        Raises:
            InUseError: if another program holds the history for long.
            ProjectError: if it is damaged or cannot be written; nothing of it is lost.
        """

        def change(entries: list[PastSubmission]) -> list[PastSubmission]:
            nonlocal entry
            entry = attrs.evolve(entry, number=max((each.number for each in entries), default=0) + 1)
            write_array(self.folder / f"{entry.number}.npy", locations.astype(np.float32))
            return [*entries, entry]

        self._change(change)
        return entry

    def describe(
        self,
        number: int,
        *,
        note: str | None = None,
        score: float | None = None,
        forget_score: bool = False,
        uploaded: str | None = None,
        expected: tuple[float, tuple[float, float]] | None = None,
    ) -> PastSubmission:
        """Say something about a submission; what is None stays.

        Args:
            number: of the submission.
            note: any text.
            score: that the site gave, in pixels.
            forget_score: take the score away.
            uploaded: when it was handed to the site.
            expected: its expected score and the interval of that, where it was known only later.

        Raises:
            BadInputError: if there is no such submission, or the score is no error in pixels.
            ProjectError: as `add`.
        """
        if score is not None and not (math.isfinite(score) and score >= 0):
            raise BadInputError(
                "this is no score of the competition", expected="pixels, 0 or more", found=f"{score:g}"
            )
        told: dict[str, Any] = {"note": note, "score": score, "uploaded": uploaded}
        changes = {name: value for name, value in told.items() if value is not None}
        if expected is not None:
            changes |= {"expected": expected[0], "interval": expected[1]}
        if forget_score:
            changes["score"] = None
        self.find(number)
        self._change(
            lambda entries: [
                attrs.evolve(each, **changes) if each.number == number else each for each in entries
            ]
        )
        return self.find(number)

    def _change(self, change: Callable[[list[PastSubmission]], list[PastSubmission]]) -> None:
        with writing(self.folder):
            self.folder.mkdir(exist_ok=True)
        with self._locked():
            entries = change(self.all())
            value = {"version": _VERSION, "submissions": [each.to_dict() for each in entries]}
            write_json(self.path, value)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with writing(self.folder), FileLock(self.folder / _LOCK, timeout=_WAIT):
                yield
        except Timeout:
            raise InUseError(
                "another program writes to the history of submissions", where=self.path, todo="Try again"
            ) from None


def now() -> str:
    """ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _from_dict(value: dict[str, Any]) -> PastSubmission:
    ends = value.get("interval")
    known = {field.name for field in attrs.fields(PastSubmission)}
    given = {name: part for name, part in value.items() if name in known}
    return PastSubmission(**given | {"interval": None if ends is None else (float(ends[0]), float(ends[1]))})
