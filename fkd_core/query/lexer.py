"""A text cut into words and signs, each with its place."""

from __future__ import annotations

import re

import attrs

from fkd_core.errors import FkdError

_TOKEN = re.compile(r'\s*(?:(?P<sign>[<>]=|[():<>=])|"(?P<quoted>[^"]*)"?|(?P<word>[^\s():<>="]+))')


class QueryError(FkdError):
    """A filter cannot be understood, or asks for what is not there.

    Attributes:
        start: where the wrong part begins, counted from 0.
        end: where it ends; equal to `start` where something is missing.
        at_end: whether the text is right as far as it goes.
    """

    def __init__(
        self, what: str, start: int, end: int, *, expected: object = None, at_end: bool = False
    ) -> None:
        self.start, self.end, self.at_end = start, end, at_end
        super().__init__(what, expected=expected)


@attrs.frozen
class Token:
    """One word or sign.

    Attributes:
        text: without quotes.
        start: where it begins.
        end: where it ends.
        kind: `sign`, `word`, `quoted`, or `end` for the end of the text.
    """

    text: str
    start: int
    end: int
    kind: str

    def is_(self, *texts: str) -> bool:
        """Whether this is one of some signs or words, in capitals or not."""
        return self.kind != "quoted" and self.text.casefold() in texts


def tokens(text: str) -> list[Token]:
    """Words and signs in their order, and the end behind them."""
    found, place = [], 0
    while match := _TOKEN.match(text, place):
        kind = str(match.lastgroup)
        end = match.end()
        start = match.start(kind) - (kind == "quoted")
        found.append(Token(match[kind], start, end, kind))
        place = end
    return [*found, Token("", len(text), len(text), "end")]
