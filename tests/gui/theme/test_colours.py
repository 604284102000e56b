"""The colours can be read, and told apart."""

from __future__ import annotations

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
