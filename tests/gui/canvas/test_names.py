"""Names find places of their own."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from fkd_gui.canvas.names import Box, place_names


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_names_overlap_neither_each_other_nor_markers() -> None:
    random = np.random.default_rng(3)
    places = [(float(x), float(y)) for x, y in random.uniform(50, 450, (20, 2))]
    boxes = [box for box in place_names(places, [(80, 16)] * 20, (500, 500), 12) if box]
    assert len(boxes) > 10
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))
    for x, y in places:
        assert not any(box[0] < x < box[2] and box[1] < y < box[3] for box in boxes)


def test_names_stay_inside() -> None:
    (box,) = place_names([(495, 5)], [(80, 16)], (500, 500), 12)
    assert box is not None
    assert box[2] <= 500
    assert box[1] >= 0


def test_a_name_without_room_is_left_out() -> None:
    assert place_names([(20, 20)], [(400, 16)], (40, 40), 12) == [None]
