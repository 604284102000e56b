"""Who is drawn and what the face does: all that a drawing depends on, apart from light and camera."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

HAIR_STYLES = ("bald", "receding", "crop", "fringe", "swept", "curly", "tied", "long", "bob")
COVERS_EARS = ("curly", "long", "bob")
GLASSES = ("none", "round", "square", "aviator", "half")

_MALE_HAIR = (0.10, 0.14, 0.26, 0.14, 0.17, 0.08, 0.02, 0.07, 0.02)
_FEMALE_HAIR = (0.01, 0.0, 0.05, 0.09, 0.06, 0.13, 0.20, 0.27, 0.19)


@attrs.frozen
class Traits:
    """One face. Factors are 1 for the average face; lengths are in model units (see `head`).

    Args:
        yaw: turn to the right of the picture, degrees.
        pitch: nod downwards, degrees.
        roll: tilt clockwise, degrees.
        centre: where the middle between the eyes falls, pixels.
        gaze: how far the irises look right and down, model units.
        skin, hair: reflectance, 0 to 1.
        age: 0 young to 1 old.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    scale: float = 1.0
    centre: tuple[float, float] = (48.0, 37.0)
    face_width: float = 1.0
    jaw: float = 1.0
    chin: float = 1.0
    eye_gap: float = 1.0
    eye_size: float = 1.0
    eye_tilt: float = 0.0
    brow_height: float = 0.0
    brow_arch: float = 1.0
    brow_weight: float = 1.0
    nose_length: float = 1.0
    nose_width: float = 1.0
    nose_height: float = 1.0
    mouth_width: float = 1.0
    mouth_height: float = 0.0
    lips: float = 1.0
    cheeks: float = 1.0
    masculine: bool = False
    age: float = 0.3
    skin: float = 0.6
    hair: float = 0.2
    lip_tone: float = 0.75
    makeup: float = 0.0
    hair_style: str = "crop"
    hair_volume: float = 1.0
    parting: float = 0.0
    beard: float = 0.0
    moustache: float = 0.0
    stubble: float = 0.0
    freckles: float = 0.0
    glasses: str = "none"
    smile: float = 0.0
    opening: float = 0.0
    pucker: float = 0.0
    eye_opening: float = 1.0
    brow_raise: float = 0.0
    frown: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)


def sample_traits(rng: np.random.Generator) -> Traits:
    """A person, an expression and a pose drawn at random."""
    return Traits(**_person(rng), **_expression(rng), **_pose(rng))


def _around(rng: np.random.Generator, mean: float, sd: float, reach: float = 2.0) -> float:
    return float(mean + sd * np.clip(rng.standard_normal(), -reach, reach))


def _person(rng: np.random.Generator) -> dict[str, Any]:
    male = bool(rng.random() < 0.55)
    age = float(rng.beta(1.6, 2.4))
    skin = float(
        rng.choice([0.80, 0.70, 0.60, 0.46, 0.33], p=[0.27, 0.27, 0.2, 0.15, 0.11]) + rng.uniform(-0.05, 0.05)
    )
    dark_hair = rng.random() < (0.95 if skin < 0.52 else 0.6)
    hair = float(rng.uniform(0.04, 0.14) if dark_hair else rng.uniform(0.18, 0.55))
    if age > 0.55 and rng.random() < 0.6:
        hair = float(rng.uniform(0.45, 0.8))
    style = str(rng.choice(HAIR_STYLES, p=_MALE_HAIR if male else _FEMALE_HAIR))
    hairy = male and rng.random() < 0.45
    kind = rng.random()
    return {
        "face_width": _around(rng, 1.0 if male else 0.965, 0.035),
        "jaw": _around(rng, 1.0 if male else 0.945, 0.045),
        "chin": _around(rng, 1.02 if male else 0.96, 0.04),
        "eye_gap": _around(rng, 1.0, 0.025),
        "eye_size": _around(rng, 1.0 if male else 1.08, 0.06),
        "eye_tilt": _around(rng, 0.25, 0.5),
        "brow_height": _around(rng, 0.4 if male else -0.2, 0.7),
        "brow_arch": _around(rng, 0.75 if male else 1.05, 0.3),
        "brow_weight": _around(rng, 1.15 if male else 0.85, 0.18),
        "nose_length": _around(rng, 1.0, 0.07),
        "nose_width": _around(rng, (1.06 if male else 0.93) + 0.25 * max(0.0, 0.5 - skin), 0.09),
        "nose_height": _around(rng, 1.05 if male else 0.92, 0.12),
        "mouth_width": _around(rng, 1.0, 0.07),
        "mouth_height": _around(rng, 0.0, 1.0),
        "lips": _around(rng, (0.88 if male else 1.12) + 0.5 * max(0.0, 0.5 - skin), 0.15),
        "cheeks": _around(rng, 1.0, 0.35),
        "masculine": male,
        "age": age,
        "skin": skin,
        "hair": hair,
        "lip_tone": _around(rng, 0.75 if male else 0.62, 0.06),
        "makeup": 0.0 if male or rng.random() < 0.45 else float(rng.uniform(0.3, 1.0)),
        "hair_style": style,
        "hair_volume": _around(rng, 1.0, 0.2),
        "parting": float(rng.choice([-1.0, 1.0]) * rng.uniform(0.0, 1.0)),
        "beard": float(rng.uniform(0.5, 1.0)) if hairy and kind < 0.5 else 0.0,
        "moustache": float(rng.uniform(0.6, 1.0)) if hairy and (kind < 0.45 or kind > 0.72) else 0.0,
        "stubble": float(rng.uniform(0.15, 1.0)) if male and rng.random() < 0.6 else 0.0,
        "freckles": float(rng.uniform(0.3, 1.0)) if rng.random() < 0.18 else 0.0,
        "glasses": str(rng.choice(GLASSES, p=[0.76, 0.07, 0.08, 0.04, 0.05])),
    }


def _expression(rng: np.random.Generator) -> dict[str, Any]:
    kind = rng.choice(
        ["calm", "smile", "grin", "talk", "wide", "sad", "pucker"], p=[0.2, 0.16, 0.2, 0.17, 0.14, 0.07, 0.06]
    )
    smile, opening, pucker, raised, frown, eyes = 0.0, 0.0, 0.0, 0.0, 0.0, float(rng.uniform(0.8, 1.12))
    if kind == "calm":
        smile, opening = rng.uniform(-0.1, 0.25), rng.choice([0.0, rng.uniform(0.0, 0.15)])
    elif kind == "smile":
        smile, eyes = rng.uniform(0.35, 0.85), rng.uniform(0.75, 1.0)
    elif kind == "grin":
        smile, opening, eyes = rng.uniform(0.6, 1.0), rng.uniform(0.3, 0.6), rng.uniform(0.6, 0.95)
    elif kind == "talk":
        smile, opening = rng.uniform(-0.2, 0.35), rng.uniform(0.15, 0.55)
    elif kind == "wide":
        smile, opening = rng.uniform(-0.1, 0.45), rng.uniform(0.65, 1.0)
        raised, eyes = rng.uniform(0.2, 1.0), rng.uniform(0.95, 1.3)
    elif kind == "sad":
        smile, frown = rng.uniform(-0.6, -0.25), rng.uniform(0.3, 1.0)
    else:
        pucker, opening = rng.uniform(0.5, 1.0), rng.choice([0.0, rng.uniform(0.1, 0.4)])
    if rng.random() < 0.05:
        eyes = rng.uniform(0.0, 0.3)
    gaze = rng.uniform(-1.0, 1.0, 2) * (1.5, 0.5) * (rng.random() < 0.45)
    return {
        "smile": float(smile),
        "opening": float(opening),
        "pucker": float(pucker),
        "eye_opening": float(eyes),
        "brow_raise": float(raised + rng.uniform(-0.2, 0.3)),
        "frown": float(frown + (rng.uniform(0.2, 0.8) if rng.random() < 0.1 else 0.0)),
        "gaze": (float(gaze[0]), float(gaze[1])),
    }


def _pose(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "yaw": _around(rng, 0.0, 10.0, 2.3),
        "pitch": _around(rng, 0.0, 7.0, 1.8),
        "roll": _around(rng, 0.0, 4.0, 2.3),
        "scale": _around(rng, 1.015, 0.037),
        "centre": (_around(rng, 48.0, 1.8), _around(rng, 37.2, 2.1)),
    }
