"""Light is a table of greys: it changes what is seen and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_gui.canvas.tone import LIMITS, Tone, clamped

RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)


def test_the_light_as_it_is_costs_nothing() -> None:
    assert Tone().shown(RAMP) is RAMP
    assert Tone().told() == ""


@pytest.mark.parametrize(
    ("tone", "at", "grey"),
    [
        (Tone(brightness=20), 100, 151),
        (Tone(brightness=-100), 200, 0),
        (Tone(contrast=-100), 13, 128),
        (Tone(contrast=100), 153, 255),
        (Tone(gamma=200), 64, 128),
        (Tone(gamma=50), 128, 64),
    ],
)
def test_greys_become_what_is_meant(tone: Tone, at: int, grey: int) -> None:
    before = RAMP.copy()
    assert tone.shown(RAMP)[at // 16, at % 16] == pytest.approx(grey, abs=1)
    np.testing.assert_array_equal(RAMP, before)


@pytest.mark.parametrize("tone", [Tone(brightness=30, contrast=40, gamma=180), Tone(equalise=True)])
def test_what_is_lighter_stays_lighter(tone: Tone) -> None:
    assert (np.diff(tone.shown(RAMP).ravel().astype(int)) >= 0).all()


def test_an_equalised_face_uses_the_whole_range_evenly() -> None:
    dark = np.random.default_rng(0).integers(20, 60, (96, 96), dtype=np.uint8)
    shown = Tone(equalise=True).shown(dark)
    assert (shown.min(), shown.max()) == (0, 255)
    quarters = np.histogram(shown, bins=4, range=(0, 256))[0] / shown.size
    assert quarters == pytest.approx([0.25] * 4, abs=0.05)


def test_a_face_of_one_grey_stays_that_grey() -> None:
    flat = np.full((8, 8), 77, np.uint8)
    np.testing.assert_array_equal(Tone(equalise=True).shown(flat), flat)


@pytest.mark.parametrize("part", LIMITS)
def test_the_ends_of_every_range_can_be_shown(part: str) -> None:
    for end, beyond in zip(LIMITS[part], (-10_000, 10_000), strict=True):
        assert clamped(part, beyond) == end
        assert Tone(**{part: end}).shown(RAMP).dtype == np.uint8


def test_what_was_changed_is_told() -> None:
    told = Tone(brightness=20, contrast=-10, gamma=140, equalise=True).told()
    assert told == "equalised, brightness +20 %, contrast -10 %, gamma 1.4"
