"""A forest of plain arrays says what scikit-learn's says, and a damaged one says nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor

from fkd_core.baselines.arrays import Packed
from fkd_core.baselines.forest import Forest, Group
from fkd_core.baselines.grow import as_tree
from fkd_core.baselines.model import ArrayModel
from fkd_core.errors import RunError
from tests.core.baselines.faces import SCHEMA, spots


def grown(trees: int = 7, **options: Any) -> tuple[RandomForestRegressor, Forest, np.ndarray]:
    """A forest by scikit-learn, the same as arrays, and the mean of its labels."""
    images, points = spots(80)
    targets = points.reshape(80, -1).astype(np.float64)
    mean = targets.mean(axis=0)
    by = RandomForestRegressor(n_estimators=trees, random_state=3, **options)
    by.fit(images.reshape(80, -1).astype(np.float32), targets - mean)
    plain = [as_tree(one.tree_) for one in by.estimators_]
    group = Group.of(np.arange(3), mean, np.tile([0.25, 2.0], (3, 1)), plain)
    return by, Forest(SCHEMA, [group]), mean


@pytest.mark.parametrize("options", [{}, {"max_depth": 3}, {"max_features": 0.1}, {"min_samples_leaf": 4}])
def test_it_says_what_scikit_learn_says(options: dict[str, Any], tmp_path: Path) -> None:
    by, forest, mean = grown(**options)
    forest.pack().write(tmp_path / "arrays.npz")
    again = Forest.unpack(Packed.read(tmp_path / "arrays.npz"))
    images, _ = spots(150, seed=9)
    pixels = images.reshape(150, -1).astype(np.float32)
    points, std = again.answer(images)
    np.testing.assert_allclose(points.reshape(150, -1), by.predict(pixels) + mean, rtol=0, atol=1e-6)
    each = np.stack([one.predict(pixels) for one in by.estimators_])
    spread = each.var(axis=0, ddof=1).reshape(150, 3, 2).mean(axis=2)
    np.testing.assert_allclose(std, np.sqrt(0.25 + 2 * spread), rtol=1e-5)
    assert points.std(axis=0).min() > 0.5, "or there was nothing to compare"


def test_a_forest_of_one_leaf_answers_with_it() -> None:
    by, forest, mean = grown(trees=1, max_leaf_nodes=2)
    images, _ = spots(5, seed=2)
    expected = by.predict(images.reshape(5, -1).astype(np.float32)) + mean
    np.testing.assert_allclose(forest.answer(images)[0].reshape(5, -1), expected, atol=1e-6)


def test_a_tree_comes_back_out_of_its_group() -> None:
    by, forest, _ = grown()
    for number, one in enumerate(by.estimators_):
        expected, found = as_tree(one.tree_), forest.groups[0].tree(number)
        for field in attrs.fields(type(found)):
            np.testing.assert_array_equal(getattr(found, field.name), getattr(expected, field.name))


def test_keypoints_without_trees_are_in_the_middle_and_uncertain() -> None:
    _, forest, _ = grown()
    (group,) = forest.groups
    images, _ = spots(4)
    alone = Forest(
        SCHEMA,
        [
            attrs.evolve(
                group,
                keypoints=np.array([1]),
                mean=group.mean[2:4],
                noise=group.noise[1:2],
                value=np.ascontiguousarray(group.value[:, 2:4]),
            )
        ],
    )
    points, std = alone.answer(images)
    np.testing.assert_allclose(points[:, 1], forest.answer(images)[0][:, 1])
    np.testing.assert_array_equal(points[:, [0, 2]], np.broadcast_to([7.5, 5.5], (4, 2, 2)))
    assert (std[:, [0, 2]] > std[:, [1]]).all()


def damaged(path: Path, what: str) -> None:
    """Write a forest, and spoil it in one way."""
    _, forest, _ = grown()
    if what in ("cut", "flipped", "empty", "no zip", "pickled"):
        forest.pack().write(path)
        content = bytearray(path.read_bytes())
        if what == "flipped":
            content[len(content) // 2] ^= 0x10
        spoilt = {"cut": content[:-100], "empty": b"", "no zip": b"\x80\x04K\x01.", "pickled": content}
        path.write_bytes(bytes(spoilt.get(what, content)))
        if what == "pickled":
            np.savez(path, about=np.array([{"a": 1}], object))
        return
    packed = forest.pack()
    arrays = dict(packed.arrays)
    left, feature = arrays["0.left"].copy(), arrays["0.feature"].copy()
    inner, leaf = int(np.flatnonzero(feature >= 0)[1]), int(np.flatnonzero(feature < 0)[0])
    if what == "a loop":
        left[inner] = 0
    elif what == "a branch out of the tree":
        left[inner] = 10**6
    elif what == "a leaf without a value":
        left[leaf] = 10**6
    elif what == "a pixel outside":
        feature[inner] = 12 * 16
    arrays |= {"0.left": left, "0.feature": feature}
    if what == "not a number":
        arrays["0.value"] = np.full_like(arrays["0.value"], np.nan)
    elif what == "another type":
        arrays["0.value"] = arrays["0.value"].astype(np.float64)
    elif what == "an array missing":
        del arrays["0.threshold"]
    elif what == "too few trees":
        arrays["0.nodes"] = arrays["0.nodes"][:-1]
    elif what == "keypoints of another schema":
        arrays["0.keypoints"] = arrays["0.keypoints"] + 1
    elif what == "a negative variance":
        arrays["0.noise"] = -arrays["0.noise"]
    elif what == "no groups":
        arrays["groups"] = np.array([0])
    Packed("another" if what == "another model" else packed.kind, SCHEMA, arrays).write(path)


@pytest.mark.parametrize(
    "what",
    [
        *("cut", "flipped", "empty", "no zip", "pickled", "a loop", "a branch out of the tree"),
        *("a leaf without a value", "a pixel outside", "not a number", "another type", "an array missing"),
        *("too few trees", "keypoints of another schema", "a negative variance", "no groups"),
        "another model",
    ],
)
def test_a_damaged_file_is_told(what: str, tmp_path: Path) -> None:
    path = tmp_path / "arrays.npz"
    damaged(path, what)
    with pytest.raises(RunError, match=r"cannot be used as a model.*arrays\.npz.*Train again"):
        ArrayModel.read(path)


def test_a_missing_file_and_another_version_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "arrays.npz"
    with pytest.raises(RunError, match="there is no such file"):
        ArrayModel.read(path)
    _, forest, _ = grown()
    monkeypatch.setattr("fkd_core.baselines.arrays.FORMAT", 2)
    forest.pack().write(path)
    monkeypatch.undo()
    with pytest.raises(RunError, match=r"another version.*expected format 1, found format 2"):
        ArrayModel.read(path)


def test_predicting_needs_neither_scikit_learn_nor_tensorflow(tmp_path: Path) -> None:
    _, forest, _ = grown()
    forest.pack().write(tmp_path / "arrays.npz")
    code = (
        "import sys, numpy as np; from pathlib import Path;"
        "from fkd_core.inference.onnx_model import Networks;"
        f"model = Networks().get(Path({str(tmp_path / 'arrays.npz')!r}));"
        "print(model.table(np.zeros((2, 12, 16), np.uint8)).shape,"
        "[m for m in ('sklearn', 'tensorflow', 'keras', 'onnxruntime') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "(2, 1, 3, 7) []"
