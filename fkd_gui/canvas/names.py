"""Where the names of keypoints go, so that none covers another or a marker."""

from __future__ import annotations

from collections.abc import Sequence

Box = tuple[float, float, float, float]
"""left, top, right, bottom"""


def place_names(
    places: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    bounds: tuple[float, float],
    gap: float,
) -> list[Box | None]:
    """A box beside each place that overlaps no other box and no other place, None where there is none.

    Earlier places are served first.

    Args:
        places: of markers.
        sizes: width and height of each name.
        bounds: width and height of the widget.
        gap: from a marker's centre to its name.
    """
    reach = gap * 0.6
    taken: list[Box] = [(x - reach, y - reach, x + reach, y + reach) for x, y in places]
    boxes: list[Box | None] = []
    for (x, y), (width, height) in zip(places, sizes, strict=True):
        found = None
        for box in _candidates(x, y, width, height, gap):
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= bounds[0] and box[3] <= bounds[1]
            if inside and not any(_overlap(box, other) for other in taken):
                found = box
                taken.append(box)
                break
        boxes.append(found)
    return boxes


def _candidates(x: float, y: float, width: float, height: float, gap: float) -> list[Box]:
    corners = [
        (x + gap, y - height / 2),
        (x - width / 2, y + gap),
        (x - width / 2, y - gap - height),
        (x - gap - width, y - height / 2),
        (x + gap * 0.7, y + gap * 0.7),
        (x + gap * 0.7, y - gap * 0.7 - height),
        (x - gap * 0.7 - width, y + gap * 0.7),
        (x - gap * 0.7 - width, y - gap * 0.7 - height),
    ]
    return [(left, top, left + width, top + height) for left, top in corners]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
