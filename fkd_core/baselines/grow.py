"""Growing a random forest with scikit-learn: the only module that imports it.

It is the published notebook's comparison: the trees of a `RandomForestRegressor` on the pixels, by its
defaults of that time: 100 trees, all the way down, every pixel looked at in every split. Each tree has a seed
of its own, so that the forest is the same on any number of processors, and goes on where it was stopped.

Source: Breiman, Random Forests, 2001, https://doi.org/10.1023/A:1010933404324; a variance from the trees that
did not see a face: Meinshausen, Quantile Regression Forests, 2006.
"""

from __future__ import annotations

import math
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeRegressor

from fkd_core.arrays import Floats
from fkd_core.baselines.arrays import Packed, spoken_size
from fkd_core.baselines.forest import LEAF, Forest, Group, Tree
from fkd_core.baselines.groups import keypoint_groups
from fkd_core.baselines.lesson import Lesson, Outcome, Place
from fkd_core.baselines.noise import OutOfBag
from fkd_core.baselines.options import ForestOptions
from fkd_core.cores import usable_cores
from fkd_core.errors import BadInputError, Cancelled, RunError
from fkd_core.jobs import Job
from fkd_core.training.checkpoint import Checkpoint

SECONDS_BETWEEN_SAVES = 15.0
_TICK = 0.1


@attrs.frozen(eq=False)
class _Plot:
    """What the trees of one group grow from."""

    keypoints: NDArray[np.int64]
    rows: NDArray[np.int64]
    pixels: NDArray[np.float32]
    mean: Floats
    targets: Floats
    weights: Floats | None
    alike: NDArray[np.int64]

    @classmethod
    def of(cls, lesson: Lesson, keypoints: NDArray[np.int64]) -> _Plot:
        rows = lesson.train[lesson.known[lesson.train][:, keypoints].all(axis=1)]
        targets = lesson.points[rows][:, keypoints].reshape(len(rows), -1).astype(np.float64)
        counts = lesson.weights[rows][:, keypoints].mean(axis=1).astype(np.float64)
        mean = targets.mean(axis=0)
        pixels = lesson.images[rows].reshape(len(rows), -1).astype(np.float32)
        weights = None if (counts == 1).all() else counts
        alike = rows if lesson.alike is None else lesson.alike[rows]
        return cls(keypoints, rows, pixels, mean, targets - mean, weights, alike)

    def unseen(self, drawn: NDArray[np.int64]) -> NDArray[np.int64]:
        """Faces that a tree did not draw `(n,)`, nor another picture of them: it would know that by heart."""
        numbers = np.unique(self.alike, return_inverse=True)[1]
        return np.flatnonzero(np.bincount(numbers, weights=drawn)[numbers] == 0)


@attrs.frozen(eq=False)
class _Grown:
    """A tree, and what it says of the faces that it did not see."""

    tree: Tree
    unseen: NDArray[np.int64]
    of_unseen: Floats
    of_validation: Floats


def train_forest(lesson: Lesson, place: Place, job: Job, kept: Checkpoint | None) -> Outcome:
    """Grow a forest tree by tree; a `fkd_core.baselines.lesson.Trainer`.

    A record is kept for each tree, with the error of the forest so far: `rmse` of the training faces, each by
    the trees that did not see it, `val_rmse` and more of the validation faces. What has grown is saved every
    few seconds, and when the job is cancelled.

    Raises:
        BadInputError: if an option cannot be used.
        Cancelled: if the job was stopped before the first tree.
        RunError: if the checkpoint is of another forest.
    """
    options = ForestOptions.of(lesson.options)
    groups = keypoint_groups(lesson.known[lesson.train])
    plots = [_Plot.of(lesson, keypoints) for keypoints in groups]
    _tell(lesson, plots, options, job)
    nursery = _Nursery(lesson, plots, options, place, job)
    if kept is not None:
        nursery.restore(kept)
        job.log(f"Going on after {nursery.trees} of {options.trees} trees")
    return nursery.grow()


class _Nursery:
    """A forest that grows."""

    def __init__(
        self, lesson: Lesson, plots: list[_Plot], options: ForestOptions, place: Place, job: Job
    ) -> None:
        self._lesson, self._plots, self._options, self._place, self._job = lesson, plots, options, place, job
        self._grown: list[list[Tree]] = [[] for _ in plots]
        self._bags = [OutOfBag.empty(plot.targets) for plot in plots]
        self._seen = [np.zeros((len(lesson.validation), plot.targets.shape[1])) for plot in plots]
        shown = lesson.images[lesson.validation]
        self._validation = shown.reshape(len(shown), math.prod(shown.shape[1:])).astype(np.float32)
        self._before = 0.0
        self._last: dict[str, Any] = {}
        self._size = 0

    @property
    def trees(self) -> int:
        """Trees that every group has."""
        return len(self._grown[0])

    def grow(self) -> Outcome:
        """Grow all trees that are wanted; returns when they have, or when the job is cancelled."""
        pool = ThreadPoolExecutor(usable_cores(), thread_name_prefix="tree")
        saved = time.monotonic()
        status = "done"
        groups = range(len(self._plots))
        wanted = [(tree, group) for tree in range(self.trees, self._options.trees) for group in groups]
        pending: deque[Future[_Grown]] = deque()
        try:
            while self.trees < self._options.trees:
                # A few more than can grow at once: what waits in the queue can be called off.
                while wanted and len(pending) < max(2 * usable_cores(), len(groups)):
                    pending.append(pool.submit(self._tree, *wanted.pop(0)))
                self._take([self._next(pending) for _ in groups])
                if time.monotonic() - saved > SECONDS_BETWEEN_SAVES:
                    self._save()
                    saved = time.monotonic()
                self._job.rest()
        except Cancelled:
            if not self.trees:
                raise
            if self.trees < self._options.trees:
                status = "stopped"
                self._job.log(f"Stopped; the {self.trees} trees so far are kept")
        finally:
            # What grows at this moment is not waited for: nobody needs it.
            pool.shutdown(wait=False, cancel_futures=True)
        self._save(whole=status == "done")
        return Outcome(status, self.trees, self._size, self._last)

    def restore(self, kept: Checkpoint) -> None:
        """Go on from what was kept.

        Raises:
            RunError: if it is of another forest.
        """
        count = int(kept.state["trees"])
        forest = Forest.unpack(Packed.read(self._place.path))
        fits = [group.keypoints.tolist() for group in forest.groups] == [
            plot.keypoints.tolist() for plot in self._plots
        ]
        try:
            self._bags = [
                OutOfBag.of(kept.arrays, number, plot.targets) for number, plot in enumerate(self._plots)
            ]
            self._seen = [
                np.array(kept.arrays[f"{number}.seen"]).reshape(seen.shape)
                for number, seen in enumerate(self._seen)
            ]
        except (KeyError, ValueError):
            fits = False
        if not fits or forest.trees < count:
            raise RunError(
                "this forest cannot go on",
                where=self._place.checkpoint,
                expected="the labels with which it was begun",
                found="others",
                todo="Train a new one",
            )
        self._grown = [[group.tree(number) for number in range(count)] for group in forest.groups]
        self._before = float(kept.state["seconds"])

    def _next(self, pending: deque[Future[_Grown]]) -> _Grown:
        self._progress()
        while not wait([pending[0]], timeout=_TICK).done:
            self._progress()
        return pending.popleft().result()

    def _progress(self) -> None:
        total = self._options.trees
        self._job.progress(self.trees, total, f"Growing tree {min(self.trees + 1, total)} of {total}")

    def _tree(self, number: int, group: int) -> _Grown:
        """Grow one tree; on a thread of the pool. scikit-learn lets other threads run meanwhile."""
        plot = self._plots[group]
        seed = np.random.SeedSequence((self._lesson.seed, group, number)).generate_state(1)[0]
        one, drawn = grow_tree(plot.pixels, plot.targets, plot.weights, self._options, int(seed >> 1))
        count = plot.targets.shape[1]
        unseen = plot.unseen(drawn)
        return _Grown(
            as_tree(one.tree_),
            unseen,
            _ask(one, plot.pixels[unseen], count),
            _ask(one, self._validation, count),
        )

    def _take(self, grown: list[_Grown]) -> None:
        """Add a tree to every group, and keep the figures of the forest so far."""
        for group, one in enumerate(grown):
            self._grown[group].append(one.tree)
            self._bags[group].add(one.unseen, one.of_unseen)
            self._seen[group] += one.of_validation
        values: dict[str, Any] = {
            "seconds": self._before + time.monotonic() - self._lesson.started,
            "rmse": (error := OutOfBag.error(self._bags)),
            "loss": None if error is None else error**2,
        }
        if len(self._lesson.validation):
            values |= self._lesson.scores(self._of_validation())
        self._last = self._place.record(self.trees, values | {"unit": "tree", "epochs": self._options.trees})
        self._progress()

    def _of_validation(self) -> Floats:
        schema = self._lesson.schema
        height, width = schema.size
        found = np.empty((len(self._lesson.validation), len(schema), 2))
        found[:] = (width - 1) / 2, (height - 1) / 2
        for plot, seen, grown in zip(self._plots, self._seen, self._grown, strict=True):
            found[:, plot.keypoints] = (plot.mean + seen / len(grown)).reshape(len(found), -1, 2)
        return found

    def forest(self) -> Forest:
        """What has grown so far."""
        groups = [
            Group.of(plot.keypoints, plot.mean, bag.noise(), grown)
            for plot, bag, grown in zip(self._plots, self._bags, self._grown, strict=True)
        ]
        return Forest(self._lesson.schema, groups)

    def _save(self, *, whole: bool = False) -> None:
        forest = self.forest()
        self._size = self._place.save(forest.pack())
        if not whole:
            arrays: dict[str, NDArray[Any]] = {}
            for number, (bag, seen) in enumerate(zip(self._bags, self._seen, strict=True)):
                arrays |= bag.arrays(number) | {f"{number}.seen": seen}
            spent = self._before + time.monotonic() - self._lesson.started
            Checkpoint(arrays, {"trees": self.trees, "seconds": spent}).write(self._place.checkpoint)
        else:
            self._job.log(
                f"{forest.trees} trees for each of {len(forest.groups)} groups of keypoints, "
                f"{forest.nodes:,} nodes: "
                f"{spoken_size(self._size)}"
            )


def as_tree(tree: Any) -> Tree:
    """A tree of scikit-learn as plain arrays.

    Args:
        tree: a `sklearn.tree._tree.Tree` of regression; what it gives is off the mean already.
    """
    leaf = tree.children_left < 0
    left, right = (np.array(side, np.int32) for side in (tree.children_left, tree.children_right))
    left[leaf] = np.arange(int(leaf.sum()), dtype=np.int32)
    right[leaf] = 0
    # Grey levels are whole numbers: what is at most this is at most the whole number below it.
    threshold = np.where(leaf, 0, np.floor(tree.threshold)).astype(np.float32)
    feature = np.where(leaf, LEAF, tree.feature).astype(np.int32)
    value = tree.value[leaf].reshape(int(leaf.sum()), -1).astype(np.float32)
    return Tree(left, right, feature, threshold, value)


def grow_tree(
    pixels: NDArray[np.float32],
    targets: Floats,
    weights: Floats | None,
    options: ForestOptions,
    seed: int,
) -> tuple[DecisionTreeRegressor, NDArray[np.int64]]:
    """The one tree of a `RandomForestRegressor` with these options and this seed, where all rows count alike.

    That class itself is for one thread at a time: it changes the filters of warnings, which all threads
    share, around each tree.

    Args:
        pixels: float32 `(n, P)`.
        targets: float64 `(n, outputs)`.
        weights: `(n,)` what each row counts where it was drawn; all alike if None.
        options: of the forest.
        seed: of the forest.

    Returns:
        The tree, and `(n,)` how often it drew each row.
    """
    own = np.random.RandomState(seed).randint(np.iinfo(np.int32).max)
    rows = np.random.RandomState(own).randint(0, len(pixels), len(pixels), dtype=np.int32)
    drawn = np.bincount(rows, minlength=len(pixels))
    tree = DecisionTreeRegressor(
        max_depth=options.depth, max_features=options.features, random_state=own, criterion="squared_error"
    )
    counts = drawn.astype(np.float64) if weights is None else drawn * weights
    tree.fit(pixels, targets, sample_weight=counts, check_input=False)
    return tree, drawn


def _ask(tree: DecisionTreeRegressor, pixels: NDArray[np.float32], count: int) -> Floats:
    if not len(pixels):
        return np.empty((0, count))
    return np.asarray(tree.predict(pixels, check_input=False), np.float64).reshape(-1, count)


def _tell(lesson: Lesson, plots: list[_Plot], options: ForestOptions, job: Job) -> None:
    if not plots:
        raise BadInputError(
            "there is nothing to learn from",
            expected="at least one training face with a labelled keypoint",
            found="none",
            todo="Label some faces, or leave some out of the held-out rows",
        )
    job.log(f"Growing {options.trees} trees on {usable_cores()} processors")
    for plot in plots:
        names = ", ".join(lesson.schema.label(int(keypoint)) for keypoint in plot.keypoints)
        known = lesson.known[lesson.train][:, plot.keypoints].any(axis=1).sum()
        lost = int(known - len(plot.rows))
        job.log(
            f"{len(plot.rows):,} faces teach {names}"
            + (f"; {lost:,} that lack one of them are left out" if lost else "")
        )
    never = sorted(set(range(len(lesson.schema))) - {int(k) for plot in plots for k in plot.keypoints})
    if never:
        names = ", ".join(lesson.schema.label(keypoint) for keypoint in never)
        job.log(f"Never labelled, so predictions of it mean nothing: {names}")
