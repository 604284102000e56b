from __future__ import annotations

import pytest

from fkd_core.errors import BadInputError
from fkd_core.models import devices


def test_there_is_always_a_processor_and_auto_takes_the_first() -> None:
    found = devices.devices()
    assert found[-1].name == "cpu:0"
    assert devices.choose() == found[0]
    assert devices.choose("CPU") == found[-1]


def test_an_unknown_device_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadInputError, match=r"auto, .*cpu:0.*found gpu:99"):
        devices.choose("gpu:99")
