"""The published notebook's augmentation: rotations, diagonal shifts, and the light variants beside them."""

from __future__ import annotations

from collections.abc import Sequence

from fkd_core.arrays import Floats, Points
from fkd_core.augment.geometry import compose, identity, rotation, translation
from fkd_core.augment.plan import Plan, make_plan
from fkd_core.augment.transforms import Affine, Brightness, Contrast, Mirror, Noise, Transform
from fkd_core.schema import KeypointSchema


def notebook_transforms(
    size: tuple[int, int] = (96, 96),
    *,
    angles: Sequence[float] = (15.0,),
    shifts: Sequence[float] = (15.0,),
    shift_rotated: bool = True,
    mirror: KeypointSchema | None = None,
    brightness: Sequence[float] = (),
    contrast: Sequence[float] = (),
    noise: Sequence[float] = (),
) -> tuple[Transform, ...]:
    """The changes, in the notebook's order.

    Rotations go both ways about the middle of the frame, (48, 48) for 96 pixels, and no rotated copy is
    dropped. Shifts go along the four diagonals; a copy with a keypoint outside the frame is dropped.
    The notebook shifts what it has so far, the rotated copies too: its 61,323 images cannot come from
    shifts of the 7,049 originals, which give at most 21,147 + 4 × 7,049 = 49,343. Turned and shifted
    copies are drawn by one map, so that each picture is interpolated once.

    Args:
        size: height and width of the faces.
        angles: in degrees; each is used both ways.
        shifts: in pixels; each is used along the four diagonals.
        shift_rotated: whether rotated copies are shifted too; False shifts the originals alone.
        mirror: the schema of the keypoints, to add mirrored copies; None for none.
        brightness: factors on the grey levels.
        contrast: factors on the distance of the grey levels from the face's mean.
        noise: standard deviations in grey levels.

    Raises:
        ValueError: if an angle or shift is not positive.
    """
    for word, values in (("angles", angles), ("shifts", shifts)):
        if any(not value > 0 for value in values):
            raise ValueError(f"{word} must be positive, each is used in all directions, received {values}")
    center = (size[1] / 2, size[0] / 2)
    turns = [(f"rotate {a:+g}°", rotation(a, center)) for angle in angles for a in (angle, -angle)]
    changes: list[Transform] = [Affine(name, matrix) for name, matrix in turns]
    moved: list[tuple[str, Floats]] = [("", identity())]
    if shift_rotated:
        moved += [(f"{name}, ", matrix) for name, matrix in turns]
    for distance in shifts:
        for dx in (-distance, distance):
            for dy in (-distance, distance):
                step = translation(dx, dy)
                changes += [
                    Affine(f"{before}shift {dx:+g} {dy:+g}", compose(matrix, step), bounded=True)
                    for before, matrix in moved
                ]
    if mirror is not None:
        changes.append(Mirror(mirror, size[1]))
    changes += [Brightness(factor) for factor in brightness]
    changes += [Contrast(factor) for factor in contrast]
    changes += [Noise(sigma) for sigma in noise]
    return tuple(changes)


def notebook_plan(
    points: Points,
    size: tuple[int, int] = (96, 96),
    *,
    angles: Sequence[float] = (15.0,),
    shifts: Sequence[float] = (15.0,),
    shift_rotated: bool = True,
    seed: int = 0,
) -> Plan:
    """Every copy that the notebook's rotations and shifts leave of faces with these keypoints.

    Args:
        points: `(N, K, 2)` in pixels, NaN where unknown.
        size: height and width of the faces.
        angles: in degrees; each is used both ways.
        shifts: in pixels; each is used along the four diagonals.
        shift_rotated: whether rotated copies are shifted too.
        seed: kept with the plan for what is drawn at random later.

    Raises:
        ValueError: if `points` has another shape, or an angle or shift is not positive.
    """
    changes = notebook_transforms(size, angles=angles, shifts=shifts, shift_rotated=shift_rotated)
    return make_plan(points, changes, size, seed=seed)
