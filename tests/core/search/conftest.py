"""Searches of a small project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fkd_core.jobs import Job
from fkd_core.search.begin import begin
from fkd_core.search.config import SearchConfig
from fkd_core.search.folder import SearchFolder
from fkd_core.search.run import run_search
from fkd_core.search.spaces import default_space
from tests.helpers.projects import make_project
from tests.helpers.searching import FormulaTrainer

Search = Callable[..., tuple[SearchFolder, FormulaTrainer, dict[str, Any]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project."""
    return make_project(tmp_path / "tiny.fkd")


@pytest.fixture
def search(folder: Path) -> Search:
    """Searches with a formula in place of a training; gives the folder, the trainer and the result."""

    def work(
        strategy: str = "greedy",
        model: str = "seed",
        trainer: FormulaTrainer | None = None,
        job: Job | None = None,
        space: Any = None,
        minutes: float | None = None,
        **settings: Any,
    ) -> tuple[SearchFolder, FormulaTrainer, dict[str, Any]]:
        config = SearchConfig(strategy, space or default_space(strategy, model), **settings)
        found = begin(folder, config)
        trainer = trainer or FormulaTrainer()
        return found, trainer, run_search(found, trainer, job or Job(), minutes=minutes)

    return work
