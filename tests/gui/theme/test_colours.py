"""The colours can be read, and told apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from fkd_gui.theme import DARK, LIGHT, Theme, contrast

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


def test_contrast_of_black_and_white_is_the_largest_there_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


@BOTH
@pytest.mark.parametrize("ink", ["text", "muted", "danger", "warning", "success"])
@pytest.mark.parametrize("ground", ["window", "surface", "raised"])
def test_text_can_be_read(theme: Theme, ink: str, ground: str) -> None:
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 4.5


@BOTH
def test_text_on_colours_can_be_read(theme: Theme) -> None:
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.on_selection, theme.selection) >= 4.5
    assert contrast(theme.text, theme.pressed) >= 4.5
    assert contrast(theme.window, theme.text) >= 4.5


@BOTH
@pytest.mark.parametrize("line", ["outline", "focus", "accent"])
@pytest.mark.parametrize("ground", ["window", "surface"])
def test_lines_around_controls_can_be_seen(theme: Theme, line: str, ground: str) -> None:
    assert contrast(getattr(theme, line), getattr(theme, ground)) >= 3


@BOTH
def test_chart_lines_can_be_seen(theme: Theme) -> None:
    assert len(set(theme.series)) == len(theme.series)
    assert min(contrast(line, theme.surface) for line in theme.series) >= 3


@BOTH
@pytest.mark.parametrize("grey", ["window", "surface", "raised", "image_surround"])
def test_nothing_beside_an_image_is_tinted(theme: Theme, grey: str) -> None:
    colour = getattr(theme, grey)
    assert colour[1:3] == colour[3:5] == colour[5:7]


@BOTH
def test_each_origin_has_a_colour_of_its_own(theme: Theme) -> None:
    kinds = ["human", "imputed", "predicted", "corrected", ""]
    assert len({theme.origin(kind) for kind in kinds}) == len(kinds)


# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency",
# IEEE TVCG 15, 2009: what an eye without one kind of cone sees, in linear RGB.
EYES = {
    "all cones": np.eye(3),
    "no red cones": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green cones": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no blue cones": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def lab(colour: str, eye: str) -> np.ndarray:
    """CIELAB of a colour as an eye sees it."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    seen = np.clip(EYES[eye] @ linear, 0, 1)
    to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.072175],
        [0.0193339, 0.119192, 0.9503041],
    ]
    xyz = np.array(to_xyz) @ seen / [0.95047, 1, 1.08883]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@BOTH
@pytest.mark.parametrize("eye", EYES)
def test_no_eye_takes_one_origin_for_another(theme: Theme, eye: str) -> None:
    """A difference of 2.3 is just noticeable; markers are small, so it must be several times that."""
    names = ["human", "imputed", "predicted", "corrected", "reviewed", "suspicious"]
    seen = {name: lab(getattr(theme, name), eye) for name in names}
    apart = {pair: float(np.linalg.norm(seen[pair[0]] - seen[pair[1]])) for pair in combinations(names, 2)}
    assert min(apart.values()) > 15, min(apart, key=lambda pair: apart[pair])
