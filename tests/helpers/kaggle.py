"""A small program that behaves as Kaggle's client does, and writes down how it was called."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

_SCRIPT = """#!{python}
import json, pathlib, shutil, sys, time
here = pathlib.Path({here!r})
with (here / "calls.jsonl").open("a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
how = (here / "how").read_text()
if how == "not logged in":
    print("401 - Unauthorized - Unauthenticated")
    sys.exit(1)
if how == "not joined":
    print("403 - Forbidden - You must accept this competition's rules before you can continue")
    sys.exit(1)
if how == "no network":
    print("Traceback (most recent call last):", file=sys.stderr)
    print("urllib3.exceptions.MaxRetryError: HTTPSConnectionPool(host='www.kaggle.com', port=443): "
          "Max retries exceeded (Temporary failure in name resolution)", file=sys.stderr)
    sys.exit(1)
if how == "polite failure":
    print("Could not submit to competition")
    sys.exit(0)
if how == "slow":
    time.sleep(60)
if sys.argv[2] == "download":
    target = pathlib.Path(sys.argv[sys.argv.index("-p") + 1]) / "facial-keypoints-detection.zip"
    if how == "cut off":
        target.write_bytes((here / "data.zip").read_bytes()[:1000])
    else:
        shutil.copy(here / "data.zip", target)
    print("Downloading facial-keypoints-detection.zip to", target.parent)
else:
    print("100%|##########| 1.05M/1.05M [00:01<00:00, 789kB/s]")
    print("Successfully submitted to Facial Keypoints Detection")
"""


class FakeKaggle:
    """The program `kaggle`, alone on PATH, with credentials in a home of its own."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        programs, home = folder / "bin", folder / "home"
        programs.mkdir()
        (home / ".kaggle").mkdir(parents=True)
        self.credentials = home / ".kaggle" / "kaggle.json"
        self.credentials.write_text("{}")
        script = programs / "kaggle"
        script.write_text(_SCRIPT.format(python=sys.executable, here=str(folder)))
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        patch.setenv("PATH", str(programs))
        patch.setenv("HOME", str(home))
        for name in list(os.environ):
            if name.startswith("KAGGLE") or name == "XDG_CONFIG_HOME":
                patch.delenv(name)
        self.behave("well")

    def behave(self, how: str) -> None:
        """`well`, `not logged in`, `not joined`, `no network`, `polite failure`, `cut off` or `slow`."""
        (self.folder / "how").write_text(how)

    @property
    def calls(self) -> list[list[str]]:
        """The arguments of each call so far."""
        path = self.folder / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []
