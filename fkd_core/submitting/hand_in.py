"""A submission of the history handed to the competition's site."""

from __future__ import annotations

from pathlib import Path

from fkd_core.errors import BadInputError
from fkd_core.jobs import Job
from fkd_core.submitting.kaggle_client import upload
from fkd_core.submitting.past import PastSubmission, PastSubmissions, checksum, now


def hand_in(past: PastSubmissions, entry: PastSubmission, job: Job) -> tuple[str, PastSubmission]:
    """Upload a submission's file, and note when; see `kaggle_client.upload`.

    Returns:
        What the site's program said, and the entry as it is now.

    Raises:
        BadInputError: if the file is not the one that was written.
        KaggleError: if it was not taken; file and history are as before.
    """
    path = Path(entry.file)
    if path.is_file() and checksum(path) != entry.sha256:
        raise BadInputError(
            "the file is not the one that was checked and written",
            where=path,
            expected=f"SHA-256 {entry.sha256[:12]}…",
            found=f"{checksum(path)[:12]}…",
            todo="Save the submission again",
        )
    said = upload(path, entry.note or f"FKD {entry.run}", job)
    return said, past.describe(entry.number, uploaded=now())
