"""The import's limits on the real download, as ratios of one run; a busy machine gets three tries."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.benchmarks.bench_import import Figures, measure
from tests.helpers.competition import ARCHIVE

TRIES = 3


def _good(found: Figures) -> bool:
    return found.against_notebook >= 10 and found.against_inflating <= 3


def _busy() -> bool:
    """Whether other programs want as many processors as there are; this one wants less than two."""
    return os.name == "posix" and os.getloadavg()[0] > (os.cpu_count() or 1) + 0.5


@pytest.mark.faces
def test_the_import_is_within_its_limits(capsys: pytest.CaptureFixture[str]) -> None:
    folder = os.environ.get("FKD_DATA")
    if not folder:
        pytest.skip("FKD_DATA names no folder with the competition's download")
    tried = []
    while len(tried) < TRIES and not any(map(_good, tried)):
        tried.append(measure(Path(folder, ARCHIVE), rows=300))
    best = max(tried, key=lambda found: found.against_notebook)
    with capsys.disabled():
        print(
            f"import: {best.against_notebook:.1f}x the notebook, {best.against_inflating:.2f}x decompressing"
        )
    if not any(map(_good, tried)) and _busy():
        pytest.skip(
            "other programs use the processors: the import, on two threads, suffers more than the notebook"
        )
    assert any(map(_good, tried)), [(f.against_notebook, f.against_inflating) for f in tried]
    assert best.peak <= 1024
    assert best.reopening <= 0.2
