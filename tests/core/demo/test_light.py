"""Light on the relief: sides, shadows, gloss."""

import attrs
import numpy as np
import pytest

from fkd_core.demo import relief
from fkd_core.demo.canvas import shrink
from fkd_core.demo.head import View
from fkd_core.demo.light import Light, shade
from fkd_core.demo.traits import Traits

FACE = Traits()
VIEW = View.of(FACE)


def at(field: np.ndarray, u: float, v: float) -> float:
    return float(field[np.abs(v - relief.V).argmin(), np.abs(u - relief.U).argmin()])


def inside(field: np.ndarray) -> np.ndarray:
    """The part of a field that the face covers."""
    return field[np.abs(relief.V - 5) < 38][:, np.abs(relief.U) < 27]


@pytest.fixture(scope="module")
def built() -> relief.Relief:
    return relief.build(FACE, VIEW)


def test_nose_and_brow_stand_out_and_sockets_lie_deep(built):
    tip = VIEW.flat([0, 20.6, 0])
    assert at(built.height, *tip) > at(built.height, 15, tip[1]) + 5
    assert at(built.height, 0, tip[1]) > at(built.height, 0, 0) + 3
    assert at(built.height, 14, -9) > at(built.height, 17, -2)


def test_front_view_has_a_symmetrical_relief(built):
    face = inside(built.height)
    assert face == pytest.approx(face[:, ::-1], abs=0.02)


def test_light_from_the_right_lights_the_right_cheek(built):
    lit, _ = shade(built, Light(azimuth=45.0, hardness=0.8))
    assert at(lit, 24, 15) > 1.25 * at(lit, -24, 15)
    other, _ = shade(built, Light(azimuth=-45.0, hardness=0.8))
    assert inside(lit) == pytest.approx(inside(other)[:, ::-1], abs=0.03)


def test_a_high_nose_throws_a_shadow_away_from_the_lamp():
    lamp = Light(azimuth=58.0, elevation=10.0, hardness=1.0)
    high, flat = (shade(relief.build(attrs.evolve(FACE, nose_height=h), VIEW), lamp)[0] for h in (1.2, 0.3))
    assert at(high, -9, 18) < 0.75 * at(flat, -9, 18)
    assert at(high, 22, 18) == pytest.approx(at(flat, 22, 18), abs=0.05)


def test_gloss_grows_with_the_skins_shine(built):
    _, dull = shade(built, Light(gloss=0.05))
    _, shiny = shade(built, Light(gloss=0.2))
    assert shiny == pytest.approx(4 * dull, rel=1e-4, abs=1e-6)
    assert shiny.max() > 0.05


def test_turned_head_moves_the_ridge_of_the_nose():
    turned = attrs.evolve(FACE, yaw=20.0)
    view = View.of(turned)
    built = relief.build(turned, view)
    row = built.height[np.abs(view.flat([0, 20.6, 18])[1] - relief.V).argmin()]
    assert relief.U[row.argmax()] == pytest.approx(view.flat([0, 20.6, 18.5])[0], abs=1.5)


def test_fields_land_in_the_frame_where_their_points_do():
    view = View.of(Traits(roll=8.0, yaw=10.0, scale=1.05, centre=(47.2, 38.4)))
    spot = np.array([9.0, 22.0])
    image = shrink(relief.to_canvas(relief.bump(spot, 4.0, 4.0), view))
    rows, columns = np.mgrid[:96, :96]
    found = (image * columns).sum() / image.sum(), (image * rows).sum() / image.sum()
    assert found == pytest.approx(view.place(spot), abs=0.05)
