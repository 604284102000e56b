"""A random forest as plain arrays: kept, read, and asked for keypoints without scikit-learn.

Keypoints that are known of the same faces share trees, a group for each such set. The nodes of a group's
trees lie one after the other; a leaf has no feature, and in the place of its left child the number of its
value. Values are pixels off the group's mean face, so that 32 bits hold them to a millionth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.baselines.arrays import Packed, unusable
from fkd_core.schema import KeypointSchema

NAME = "forest"
LEAF = -1
_NODES: dict[str, Any] = {"left": np.int32, "right": np.int32, "feature": np.int32, "threshold": np.float32}


@attrs.frozen(eq=False)
class Tree:
    """One tree.

    Attributes:
        left, right: int32 `(n,)` children by number within the tree; of a leaf the left is the number of its
            value and the right means nothing.
        feature: int32 `(n,)`, the pixel that is looked at, row by row; below 0 in a leaf.
        threshold: float32 `(n,)`; a pixel of at most this grey goes left.
        value: float32 `(leaves, 2k)`, x and y of each keypoint in turn, off the group's mean.
    """

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    value: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.feature)


@attrs.frozen(eq=False)
class Group:
    """The trees of some keypoints, one after the other, and how far their answers lie off.

    Attributes:
        keypoints: int64 `(k,)`, ascending.
        mean: float64 `(2k,)`, what values are added to.
        noise: float64 `(k, 2)`: the variance of an answer along one axis is the first number plus the second
            times the variance among the trees.
        nodes, values: int64 `(T + 1,)`, where each tree begins among the nodes and among the values.
        left, right, feature, threshold, value: of all trees; see `Tree`.
    """

    keypoints: NDArray[np.int64]
    mean: Floats
    noise: Floats
    nodes: NDArray[np.int64]
    values: NDArray[np.int64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    value: NDArray[np.float32]

    @classmethod
    def of(cls, keypoints: NDArray[np.int64], mean: Floats, noise: Floats, trees: Sequence[Tree]) -> Group:
        """A group of trees, at least one."""
        lengths = [len(tree) for tree in trees]
        leaves = [len(tree.value) for tree in trees]
        joined = {
            name: np.concatenate([getattr(tree, name) for tree in trees]) for name in (*_NODES, "value")
        }
        nodes, values = (np.append(0, np.cumsum(each)).astype(np.int64) for each in (lengths, leaves))
        return cls(keypoints, mean, noise, nodes=nodes, values=values, **joined)

    def __len__(self) -> int:
        return len(self.nodes) - 1

    def tree(self, number: int) -> Tree:
        """One of the trees, counted from 0."""
        nodes = slice(self.nodes[number], self.nodes[number + 1])
        values = slice(self.values[number], self.values[number + 1])
        return Tree(**{name: getattr(self, name)[nodes] for name in _NODES}, value=self.value[values])


class Forest:
    """Trees that can be asked for keypoints.

    Args:
        schema: of the keypoints, and the size of the faces.
        groups: of keypoints, none of them in two; keypoints that are in none are answered with the middle of
            the frame.
    """

    def __init__(self, schema: KeypointSchema, groups: Sequence[Group]) -> None:
        self.schema = schema
        self.groups = tuple(groups)
        self._walks = [_Walk(group) for group in groups]

    @property
    def trees(self) -> int:
        """Trees of each group."""
        return min((len(group) for group in self.groups), default=0)

    @property
    def nodes(self) -> int:
        """Nodes of all trees together."""
        return sum(len(group.feature) for group in self.groups)

    def answer(self, faces: NDArray[np.uint8]) -> tuple[Floats, Floats]:
        """Keypoints of faces, uint8 `(B, H, W)`.

        Returns:
            float64 `(B, K, 2)` pixels, and `(B, K)` standard deviations along one axis.
        """
        height, width = self.schema.size
        points = np.empty((len(faces), len(self.schema), 2))
        points[:] = (width - 1) / 2, (height - 1) / 2
        std = np.full(points.shape[:2], max(height, width) / np.sqrt(12))
        pixels = faces.reshape(len(faces), height * width)
        for group, walk in zip(self.groups, self._walks, strict=True):
            mean, spread = walk(pixels)
            points[:, group.keypoints] = mean.reshape(len(faces), -1, 2)
            std[:, group.keypoints] = np.sqrt(group.noise[:, 0] + group.noise[:, 1] * spread)
        return points, std

    def describe(self) -> str:
        """What it is, in a sentence or two."""
        parts = [f"{len(group.keypoints)} keypoints" for group in self.groups]
        shared = (
            f"each of {len(parts)} groups of keypoints ({', '.join(parts)})" if len(parts) > 1 else parts[0]
        )
        return (
            f"A random forest on the pixels: {self.trees:,} trees for {shared}, with {self.nodes:,} nodes. A"
            " prediction is the mean of what its trees say."
        )

    def pack(self) -> Packed:
        """The forest as a file's content."""
        arrays: dict[str, Any] = {"groups": np.array([len(self.groups)], np.int64)}
        for number, group in enumerate(self.groups):
            arrays |= {f"{number}.{field.name}": getattr(group, field.name) for field in attrs.fields(Group)}
        return Packed(NAME, self.schema, arrays)

    @classmethod
    def unpack(cls, packed: Packed) -> Forest:
        """The inverse of `pack`; what could lead a walk astray is found here, not on the way.

        Raises:
            RunError: if it is no whole forest; the message names the file.
        """
        count = int(packed.get("groups", np.int64, 1)[0])
        if not 0 < count <= len(packed.schema):
            raise unusable(packed.where, f"{count} groups of keypoints")
        groups = [_group(packed, number) for number in range(count)]
        every = np.concatenate([group.keypoints for group in groups])
        if len(set(every.tolist())) < len(every) or every.min() < 0 or every.max() >= len(packed.schema):
            raise unusable(packed.where, "keypoints that are not those of its schema")
        return cls(packed.schema, groups)


class _Walk:
    """All trees of a group walked at once, a step of each for each face at a time.

    Leaves lead to themselves here, so that a walk that came to its end goes on in place.
    """

    def __init__(self, group: Group) -> None:
        self._mean = group.mean
        self._value = group.value
        leaf = group.feature < 0
        own = np.arange(len(group.feature), dtype=np.int64)
        start = np.repeat(group.nodes[:-1], np.diff(group.nodes))
        self._child = np.stack(
            [np.where(leaf, own, group.right + start), np.where(leaf, own, group.left + start)]
        )
        self._leaf = leaf
        self._feature = np.where(leaf, 0, group.feature)
        self._threshold = group.threshold
        first = np.repeat(group.values[:-1], np.diff(group.nodes))
        self._place = np.where(leaf, group.left + first, 0)
        self._roots = group.nodes[:-1]

    def __call__(self, pixels: NDArray[np.uint8]) -> tuple[Floats, Floats]:
        """For pixels `(B, P)` the mean over the trees `(B, 2k)` and the variance among them `(B, k)`."""
        faces = np.arange(len(pixels))[:, None]
        nodes = np.tile(self._roots, (len(pixels), 1))
        while not self._leaf[nodes].all():
            low = pixels[faces, self._feature[nodes]] <= self._threshold[nodes]
            nodes = self._child[low.astype(np.int8), nodes]
        found = self._value[self._place[nodes]].astype(np.float64)
        mean = found.mean(axis=1)
        count = found.shape[1]
        spread = found.var(axis=1, ddof=1 if count > 1 else 0)
        return self._mean + mean, spread.reshape(len(pixels), -1, 2).mean(axis=2)


def _group(packed: Packed, number: int) -> Group:
    def get(name: str, kind: Any, *shape: int | None) -> NDArray[Any]:
        return packed.get(f"{number}.{name}", kind, *shape)

    keypoints = get("keypoints", np.int64, None)
    size = len(keypoints)
    nodes, values = get("nodes", np.int64, None), get("values", np.int64, len(get("nodes", np.int64, None)))
    if not size or len(nodes) < 2:
        raise unusable(packed.where, f"{size} keypoints and {len(nodes) - 1} trees in a group")
    length = len(get("feature", np.int32, None))
    found = {name: get(name, kind, length) for name, kind in _NODES.items()}
    value = get("value", np.float32, None, 2 * size)
    for starts, end, what in ((nodes, length, "nodes"), (values, len(value), "values")):
        if starts[0] != 0 or starts[-1] != end or (np.diff(starts) < 1).any():
            raise unusable(packed.where, f"trees of {what} that do not follow each other")
    group = Group(
        keypoints,
        get("mean", np.float64, 2 * size),
        get("noise", np.float64, size, 2),
        nodes,
        values,
        value=value,
        **found,
    )
    if (group.noise < 0).any():
        raise unusable(packed.where, "a variance below 0")
    _check_walks(packed, group)
    return group


def _check_walks(packed: Packed, group: Group) -> None:
    """Every way down must come to a leaf of the same tree: children come after their parent in it."""
    lengths, leaves = np.diff(group.nodes), np.diff(group.values)
    own = np.arange(len(group.feature)) - np.repeat(group.nodes[:-1], lengths)
    leaf = group.feature < 0
    inner, end = ~leaf, np.repeat(lengths, lengths)
    height, width = packed.schema.size
    if (group.feature >= height * width).any():
        raise unusable(packed.where, "a pixel outside the frame")
    for side in (group.left, group.right):
        if (inner & ((side <= own) | (side >= end))).any():
            raise unusable(packed.where, "a branch that leads nowhere")
    if (leaf & ((group.left < 0) | (group.left >= np.repeat(leaves, lengths)))).any():
        raise unusable(packed.where, "a leaf without a value")
