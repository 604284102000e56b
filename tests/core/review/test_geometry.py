from __future__ import annotations

import numpy as np
import pytest

from fkd_core.impute.conditional import Conditional
from fkd_core.impute.fitting import fit
from fkd_core.impute.pattern import FLOOR
from fkd_core.review.geometry import leave_out
from tests.core.review.faces import faces


def test_each_label_is_predicted_from_the_others() -> None:
    random = np.random.default_rng(0)
    root = random.normal(size=(8, 8))
    scatter = root @ root.T + np.eye(8)
    shape = Conditional(np.zeros((1, 8)), scatter, np.ones(8, np.bool_))
    points = random.multivariate_normal(np.zeros(8), scatter, 5).reshape(5, 4, 2)
    points[2:, 3] = np.nan
    found = leave_out(shape, points)
    noisy = scatter + FLOOR**2 * np.eye(8)
    for row in range(5):
        known = [k for k in range(4) if np.isfinite(points[row, k, 0])]
        for k in known:
            own, others = [2 * k, 2 * k + 1], [c for j in known if j != k for c in (2 * j, 2 * j + 1)]
            gain = noisy[np.ix_(own, others)] @ np.linalg.inv(noisy[np.ix_(others, others)])
            expected = gain @ points[row].reshape(-1)[others]
            np.testing.assert_allclose(found.gaps[row, k], points[row, k] - expected, atol=1e-8)
            left = noisy[np.ix_(own, own)] - gain @ noisy[np.ix_(others, own)]
            # The scatter is that of the others' prediction but for one factor for the whole face.
            ratio = found.scatter[row, k] / left
            np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-6)
            assert 0.5 <= ratio[0, 0] <= 2.0
    assert np.isnan(found.gaps[2:, 3]).all()


def test_a_label_that_was_moved_stands_out() -> None:
    labels = faces().labels
    moved = labels.copy()
    moved[0, 10] += [9, -6]
    shape = fit(labels)
    before, after = leave_out(shape, labels), leave_out(shape, moved)
    np.testing.assert_allclose(after.gaps[0, 10] - before.gaps[0, 10], [9, -6], atol=1e-6)
    size = np.linalg.norm(after.gaps[0], axis=-1)
    assert size.argmax() == 10


def test_a_face_with_one_label_has_nothing_to_compare_it_with() -> None:
    labels = faces(60).labels
    labels[5, 1:] = np.nan
    found = leave_out(fit(labels), labels)
    assert np.isnan(found.gaps[5]).all()


@pytest.mark.parametrize("rule", [0, 1])
def test_each_rule_has_its_own_mean(rule: int) -> None:
    labels = faces(300).labels
    rules = np.arange(300) % 2
    labels[rules == 1, 14] += [0, 7]
    found = leave_out(fit(labels, groups=rules), labels, rules)
    assert np.abs(np.nanmedian(found.gaps[rules == rule, 14], axis=0)).max() < 1
