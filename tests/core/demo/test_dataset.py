"""The demo's faces as a whole: sizes, the pattern of missing labels, the lookup."""

import numpy as np
import pytest

from fkd_core.demo import make_demo
from fkd_core.demo.dataset import FOUR, ask, cut
from fkd_core.errors import Cancelled
from fkd_core.jobs import Job
from fkd_core.schema import FKD_15

FEW = [FKD_15.index(name) for name in FOUR]


@pytest.fixture(scope="module")
def demo():
    return make_demo(faces=24, test=6, seed=2)


def test_shapes_and_types(demo):
    assert demo.train_images.shape == (18, 96, 96)
    assert demo.test_images.shape == (6, 96, 96)
    assert demo.train_points.shape == demo.train_truth.shape == (18, 15, 2)
    assert demo.test_truth.shape == (6, 15, 2)
    assert demo.train_images.dtype == demo.test_images.dtype == np.uint8
    assert demo.train_points.dtype == demo.train_truth.dtype == demo.test_truth.dtype == np.float32


def test_what_is_left_is_the_truth(demo):
    known = ~np.isnan(demo.train_points)
    assert np.array_equal(known[..., 0], known[..., 1])
    assert 0 < known.mean() < 1
    assert np.array_equal(demo.train_points[known], demo.train_truth[known])
    assert not np.isnan(demo.train_truth).any()
    assert not np.isnan(demo.test_truth).any()


def test_same_seed_same_demo_and_another_seed_another(demo):
    again, other = make_demo(24, 6, 2), make_demo(24, 6, 3)
    assert np.array_equal(demo.train_images, again.train_images)
    assert np.array_equal(demo.train_points, again.train_points, equal_nan=True)
    assert demo.lookup == again.lookup
    assert not np.array_equal(demo.train_truth, other.train_truth)


def test_a_face_depends_on_its_number_alone(demo):
    fewer = make_demo(20, 2, 2)
    assert np.array_equal(fewer.train_images, demo.train_images)
    assert np.array_equal(fewer.test_truth, demo.test_truth[:2])


def test_pattern_of_the_whole_demo():
    kept = cut(450, np.random.default_rng(0))
    count = kept.sum(1)
    full, four = (count == 15).sum(), (kept.sum(1) == 4).sum()
    assert 125 <= full <= 140
    assert 295 <= four <= 320
    odd = kept[(count != 15) & (count != 4)]
    assert len(odd) == 9
    assert set(odd.sum(1)) == {14, 3}
    assert kept[count == 4][:, FEW].all()
    assert kept[:, FKD_15.index("nose_tip")].all()
    assert not (np.diff(np.flatnonzero(count == 15)) == 1).all()


def test_lookup_asks_all_of_a_third_and_four_of_the_rest():
    lookup = ask(150, np.random.default_rng(0))
    assert list(lookup) == list(range(1, 151))
    lengths = [len(asked) for asked in lookup.values()]
    assert set(lengths) == {4, 15}
    assert 40 <= lengths.count(15) <= 55
    assert all(list(asked) == sorted(asked) for asked in lookup.values())
    assert {asked for asked in lookup.values() if len(asked) == 4} == {tuple(sorted(FEW))}


def test_progress_reaches_the_end_and_can_be_stopped():
    heard = []
    make_demo(3, 1, 0, Job(lambda event, data: heard.append((event, data)), interval=0))
    assert [data["done"] for _, data in heard] == [1, 2, 3]
    stopped = Job()
    stopped.cancel()
    with pytest.raises(Cancelled):
        make_demo(3, 1, 0, stopped)


@pytest.mark.parametrize(("faces", "test", "seed"), [(3, 3, 0), (0, 0, 0), (5, -1, 0), (5, 1, -1)])
def test_wrong_sizes_are_refused(faces, test, seed):
    with pytest.raises(ValueError, match="received"):
        make_demo(faces, test, seed)
