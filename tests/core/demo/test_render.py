"""Drawn faces: the picture shows what the keypoints say."""

import attrs
import numpy as np
import pytest

from fkd_core.demo import draw_face
from fkd_core.demo.light import Light, sample_light
from fkd_core.demo.render import MARGIN, Drawing, render
from fkd_core.demo.traits import GLASSES, HAIR_STYLES, Traits, sample_traits
from fkd_core.schema import FKD_15, KeypointSchema

ROWS, COLUMNS = np.mgrid[:96, :96]


def draw(**changes: object) -> Drawing:
    return render(attrs.evolve(Traits(hair_style="tied"), **changes), Light(), np.random.default_rng(3))


def point(drawing: Drawing, name: str) -> np.ndarray:
    return drawing.points[FKD_15.index(name)]


def centroid(weight: np.ndarray) -> tuple[float, float]:
    return float((weight * COLUMNS).sum() / weight.sum()), float((weight * ROWS).sum() / weight.sum())


@pytest.fixture(scope="module")
def faces() -> tuple[np.ndarray, np.ndarray]:
    drawn = [draw_face(np.random.default_rng([5, index])) for index in range(40)]
    return np.stack([image for image, _ in drawn]), np.stack([points for _, points in drawn])


def test_shapes_and_types(faces):
    images, points = faces
    assert (images.shape, images.dtype) == ((40, 96, 96), np.uint8)
    assert (points.shape, points.dtype) == ((40, 15, 2), np.float32)


def test_same_seed_same_face_and_another_seed_another():
    image, points = draw_face(np.random.default_rng(8))
    again, same = draw_face(np.random.default_rng(8))
    other, _ = draw_face(np.random.default_rng(9))
    assert np.array_equal(image, again)
    assert np.array_equal(points, same)
    assert np.abs(image.astype(int) - other).mean() > 5


def test_points_lie_well_inside_the_frame(faces):
    _, points = faces
    assert points.min() >= MARGIN
    assert points.max() <= 95 - MARGIN


def test_left_is_the_persons_left(faces):
    _, points = faces
    for left, right in FKD_15.pairs:
        assert (points[:, FKD_15.index(left), 0] > points[:, FKD_15.index(right), 0]).all(), left


def test_features_stand_in_order_from_brow_to_chin(faces):
    _, points = faces
    names = ("left_eye_center", "nose_tip", "mouth_center_top_lip", "mouth_center_bottom_lip")
    heights = points[:, [FKD_15.index(name) for name in names], 1]
    assert (np.diff(heights, axis=1) > 0).all()


def test_neither_side_is_preferred(faces):
    _, points = faces
    mirrored = (points[:, list(FKD_15.mirror)] * (-1, 1) + (96, 0)).mean(0)
    assert mirrored == pytest.approx(points.mean(0), abs=2.0)


def test_faces_differ(faces):
    images, points = faces
    flat = images.reshape(40, -1).astype(float)
    apart = np.abs(flat[:, None, ::7] - flat[None, :, ::7]).mean(2)
    assert apart[np.triu_indices(40, 1)].min() > 8
    lip = FKD_15.index("mouth_center_bottom_lip")
    eye = points[:, FKD_15.index("left_eye_center")]
    assert (points[:, lip, 1] - eye[:, 1]).std() > 2


def test_grey_levels_resemble_the_competitions(faces):
    images, _ = faces
    means = images.mean((1, 2))
    assert 95 < means.mean() < 140
    assert means.std() > 12
    assert 33 < images.std((1, 2)).mean() < 58


@pytest.mark.parametrize(
    "pose", [{}, {"yaw": 18.0}, {"yaw": -12.0, "roll": 8.0}, {"pitch": -10.0, "centre": (49.3, 38.6)}]
)
def test_pupils_are_dark_where_the_eye_centres_are(pose):
    drawing = draw(**pose)
    for side in ("left", "right"):
        mask = drawing.parts[f"{side}_pupil"]
        centre = point(drawing, f"{side}_eye_center")
        assert np.hypot(*(centroid(mask) - centre)) < 0.4
        near = np.hypot(COLUMNS - centre[0], ROWS - centre[1])
        dark = np.where(
            near < 4, np.maximum(0, np.percentile(drawing.image[near < 4], 30) - drawing.image), 0
        )
        assert np.hypot(*(centroid(dark) - centre)) < 1.3


@pytest.mark.parametrize(
    "face", [{}, {"smile": 1.0, "opening": 0.5}, {"opening": 1.0, "roll": -6.0}, {"yaw": 15.0}]
)
def test_mouth_is_drawn_between_its_keypoints(face):
    drawing = draw(**face)
    shown = drawing.parts["mouth"] > 0.25
    names = ("mouth_right_corner", "mouth_left_corner", "mouth_center_top_lip", "mouth_center_bottom_lip")
    right, left, top, bottom = (point(drawing, name) for name in names)
    assert COLUMNS[shown].min() == pytest.approx(right[0], abs=1.1)
    assert COLUMNS[shown].max() == pytest.approx(left[0], abs=1.1)
    column = drawing.parts["mouth"][:, round(float(bottom[0]))]
    assert np.flatnonzero(column > 0.5).max() == pytest.approx(bottom[1], abs=1.0)
    column = drawing.parts["mouth"][:, round(float(top[0]))]
    assert np.flatnonzero(column > 0.5).min() == pytest.approx(top[1], abs=1.0)


def test_open_mouth_is_darker_than_a_shut_one():
    wide, shut = draw(opening=0.9), draw()
    dark = [(d.image[d.parts["mouth"] > 0.9] < 0.45 * np.median(d.image)).sum() for d in (wide, shut)]
    assert dark[0] > dark[1] + 25


def test_grin_shows_teeth():
    grin, gape = draw(smile=1.0, opening=0.5), draw(smile=-0.3, opening=0.5)
    brightest = [np.percentile(d.image[d.parts["mouth"] > 0.9], 90) for d in (grin, gape)]
    assert brightest[0] > brightest[1] + 10


def test_brows_are_dark_between_their_ends():
    drawing = draw(hair=0.05, brow_weight=1.3)
    for side in ("left", "right"):
        ends = [point(drawing, f"{side}_eyebrow_{end}_end") for end in ("inner", "outer")]
        x, y = (0.65 * ends[0] + 0.35 * ends[1] - (0, 0.8)).round().astype(int)
        assert drawing.image[y - 1 : y + 2, x].min() < drawing.image[y - 7 : y - 4, x].min() - 15


@pytest.mark.parametrize("style", HAIR_STYLES)
@pytest.mark.parametrize("parting", [-0.8, 0.1])
def test_every_hair_style_leaves_the_mouth_free(style, parting):
    bare, styled = draw(hair_style="bald"), draw(hair_style=style, hair=0.05, parting=parting)
    assert np.array_equal(bare.points, styled.points)
    if style != "bald":
        assert np.abs(bare.image[:14].astype(int) - styled.image[:14]).mean() > 3
    eye = point(styled, "left_eye_center").round().astype(int)
    assert styled.image[eye[1] + 6, eye[0] - 2] > 40


@pytest.mark.parametrize("glasses", [kind for kind in GLASSES if kind != "none"])
def test_glasses_are_seen_round_the_eyes(glasses):
    plain, worn = draw(), draw(glasses=glasses)
    changed = np.abs(plain.image.astype(int) - worn.image)
    assert changed[28:48].mean() > changed[70:90].mean() + 1


@pytest.mark.parametrize("change", [{"beard": 0.9}, {"moustache": 0.9}, {"stubble": 1.0}])
def test_beards_darken_the_lower_face(change):
    plain, bearded = draw(hair=0.05), draw(hair=0.05, **change)
    lower = np.s_[62:92, 25:72]
    upper = np.s_[20:50, 25:72]
    darker = [bearded.image[part].astype(float).mean() - plain.image[part].mean() for part in (lower, upper)]
    assert darker[0] < darker[1] - 3


def test_a_schema_with_fewer_keypoints_gets_them_in_its_own_order():
    schema = KeypointSchema(name="two", keypoints=("nose_tip", "left_eye_center"))
    _, few = draw_face(np.random.default_rng(4), schema)
    _, all_of_them = draw_face(np.random.default_rng(4))
    assert few == pytest.approx(all_of_them[[FKD_15.index(name) for name in schema.keypoints]])


def test_unknown_keypoints_are_refused():
    with pytest.raises(ValueError, match="left_ear"):
        draw_face(np.random.default_rng(0), KeypointSchema(name="ears", keypoints=("left_ear",)))


def test_traits_and_light_cover_their_ranges():
    rng = np.random.default_rng(1)
    people = [sample_traits(rng) for _ in range(400)]
    assert {p.hair_style for p in people} == set(HAIR_STYLES)
    assert {p.glasses for p in people} == set(GLASSES)
    assert 0.1 < np.mean([p.opening > 0.6 for p in people]) < 0.3
    assert 0.15 < np.mean([p.smile > 0.6 for p in people]) < 0.45
    assert not any(p.beard or p.moustache or p.stubble for p in people if not p.masculine)
    assert max(sample_light(rng).azimuth for _ in range(200)) > 40
