from __future__ import annotations

import subprocess
import sys

import pytest

from fkd_core.errors import BadInputError
from fkd_core.models import registry
from fkd_core.schema import FKD_15, KeypointSchema


def test_an_unknown_network_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadInputError, match="swift, seed, forest, mean, found resnet"):
        registry.get("resnet")


def test_the_default_comes_first_and_exists() -> None:
    assert registry.available()[0] is registry.get(registry.DEFAULT)


def test_an_unknown_option_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadInputError, match="filters, blocks"):
        registry.get("seed").build(FKD_15, {"depth": 3})


@pytest.mark.parametrize(
    ("name", "options"), [("seed", {"blocks": 6}), ("seed", {"filters": 0}), ("swift", {"width": 1})]
)
def test_options_out_of_range_are_refused(name: str, options: dict[str, int]) -> None:
    with pytest.raises(BadInputError, match=str(next(iter(options.values())))):
        registry.get(name).build(FKD_15, options)


@pytest.mark.parametrize(("name", "size"), [("swift", (90, 96)), ("seed", (4, 4))])
def test_a_size_that_cannot_be_used_is_refused(name: str, size: tuple[int, int]) -> None:
    with pytest.raises(BadInputError, match="pixels"):
        registry.get(name).build(KeypointSchema("s", ("a",), size=size))


def test_listing_networks_does_not_import_keras() -> None:
    code = (
        "import sys; from fkd_core.training.config import TrainingConfig; TrainingConfig();"
        "print(any(m in sys.modules for m in ('keras', 'tensorflow')))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
