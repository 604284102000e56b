"""Imports that would hold up the window where they are first needed."""

from __future__ import annotations

import importlib

from fkd_core.jobs import Job


def warm_up(job: Job) -> None:
    """Import what draws curves; for a thread, while a person looks at the project that was just opened."""
    job.check()
    importlib.import_module("fkd_gui.panels.curves")
