"""Stops, kills, budgets, and several processes: no trial is lost and none is trained twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fkd_core.errors import SearchError
from fkd_core.jobs import Job
from fkd_core.search.begin import begin
from fkd_core.search.config import SearchConfig
from fkd_core.search.folder import create, delete, list_searches, open_search
from fkd_core.search.record import FINISHED, INTERRUPTED, RUNNING
from fkd_core.search.run import run_search
from fkd_core.search.space import Choices, Space
from fkd_core.search.spaces import default_space
from tests.core.search.conftest import Search
from tests.helpers.projects import make_project
from tests.helpers.searching import FormulaTrainer, Interrupting, Patient

WIDTHS = Space("swift", (Choices("width", (8, 16, 24, 32, 40, 48)), Choices("depth", (1, 2))))


def worker(folder: Path, name: str, storage: str = "", pause: float = 0.05) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.helpers.search_worker", str(folder), name, storage, str(pause)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])


def test_a_stopped_search_goes_on_where_it_was(search: Search) -> None:
    job = Job()
    found, first, result = search(trainer=Interrupting(job, at=3), job=job, prune="none")
    assert result["outcome"] == "stopped"
    assert result["status"] == "stopped"
    assert [trial.status for trial in found.trials()] == [FINISHED, FINISHED, INTERRUPTED]
    _, second, result = search(prune="none")
    assert result["outcome"] == "finished"
    assert first.trained == ["0000", "0001"]
    assert second.trained[0] == "0002"
    assert not set(first.trained) & set(second.trained)
    assert result["best"]["settings"] == {"learning_rate": 1e-3, "blocks": 3, "filters": 32}


def test_the_same_command_again_does_nothing_when_all_is_done(search: Search) -> None:
    search("grid", space=WIDTHS)
    _, trainer, result = search("grid", space=WIDTHS)
    assert result["outcome"] == "finished"
    assert trainer.asked == []


def test_other_settings_under_the_same_name_are_refused(search: Search) -> None:
    search("grid", space=WIDTHS)
    with pytest.raises(
        SearchError, match=r"other settings; expected the same keep, seed.*--resume swift-grid"
    ):
        search("grid", space=WIDTHS, keep="last", seed=3)


def test_the_time_budget_ends_the_trial_under_way_which_goes_on_later(search: Search) -> None:
    found, _, result = search("grid", space=WIDTHS, trainer=Patient(), minutes=0.02, prune="none")
    assert result["outcome"] == "time is over"
    assert [trial.status for trial in found.trials()] == [INTERRUPTED]
    _, trainer, result = search("grid", space=WIDTHS, prune="none")
    assert result["outcome"] == "finished"
    assert len(trainer.trained) == 12


def test_a_killed_process_leaves_a_trial_that_the_next_one_trains(folder: Path) -> None:
    found = begin(folder, SearchConfig("grid", WIDTHS, prune="none"))
    process = worker(folder, found.name, pause=20)
    assert process.stdout is not None
    assert process.stdout.readline() == "begins 0000\n"
    assert found.trials()[0].status == RUNNING
    assert found.status() == RUNNING
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert found.trials()[0].status == INTERRUPTED
    assert found.status() == "stopped"
    trainer = FormulaTrainer(2)
    result = run_search(found, trainer, Job())
    assert result["outcome"] == "finished"
    assert trainer.trained == [f"{number:04d}" for number in range(12)]


@pytest.mark.parametrize("database", [False, True])
def test_two_processes_share_one_search_without_a_double(
    folder: Path, tmp_path: Path, database: bool
) -> None:
    storage = f"sqlite:///{tmp_path / 'trials.db'}" if database else ""
    found = begin(folder, SearchConfig("grid", WIDTHS, prune="none"), "shared", storage or None)
    workers = [worker(folder, "shared", storage, 0.15) for _ in range(2)]
    said = [process.communicate(timeout=120)[0].splitlines()[-1] for process in workers]
    shares = [json.loads(line)["trained"] for line in said]
    assert sorted(shares[0] + shares[1]) == [f"{number:04d}" for number in range(12)]
    assert all(shares)
    trials = found.trials()
    assert [trial.number for trial in trials] == list(range(12))
    assert len({tuple(trial.settings.items()) for trial in trials}) == 12
    assert len({trial.worker for trial in trials}) == 2
    assert found.status() == FINISHED


def test_machines_with_folders_of_their_own_share_a_database(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    other = make_project(tmp_path / "elsewhere" / "tiny.fkd")
    storage = f"sqlite:///{tmp_path / 'trials.db'}"
    config = SearchConfig("greedy", default_space("greedy", "seed"), prune="none")
    searches = [begin(each, config, "shared", storage) for each in (folder, other)]
    workers = [worker(each, "shared", storage, 0.1) for each in (folder, other)]
    said = [process.communicate(timeout=120)[0].splitlines()[-1] for process in workers]
    shares = [json.loads(line)["trained"] for line in said]
    assert not set(shares[0]) & set(shares[1])
    # Whoever looks again knows of all trials, also of those of the other.
    for each in searches:
        result = run_search(each, FormulaTrainer(), Job(), storage=storage)
        assert result["outcome"] == "finished"
        assert [trial.number for trial in each.trials()] == list(range(13))
        assert result["best"]["settings"] == {"learning_rate": 1e-3, "blocks": 3, "filters": 32}


def test_another_search_in_the_database_is_not_mixed_up(folder: Path, tmp_path: Path) -> None:
    storage = f"sqlite:///{tmp_path / 'trials.db'}"
    first = begin(folder, SearchConfig("grid", WIDTHS), "shared", storage)
    run_search(first, FormulaTrainer(2), Job(), storage=storage)
    delete(first)
    second = begin(folder, SearchConfig("grid", WIDTHS, seed=1), "shared", storage)
    with pytest.raises(SearchError, match=r"another search called 'shared'.*found another seed"):
        run_search(second, FormulaTrainer(2), Job(), storage=storage)


def test_a_database_that_cannot_be_reached_is_told(folder: Path) -> None:
    storage = "sqlite:////nowhere/at/all.db"
    found = begin(folder, SearchConfig("grid", WIDTHS), "lost", storage)
    with pytest.raises(SearchError, match=r"sqlite:////nowhere/at/all.db: the trials .* cannot be reached"):
        run_search(found, FormulaTrainer(), Job(), storage=storage)


def test_no_password_is_written_down(folder: Path) -> None:
    config = SearchConfig("grid", WIDTHS)
    found = begin(folder, config, "secret", "postgresql://ann:hunter2@db.local:5432/fkd")
    assert found.storage == "postgresql://ann@db.local:5432/fkd"
    assert not any("hunter2" in path.read_text() for path in found.path.rglob("*") if path.is_file())


def test_searches_are_listed_and_damaged_ones_told(folder: Path) -> None:
    assert list(list_searches(folder)) == []
    with pytest.raises(SearchError, match=r"no search 'x'.*Begin one"):
        open_search(folder, "x")
    made = create(folder, "one", SearchConfig("grid", WIDTHS), {"fingerprint": ""})
    create(folder, "two", SearchConfig("grid", WIDTHS), {"fingerprint": ""})
    assert [each.name for each in list_searches(folder)] == ["one", "two"]
    with pytest.raises(SearchError, match=r"expected one of one, two"):
        open_search(folder, "../two")
    (made.path / "search.json").write_text("{")
    assert [each.name for each in list_searches(folder)] == ["two"]
    with pytest.raises(SearchError, match=r"search.json: this search cannot be read"):
        open_search(folder, "one")


def test_a_search_at_work_is_not_deleted(folder: Path) -> None:
    found = create(folder, "one", SearchConfig("grid", WIDTHS), {"fingerprint": ""})
    with found.worker_lock("host-1"):
        assert found.status() == RUNNING
        with pytest.raises(SearchError, match="at work"):
            delete(found)
    delete(found)
    assert not found.path.exists()


def test_trials_are_readable_and_nothing_is_pickled(search: Search) -> None:
    found, _, _ = search("grid", space=WIDTHS)
    trial = json.loads(found.trial_path(0).read_bytes())
    assert trial["settings"] == {"width": 8, "depth": 1}
    assert trial["status"] == "finished"
    assert len(trial["curve"]) == trial["epoch"] == 6
    for path in found.path.rglob("*"):
        if path.is_file() and path.suffix in (".json", ".log"):
            for line in path.read_text().splitlines() if path.suffix == ".log" else [path.read_text()]:
                json.loads(line)
    assert os.listdir(found.path / "workers") == [] or all(
        name.endswith(".held") for name in os.listdir(found.path / "workers")
    )
