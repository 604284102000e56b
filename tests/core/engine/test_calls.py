from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fkd_core.engine.calls import predict_file
from fkd_core.errors import BadInputError
from fkd_core.jobs import Job
from fkd_core.models import registry
from fkd_core.training.sink import save_model
from tests.core.training.blobs import TINY, blobs


def test_predicting_leaves_points_and_deviations_and_refuses_an_unknown_rule(tmp_path: Path) -> None:
    weights, faces, points, std = (str(tmp_path / name) for name in ("w.keras", "f.npy", "p.npy", "s.npy"))
    model = registry.get("swift").build(TINY, {"width": 8}, rules=("inner", "outer"))
    model.get_layer("table").offset.assign(np.reshape([0] * 6 + [0, 1] * 3, (2, 3, 2)))
    save_model(model, Path(weights))
    np.save(faces, blobs(4)[0])
    found = []
    for rule in ("inner", "outer", None):
        assert (
            predict_file(Job(), [weights], faces, points, TINY.to_dict(), fast=True, rule=rule, std=std) == 4
        )
        found.append(np.load(points))
        assert np.load(std).shape == (4, 3)
        assert (np.load(std) > 0).all()
    lift = np.broadcast_to([0, 4], (4, 3, 2))
    np.testing.assert_allclose(found[1] - found[0], lift, atol=1e-3)
    np.testing.assert_allclose(found[2] - found[0], lift / 2, atol=1e-3)
    with pytest.raises(BadInputError, match="auto, inner, outer"):
        predict_file(Job(), [weights], faces, points, TINY.to_dict(), rule="middle")
