"""What could be typed at a place of a filter."""

from __future__ import annotations

import re

import attrs

from fkd_core.query.fields import FIELDS, Vocabulary, quoted
from fkd_core.query.lexer import QueryError
from fkd_core.query.parser import Parser

_SIGNS = (":", ">", "<", ">=", "<=", "(", ")")
_BEGUN = re.compile(r'[^\s():<>="]*$')
_REST = re.compile(r'[^\s():<>="]*')
_QUOTED_REST = re.compile(r'[^"]*"?')


@attrs.frozen
class Candidate:
    """One way to go on.

    Attributes:
        word: for people.
        inserted: what takes the place of the word that is begun.
        about: what it means; empty where the word says it.
    """

    word: str
    inserted: str
    about: str = ""


@attrs.frozen
class Completion:
    """Ways to go on, and what they replace.

    Attributes:
        start: where the word begins that they replace.
        end: where it ends; equal to `start` where none is begun.
        candidates: best first.
    """

    start: int
    end: int
    candidates: tuple[Candidate, ...]

    def applied(self, text: str, candidate: Candidate) -> tuple[str, int]:
        """The text with a candidate in it, and where the cursor stands then."""
        rest = text[self.end :]
        inserted = candidate.inserted.rstrip() if rest.startswith((" ", ")")) else candidate.inserted
        return text[: self.start] + inserted + rest, self.start + len(inserted)


def complete(text: str, cursor: int, vocabulary: Vocabulary) -> Completion:
    """What could stand at the cursor, judged by what stands before it."""
    before = text[:cursor]
    begun = _BEGUN.search(before)
    in_quotes = before.count('"') % 2 == 1
    start = before.rindex('"') if in_quotes else begun.start() if begun is not None else cursor
    typed = before[start:].strip('"').casefold()
    rest = (_QUOTED_REST if in_quotes else _REST).match(text, cursor)
    end = rest.end() if rest is not None else cursor
    parser = Parser(text[:start], vocabulary)
    try:
        parser.whole()
    except QueryError as error:
        if not error.at_end:
            return Completion(start, end, ())
    words = [word for word in dict.fromkeys(parser.follows) if word not in _SIGNS]
    if not typed:
        fitting = words
    else:
        fitting = [word for word in words if typed in word.casefold()]
        fitting.sort(key=lambda word: not word.casefold().startswith(typed))
    opened = parser.field is None
    return Completion(start, end, tuple(_candidate(word, opened, text[:start]) for word in fitting))


def _candidate(word: str, opened: bool, before: str) -> Candidate:
    if before.endswith("(") and word not in FIELDS and word != "not":
        return Candidate(word, word + ")")
    if opened and word in FIELDS:
        return Candidate(word, word + FIELDS[word].opening, FIELDS[word].about)
    return Candidate(
        word, quoted(word) + " " if not (opened and word in ("and", "or", "not")) else word + " "
    )
