"""Which keypoints a project has: their names, mirror pairs, groups and the frame they live in."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import attrs


@attrs.frozen(slots=False)
class KeypointSchema:
    """The keypoints of a project, in the order of every `(N, K, 2)` array.

    Args:
        name: what the schema is called.
        keypoints: the K names.
        pairs: names that change places when the face is mirrored.
        groups: names of parts of the face to the keypoints that draw them, in drawing order.
        size: height and width of a face in pixels.

    Raises:
        ValueError: if a name occurs twice or a pair or group names a keypoint that is not there.
    """

    name: str
    keypoints: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    size: tuple[int, int] = (96, 96)

    def __attrs_post_init__(self) -> None:
        if len(set(self.keypoints)) != len(self.keypoints):
            raise ValueError(f"keypoint names must differ, received {self.keypoints}")
        used = [name for pair in self.pairs for name in pair] + [n for _, names in self.groups for n in names]
        unknown = sorted(set(used) - set(self.keypoints))
        if unknown:
            raise ValueError(f"pairs and groups must name keypoints of the schema, received {unknown}")

    def __len__(self) -> int:
        return len(self.keypoints)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The 2K column names of the competition's files: `NAME_x`, `NAME_y` for each keypoint."""
        return tuple(f"{name}_{axis}" for name in self.keypoints for axis in "xy")

    @cached_property
    def mirror(self) -> tuple[int, ...]:
        """For each keypoint the index of the one that takes its name in a mirrored face."""
        partner = {a: b for pair in self.pairs for a, b in (pair, pair[::-1])}
        return tuple(self.keypoints.index(partner.get(name, name)) for name in self.keypoints)

    def index(self, keypoint: str) -> int:
        """Position of a keypoint in the schema.

        Raises:
            KeyError: if the schema has no such keypoint.
        """
        try:
            return self.keypoints.index(keypoint)
        except ValueError:
            raise KeyError(f"no keypoint {keypoint!r} in schema {self.name}") from None

    def label(self, index: int) -> str:
        """The name of a keypoint as a person reads it."""
        return self.keypoints[index].replace("_", " ")

    def to_dict(self) -> dict[str, Any]:
        """A plain value for the manifest."""
        return attrs.asdict(self)

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> KeypointSchema:
        """The inverse of `to_dict`, also after a round trip through JSON."""
        return cls(
            name=value["name"],
            keypoints=tuple(value["keypoints"]),
            pairs=tuple((a, b) for a, b in value["pairs"]),
            groups=tuple((name, tuple(names)) for name, names in value["groups"]),
            size=(int(value["size"][0]), int(value["size"][1])),
        )


def _fkd_15() -> KeypointSchema:
    left = (
        "left_eye_center",
        "left_eye_inner_corner",
        "left_eye_outer_corner",
        "left_eyebrow_inner_end",
        "left_eyebrow_outer_end",
        "mouth_left_corner",
    )
    right = (
        "right_eye_center",
        "right_eye_inner_corner",
        "right_eye_outer_corner",
        "right_eyebrow_inner_end",
        "right_eyebrow_outer_end",
        "mouth_right_corner",
    )
    return KeypointSchema(
        name="fkd-15",
        keypoints=(
            "left_eye_center",
            "right_eye_center",
            "left_eye_inner_corner",
            "left_eye_outer_corner",
            "right_eye_inner_corner",
            "right_eye_outer_corner",
            "left_eyebrow_inner_end",
            "left_eyebrow_outer_end",
            "right_eyebrow_inner_end",
            "right_eyebrow_outer_end",
            "nose_tip",
            "mouth_left_corner",
            "mouth_right_corner",
            "mouth_center_top_lip",
            "mouth_center_bottom_lip",
        ),
        pairs=tuple(zip(left, right, strict=True)),
        groups=(
            ("left eye", ("left_eye_inner_corner", "left_eye_center", "left_eye_outer_corner")),
            ("right eye", ("right_eye_inner_corner", "right_eye_center", "right_eye_outer_corner")),
            ("left eyebrow", ("left_eyebrow_inner_end", "left_eyebrow_outer_end")),
            ("right eyebrow", ("right_eyebrow_inner_end", "right_eyebrow_outer_end")),
            (
                "mouth",
                (
                    "mouth_left_corner",
                    "mouth_center_top_lip",
                    "mouth_right_corner",
                    "mouth_center_bottom_lip",
                    "mouth_left_corner",
                ),
            ),
        ),
    )


FKD_15 = _fkd_15()
"""The fifteen keypoints of the Kaggle competition, in the order of its files.

Left is the person's left, on the right of the picture. Source: the competition's data page,
https://www.kaggle.com/competitions/facial-keypoints-detection/data.
"""
