"""A network at another size: the same weights, points in the same pixels."""

from __future__ import annotations

import keras
import numpy as np

from fkd_core.models import registry
from fkd_core.models.coarse import at_size
from fkd_core.schema import FKD_15


def test_smaller_faces_are_seen_by_the_same_weights_and_placed_in_full_pixels() -> None:
    model = registry.get("swift").build(FKD_15, {"width": 8}, rules=("a", "b"))
    coarse = at_size(model, (64, 64))
    assert [id(variable) for variable in coarse.trainable_variables] == [
        id(variable) for variable in model.trainable_variables
    ]
    table = next(layer for layer in model.layers if layer.name == "table")
    y, x = np.mgrid[:24, :24]
    # One bright spot: every keypoint is usually there.
    spot = 20 * np.exp(-((x - 15.5) ** 2 + (y - 9.5) ** 2) / 60)
    table.usual.assign(np.repeat(spot[..., None], len(FKD_15), axis=-1).astype(np.float32))
    # A face that shows nothing leaves the usual place alone to speak.
    found = [
        keras.ops.convert_to_numpy(network(np.full((1, side, side, 1), 90, np.float32)))
        for network, side in ((model, 96), (coarse, 64))
    ]
    assert found[0].shape == found[1].shape == (1, 2, 15, 7)
    np.testing.assert_allclose(found[1][..., :2], found[0][..., :2], atol=0.5)
    np.testing.assert_allclose(found[0][0, 0, 0, :2], (15.5 * 4 + 1.5, 9.5 * 4 + 1.5), atol=0.5)
