from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

import pytest

from fkd_core.training.prefetch import Prefetch


def test_all_values_arrive_in_order() -> None:
    with Prefetch(iter(range(50)), depth=3) as values:
        assert list(values) == list(range(50))


def test_an_error_of_the_source_arrives_in_its_turn() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise RuntimeError("broken")

    with Prefetch(source()) as values:
        found = iter(values)
        assert next(found) == 1
        with pytest.raises(RuntimeError, match="broken"):
            next(found)


def test_leaving_early_ends_the_thread() -> None:
    before = threading.active_count()
    with Prefetch(itertools.count(), depth=2) as values:
        assert next(iter(values)) == 0
    assert threading.active_count() == before
