"""The canvas: sub-pixel places survive painting and shrinking."""

import numpy as np
import pytest

from fkd_core.demo.canvas import FRAME, OVERSAMPLING, SIDE, Canvas, shrink
from fkd_core.demo.head import View
from fkd_core.demo.traits import Traits

PLAIN = View.of(Traits(scale=1.0, centre=(0.0, 0.0)))


@pytest.fixture
def canvas() -> Canvas:
    return Canvas(PLAIN, np.zeros((SIDE, SIDE), np.float32))


def square(x: float, y: float, half: float) -> np.ndarray:
    return np.array([[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]])


def centroid(image: np.ndarray) -> tuple[float, float]:
    rows, columns = np.mgrid[:FRAME, :FRAME]
    return float((image * columns).sum() / image.sum()), float((image * rows).sum() / image.sum())


@pytest.mark.parametrize("place", [(40.0, 30.0), (40.5, 30.25), (61.3, 77.8)])
@pytest.mark.parametrize("soft", [0.0, 0.5, 2.0])
def test_a_polygon_lands_where_it_was_put(canvas, place, soft):
    canvas.paint(canvas.cover(square(*place, 4.0), soft), 1.0)
    image = shrink(canvas.px)
    # OpenCV fills whole rows, so a level edge may be off by half a canvas pixel.
    assert centroid(image) == pytest.approx(place, abs=0.5 / OVERSAMPLING + 0.02)
    assert image.sum() == pytest.approx(64, rel=0.12)


def test_a_line_lands_where_it_was_put(canvas):
    canvas.paint(canvas.trace(np.array([[[20.2, 50.4], [60.2, 50.4]]]), 1.0), 1.0)
    assert centroid(shrink(canvas.px)) == pytest.approx((40.2, 50.4), abs=0.1)


def test_a_pixel_is_centred_on_whole_numbers(canvas):
    canvas.paint(canvas.cover(square(10, 20, 0.32)), 1.0)
    image = shrink(canvas.px)
    assert np.unravel_index(image.argmax(), image.shape) == (20, 10)
    assert image[20, 9] == pytest.approx(image[20, 11], abs=0.02)


def test_what_lies_outside_the_frame_is_left_out(canvas):
    for patch in (
        canvas.cover(square(-40, 200, 5)),
        canvas.trace(np.array([[[300.0, 4.0], [310.0, 4.0]]]), 1.0),
    ):
        canvas.paint(patch, 1.0)
        canvas.scale(patch, 0.5)
    assert not canvas.px.any()


def test_clip_limits_paint(canvas):
    left = np.zeros((SIDE, SIDE), np.float32)
    left[:, : SIDE // 2] = 1
    canvas.paint(canvas.cover(square(48, 48, 20)), 1.0, clip=left)
    assert canvas.px[:, : SIDE // 2].any()
    assert not canvas.px[:, SIDE // 2 :].any()


def test_scale_darkens_only_what_is_covered(canvas):
    canvas.px[:] = 0.8
    canvas.scale(canvas.cover(square(48, 48, 10)), 0.5)
    image = shrink(canvas.px)
    assert image[48, 48] == pytest.approx(0.4, abs=1e-3)
    assert image[5, 5] == pytest.approx(0.8)


def test_comb_gives_each_line_its_value(canvas):
    lines = np.array([[[20.0, 30.0], [70.0, 30.0]], [[20.0, 60.0], [70.0, 60.0]]])
    canvas.comb([lines], [np.array([0, 1])], np.array([0.25, 0.75]), 3.0, 1.0)
    image = shrink(canvas.px)
    assert image[30, 45] == pytest.approx(0.25, abs=0.01)
    assert image[60, 45] == pytest.approx(0.75, abs=0.01)
    assert image[45, 45] == 0


def test_wrong_pictures_are_refused():
    with pytest.raises(ValueError, match="received float64"):
        Canvas(PLAIN, np.zeros((SIDE, SIDE)))
