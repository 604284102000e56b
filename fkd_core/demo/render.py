"""One face: sampled, drawn and developed, with keypoints from the geometry that drew it."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from fkd_core.demo import eyes, features, glasses, hair, relief, scene, skin
from fkd_core.demo.camera import develop
from fkd_core.demo.canvas import FRAME, Canvas, Image, shrink
from fkd_core.demo.head import Floats, View, keypoints, outline
from fkd_core.demo.light import Light, sample_light, shade
from fkd_core.demo.traits import COVERS_EARS, Traits, sample_traits
from fkd_core.schema import FKD_15, KeypointSchema

MARGIN = 4.0
"""No keypoint comes nearer to the frame's edge than this, in pixels."""

_ATTEMPTS = 100


@attrs.frozen(eq=False)
class Drawing:
    """A drawn face and what it was drawn from.

    Args:
        image: uint8 `(96, 96)`.
        points: float32 `(K, 2)`, x then y; the centre of the top-left pixel is (0, 0).
        parts: how much of each pixel belongs to a part of the face, float32 `(96, 96)`: `mouth`,
            `left_pupil`, `right_pupil`.
    """

    image: npt.NDArray[np.uint8]
    points: npt.NDArray[np.float32]
    parts: dict[str, Image]


def draw_face(
    rng: np.random.Generator, schema: KeypointSchema = FKD_15
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """A face drawn at random, and exactly where its keypoints are.

    Returns:
        image uint8 `(96, 96)` and points float32 `(K, 2)`, x then y in pixels, the centre of the top-left
        pixel at (0, 0); every point at least `MARGIN` pixels inside the frame.

    Raises:
        ValueError: if the schema asks for a keypoint that a drawn face does not have.
    """
    traits = _fitting(rng, schema)
    drawing = render(traits, sample_light(rng), rng, schema)
    return drawing.image, drawing.points


def locate(traits: Traits, schema: KeypointSchema = FKD_15) -> Floats:
    """Where the keypoints of a face fall in the frame, `(K, 2)` pixels.

    Raises:
        ValueError: if the schema asks for a keypoint that a drawn face does not have.
    """
    found = keypoints(traits)
    unknown = [name for name in schema.keypoints if name not in found]
    if unknown:
        raise ValueError(f"a drawn face has the keypoints {sorted(found)}, received also {unknown}")
    return View.of(traits).project([found[name] for name in schema.keypoints])


def render(
    traits: Traits, light: Light, rng: np.random.Generator, schema: KeypointSchema = FKD_15
) -> Drawing:
    """Draw a given face in a given light; `rng` decides background, strands and grain only."""
    # A stream for each, so that one thing more or less in the picture leaves the others as they are.
    room, strands, body, texture, lens = (np.random.default_rng(n) for n in rng.integers(1 << 62, size=5))
    points = locate(traits, schema)
    view = View.of(traits)
    picture = Canvas(view, scene.background(room))
    hair.behind(traits, picture, light, strands)
    scene.shoulders(traits, picture, light, body)
    if traits.hair_style not in COVERS_EARS:
        scene.ears(traits, picture, light)
    surface = Canvas(view, np.zeros_like(picture.px))
    surface.px[:] = skin.tone(traits, surface, texture)
    parts = _paint(traits, surface, light, texture)
    reached, gloss = shade(relief.build(traits, view), light)
    face = surface.px * relief.to_canvas(reached, view)
    face += relief.to_canvas(gloss, view) * (0.4 + 0.6 * surface.px)
    picture.paint(picture.cover(view.flat(outline(traits))), face)
    hair.front(traits, picture, light, strands)
    glasses.wear(traits, picture, body, light)
    image = develop(picture.px, traits.skin, lens)
    return Drawing(image, points.astype(np.float32), {name: shrink(mask) for name, mask in parts.items()})


def _paint(traits: Traits, surface: Canvas, light: Light, rng: np.random.Generator) -> dict[str, Image]:
    """Everything that has a colour of its own, in the order in which it lies upon the skin."""
    skin.freckles(traits, surface, rng)
    skin.lines(traits, surface)
    skin.beard(traits, surface, rng)
    features.nostrils(traits, surface)
    mouth = features.mouth(traits, surface, rng)
    iris = float(rng.choice([rng.uniform(0.05, 0.12), rng.uniform(0.14, 0.4)], p=[0.65, 0.35]))
    lx, ly, _ = light.direction()
    pupils = eyes.eyes(traits, surface, iris, (lx, ly))
    features.brows(traits, surface, rng)
    return {"mouth": mouth, **pupils}


def _fitting(rng: np.random.Generator, schema: KeypointSchema) -> Traits:
    """Traits whose keypoints all lie inside the frame."""
    for _ in range(_ATTEMPTS):
        traits = sample_traits(rng)
        points = locate(traits, schema)
        if points.min() >= MARGIN and points.max() <= FRAME - 1 - MARGIN:
            return traits
    raise AssertionError("the ranges of the traits leave no face inside the frame")
