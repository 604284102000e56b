"""The competition's site through the user's own `kaggle` program: download the data, hand in a submission.

FKD never sees credentials: it starts the program that the user has set up and reads what that says. Sources
of the commands and of where credentials lie: https://github.com/Kaggle/kaggle-api, its README.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path

import attrs

from fkd_core.errors import FkdError, ProjectError
from fkd_core.files import writing
from fkd_core.jobs import Job

COMPETITION = "facial-keypoints-detection"
PAGE = f"https://www.kaggle.com/competitions/{COMPETITION}"
PROGRAM = "kaggle"
_POLL = 0.1
_ENOUGH = 200
"""characters of what the program said that a message repeats"""

_NOT_LOGGED_IN = re.compile(
    r"\b401\b|unauthorized|kaggle\.json|not authenticated|authenticate|credentials|access token", re.I
)
_NOT_JOINED = re.compile(r"\b403\b|forbidden|accept.*rules", re.I)
_TOO_MANY = re.compile(r"\b429\b|too many requests|submission limit|daily.*limit", re.I)
_NO_NETWORK = re.compile(
    r"connection|max retries|name resolution|timed? ?out|getaddrinfo|network|temporary failure|proxy", re.I
)
_HANDED_IN = re.compile(r"success", re.I)


class KaggleError(FkdError):
    """The `kaggle` program is missing or could not do what it was asked."""


@attrs.frozen
class Standing:
    """Whether the site can be reached through the user's program.

    Attributes:
        program: where it is; None if it is not on PATH.
        set_up: whether there are credentials for it to find.
    """

    program: str | None
    set_up: bool

    @property
    def ready(self) -> bool:
        """Whether a download or a submission may be tried."""
        return self.program is not None and self.set_up

    @property
    def how_to(self) -> str:
        """What to do so that it works; empty if it may work now."""
        if self.program is None:
            return "To download and submit from here, install Kaggle's program: pip install 'fkd[kaggle]'"
        if not self.set_up:
            return (
                "Kaggle's program is here but not logged in: put the API token of your account's settings "
                "page into ~/.kaggle/kaggle.json"
            )
        return ""


def standing() -> Standing:
    """Look for the program and for its credentials, without reading them."""
    return Standing(shutil.which(PROGRAM), _has_credentials())


def _has_credentials() -> bool:
    if os.environ.get("KAGGLE_API_TOKEN") or (
        os.environ.get("KAGGLE_USERNAME") and os.environ.get("KAGGLE_KEY")
    ):
        return True
    folders = [Path("~/.kaggle"), Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config") / "kaggle"]
    named = os.environ.get("KAGGLE_CONFIG_DIR")
    for folder in [Path(named)] if named else folders:
        with contextlib.suppress(OSError, RuntimeError):
            here = folder.expanduser()
            if any((here / name).is_file() for name in ("kaggle.json", "access_token")):
                return True
    return False


def download(folder: Path, job: Job) -> Path:
    """Download the competition's data as one zip into a folder; one that lies there already is used.

    Args:
        folder: takes the zip, once it is whole.
        job: may stop it.

    Returns:
        The zip.

    Raises:
        KaggleError: if the program is missing, not logged in, or fails; nothing is left behind.
        ProjectError: if the zip cannot be put there.
        Cancelled: if the job was stopped.
    """
    target = folder / f"{COMPETITION}.zip"
    if target.is_file() and zipfile.is_zipfile(target):
        job.log(f"{target} is there already and is used")
        return target
    if not folder.is_dir():
        raise ProjectError("there is no such folder", where=folder, todo="Make it first")
    with writing(target), tempfile.TemporaryDirectory(prefix=".kaggle-", dir=folder) as scratch:
        job.progress(0, text="Downloading from Kaggle")
        said = _run(["competitions", "download", "-c", COMPETITION, "-p", scratch], job)
        got = Path(scratch, target.name)
        if not zipfile.is_zipfile(got):
            raise _failure("the download did not come whole", said)
        os.replace(got, target)
    return target


def upload(path: Path, message: str, job: Job) -> str:
    """Hand a submission in; the file stays as it is whatever comes of it.

    Args:
        path: the submission.
        message: that the site shows with it.
        job: may stop it.

    Returns:
        What the program said.

    Raises:
        KaggleError: if the file or the program is missing, or the site did not take it.
        Cancelled: if the job was stopped.
    """
    if not path.is_file():
        raise KaggleError("there is no such file", where=path, todo="Save the submission again")
    job.progress(0, text="Handing the submission to Kaggle")
    said = _run(["competitions", "submit", "-c", COMPETITION, "-f", str(path), "-m", message], job)
    # Some versions of the program end with 0 whatever the site answered.
    if not _HANDED_IN.search(said):
        raise _failure("the site did not take the submission", said)
    return said.strip()


def _run(words: Sequence[str], job: Job) -> str:
    """What the program says, both outputs together.

    Raises:
        KaggleError: if it cannot be started or fails.
        Cancelled: if the job was stopped; the program is ended.
    """
    found = standing()
    if not found.ready or found.program is None:
        raise KaggleError("Kaggle cannot be reached from here", todo=found.how_to)
    try:
        process = subprocess.Popen(
            [found.program, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise KaggleError(
            "the program cannot be started", where=found.program, found=error.strerror
        ) from error
    said: list[str] = []
    # A thread reads, so that neither a full pipe nor a program that says nothing stops the watch for `job`.
    reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
    reader.start()
    try:
        while True:
            job.check()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_POLL)
                break
    finally:
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            if process.poll() is None:
                process.kill()
                process.wait()
        reader.join(5)
        if process.stdout is not None:
            process.stdout.close()
    text = "".join(said)
    if process.returncode:
        raise _failure("Kaggle's program failed", text)
    return text


def _failure(what: str, said: str) -> KaggleError:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = (lines[-1] if lines else "nothing was said")[:_ENOUGH]
    if _NOT_LOGGED_IN.search(said):
        todo = "Log in: put a new API token from your account's settings page into ~/.kaggle/kaggle.json"
        return KaggleError("Kaggle does not know who you are", found=last, todo=todo)
    if _NOT_JOINED.search(said):
        return KaggleError(
            "Kaggle refuses", found=last, todo=f"Join the competition and accept its rules: {PAGE}/rules"
        )
    if _TOO_MANY.search(said):
        return KaggleError("Kaggle takes no more for now", found=last, todo="Try again tomorrow")
    if _NO_NETWORK.search(said):
        todo = "Check the network and try again; nothing was lost"
        return KaggleError("Kaggle cannot be reached", found=last, todo=todo)
    return KaggleError(what, found=last, todo="Try the same in a terminal to see more")
