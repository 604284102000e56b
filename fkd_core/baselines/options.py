"""What may be chosen of models that are no networks, and whether it can be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from fkd_core.errors import BadInputError

MOST_TREES = 10_000


@attrs.frozen
class ForestOptions:
    """What may be chosen of a forest.

    Attributes:
        trees: how many.
        depth: splits from the root to a leaf, at most; None for no limit.
        features: share of the pixels that each split chooses among, drawn anew.
    """

    trees: int
    depth: int | None
    features: float

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> ForestOptions:
        """Check options.

        Raises:
            BadInputError: if one cannot be used.
        """
        trees, depth, features = options["trees"], options["depth"], options["features"]
        if not _is_whole(trees) or not 1 <= trees <= MOST_TREES:
            raise _unusable("trees", f"a whole number from 1 to {MOST_TREES:,}", trees)
        if depth is not None and (not _is_whole(depth) or depth < 1):
            raise _unusable("depth", "a whole number, at least 1, or nothing for no limit", depth)
        if isinstance(features, bool) or not isinstance(features, (int, float)) or not 0 < features <= 1:
            raise _unusable("features", "a share of the pixels, above 0 and at most 1", features)
        return cls(trees, depth, float(features))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _unusable(name: str, expected: str, found: Any) -> BadInputError:
    return BadInputError("this setting cannot be used", where=name, expected=expected, found=found)
