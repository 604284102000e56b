"""What a child process can be asked to do about marking rules, so that a search never stalls a window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.rules.store import ensure_rules


def find(job: Job, project: str) -> int:
    """Find the rules of a project where nobody looked before, and keep them; returns how many there are."""
    with Project(Path(project)) as opened:
        return len(ensure_rules(opened, job).names)


CALLS: dict[str, Callable[..., Any]] = {"find": find}
