"""The fast reader of grey levels against one that looks at each token."""

from __future__ import annotations

import random

import numpy as np
import pytest

from fkd_core.formats import pixels
from fkd_core.formats.pixels import PixelError, count_tokens, parse_pixels


def by_tokens(text: bytes, stand_in: int) -> list[int] | int:
    """Grey levels, or the position of the first token that is none."""
    values = []
    for position, token in enumerate(text.decode().split(" ")):
        if token == "":
            values.append(stand_in)
            continue
        try:
            value = float(token)
        except ValueError:
            return position
        if not (0 <= value <= 255 and value.is_integer()):
            return position
        values.append(int(value))
    return values


def fast(text: bytes, stand_in: int) -> list[int] | int:
    try:
        return parse_pixels(text, stand_in).values.tolist()
    except PixelError as error:
        return error.position


def test_every_number_of_three_digits_in_every_place() -> None:
    for word in map(str, range(1000)):
        for text in (word, f"{word} 7", f"7 {word}", f"255 {word} 199", f"9 {word}  {word}"):
            assert fast(text.encode(), 128) == by_tokens(text.encode(), 128), text


def test_plain_numbers_and_empty_tokens_need_no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking at tokens one by one takes a hundred times as long."""

    def refuse(text: bytes, stand_in: int) -> pixels.Pixels:
        raise AssertionError(f"{text!r} {stand_in}")

    monkeypatch.setattr(pixels, "_parse_slowly", refuse)
    for seed in range(20):
        values = np.random.default_rng(seed).integers(0, 256, 500).tolist()
        assert parse_pixels(" ".join(map(str, values)).encode()).values.tolist() == values
    assert parse_pixels(b" 255  98 007 ", 9).values.tolist() == [9, 255, 9, 98, 7, 9]


ODD = [
    "1234",
    "0255",
    "256",
    "300",
    "999",
    "2550",
    "-1",
    "-0",
    "007",
    "000",
    "0000",
    "12.0",
    "12.5",
    "word",
    "",
    "",
]


@pytest.mark.parametrize("seed", range(10))
def test_equals_token_by_token_on_random_strings(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(200):
        tokens = [str(draw.randrange(256)) for _ in range(draw.randrange(1, 60))]
        for _ in range(draw.randrange(4)):
            tokens[draw.randrange(len(tokens))] = draw.choice(ODD)
        text = " ".join(tokens).encode()
        assert fast(text, 77) == by_tokens(text, 77), text


@pytest.mark.parametrize(
    ("text", "values", "empty"),
    [
        (b" 1 2", [9, 1, 2], 1),
        (b"1  2", [1, 9, 2], 1),
        (b"1 2 ", [1, 2, 9], 1),
        (b"  1   2  ", [9, 9, 1, 9, 9, 2, 9, 9], 6),
        (b" ", [9, 9], 2),
        (b"", [9], 1),
        (b"5", [5], 0),
        (b"12.0 007", [12, 7], 0),
        (b" 12.0", [9, 12], 1),
    ],
)
def test_empty_tokens_get_the_stand_in_and_are_counted(text: bytes, values: list[int], empty: int) -> None:
    read = parse_pixels(text, 9)
    assert (read.values.tolist(), read.empty) == (values, empty)
    assert read.values.dtype == np.uint8


@pytest.mark.parametrize(
    "token", ["256", "1000", "-1", "1.5", "x", "1_0", "nan", "inf", "1e9", "0x1F", "1,5", "٣"]
)
@pytest.mark.parametrize("position", [0, 2, 4])
def test_an_error_names_position_and_token(token: str, position: int) -> None:
    tokens = ["10", "20", "30", "40", "50"]
    tokens[position] = token
    with pytest.raises(PixelError) as caught:
        parse_pixels(" ".join(tokens).encode())
    assert (caught.value.position, caught.value.token) == (position, token)


def test_bytes_that_are_no_text_are_an_error_with_a_token() -> None:
    with pytest.raises(PixelError) as caught:
        parse_pixels(b"1 \xff\xfe 3")
    assert caught.value.position == 1
    assert caught.value.token == "\ufffd\ufffd"


@pytest.mark.parametrize(
    ("text", "count"), [(b"", 0), (b"  ", 0), (b"1", 1), (b"1 2", 2), (b"1  2", 3), (b" 1", 2)]
)
def test_tokens_are_counted_with_the_empty_ones(text: bytes, count: int) -> None:
    assert count_tokens(text) == count
