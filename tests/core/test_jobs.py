"""Progress is thinned, everything else is not, and cancelling is heard."""

from __future__ import annotations

from typing import Any

import pytest

from fkd_core import jobs
from fkd_core.errors import Cancelled
from fkd_core.jobs import Job


class Heard(list[tuple[str, dict[str, Any]]]):
    def __call__(self, event: str, data: dict[str, Any]) -> None:
        self.append((event, data))


def test_progress_is_thinned_and_the_last_report_is_always_made(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(jobs.time, "monotonic", lambda: now[0])
    heard = Heard()
    job = Job(heard, interval=0.1)
    for done in range(1, 101):
        job.progress(done, 100, "reading")
        now[0] += 0.01
    shown = [data["done"] for _, data in heard]
    assert shown[0] == 1
    assert shown[-1] == 100
    assert 10 <= len(shown) <= 12
    assert heard[0] == ("progress", {"done": 1, "total": 100, "text": "reading"})


def test_without_an_interval_every_report_is_made() -> None:
    heard = Heard()
    job = Job(heard, interval=0)
    assert list(job.track("abc", 3, "letters")) == ["a", "b", "c"]
    assert [data["done"] for _, data in heard] == [1, 2, 3]


def test_events_and_lines_are_never_thinned() -> None:
    heard = Heard()
    job = Job(heard, interval=1000)
    for number in range(3):
        job.log(f"line {number}")
        job.emit("epoch", {"epoch": number})
    assert [event for event, _ in heard] == ["log", "epoch"] * 3


def test_a_job_nobody_watches_says_nothing() -> None:
    job = Job()
    job.progress(1, 2)
    job.log("hello")
    assert not job.cancelled


def test_cancelling_is_heard_by_check_progress_and_track() -> None:
    job = Job(interval=1000)
    job.progress(1, 10)
    job.check()
    job.cancel()
    assert job.cancelled
    for call in (job.check, lambda: job.progress(2, 10), lambda: list(job.track([1], 1))):
        with pytest.raises(Cancelled):
            call()
    job.log("a cancelled job may still say what it kept")


def test_an_interval_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="received -1"):
        Job(interval=-1)
