"""Reads a filter by recursive descent.

    filter = [any]                     any  = all {"or" all}
    all    = one {["and"] one}         one  = "not" one | "(" any ")" | term
    term   = name ["(" keypoint ")"] sign value

Wherever the text may go on, the parser notes what could follow at its end: completion is read from that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from difflib import get_close_matches

from fkd_core.query.fields import FIELDS, Field, Kind, Vocabulary
from fkd_core.query.lexer import QueryError, Token, tokens
from fkd_core.query.tree import And, Node, Not, Or, Term, Value

_NUMBER = r"\d+(?:\.\d*)?|\.\d+"
_RANGE = re.compile(rf"({_NUMBER})(?:-({_NUMBER}))?")
_DEEPEST = 50
_TOLD = 6


def parse(text: str, vocabulary: Vocabulary) -> Node:
    """Read a filter; an empty one wants all faces.

    Raises:
        QueryError: if it has a mistake; says where, and what was expected there.
    """
    return Parser(text, vocabulary).whole()


class Parser:
    """Reads one text.

    Attributes:
        follows: what could come at the end of the text: names, words and signs.
        field: the field whose value could come there; None elsewhere.
    """

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._tokens = tokens(text)
        self._place = 0
        self._depth = 0
        self._vocabulary = vocabulary
        self.follows: list[str] = []
        self.field: Field | None = None

    def whole(self) -> Node:
        """The tree of the whole text."""
        if self._now.kind == "end":
            self._note("not", "(", *FIELDS)
            return And(())
        node = self._any()
        if self._now.kind != "end":
            raise self._wrong("there is no bracket to close", "a term, and, or")
        return node

    @property
    def _now(self) -> Token:
        return self._tokens[self._place]

    def _next(self) -> Token:
        token = self._now
        self._place += 1
        return token

    def _note(self, *words: str) -> None:
        if self._now.kind == "end":
            self.follows.extend(words)

    def _wrong(self, what: str, expected: str) -> QueryError:
        token = self._now
        at_end = token.kind == "end"
        what = "something is missing" if at_end else what
        return QueryError(what, token.start, token.end, expected=expected, at_end=at_end)

    def _any(self) -> Node:
        return self._joined(self._all, lambda: self._now.is_("or"), Or)

    def _all(self) -> Node:
        return self._joined(self._one, lambda: not self._now.is_("or", ")", ""), And)

    def _joined(self, part: Callable[[], Node], more: Callable[[], bool], node: type[And] | type[Or]) -> Node:
        parts = [part()]
        while more():
            if self._now.is_("and", "or"):
                self._next()
            parts.append(part())
        return parts[0] if len(parts) == 1 else node(tuple(parts))

    def _one(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise QueryError("too many brackets", self._now.start, self._now.end, expected="a simpler filter")
        self._note("not", "(", *FIELDS)
        if self._now.is_("not"):
            self._next()
            node: Node = Not(self._one())
        elif self._now.is_("("):
            self._next()
            node = self._any()
            self._note(")")
            if not self._now.is_(")"):
                raise self._wrong("the bracket stays open", ")")
            self._next()
        else:
            node = self._term()
        self._depth -= 1
        self._note("and", "or", *FIELDS)
        return node

    def _term(self) -> Term:
        field = self._field()
        first = self._tokens[self._place - 1]
        keypoint = self._keypoint(field) if self._now.is_("(") else None
        signs = (":",) if field.kind in (Kind.CHOICE, Kind.FLAG, Kind.TEXT) else (":", ">", "<", ">=", "<=")
        self._note(*signs, *("(" for _ in "1" if field.by_keypoint and keypoint is None))
        if not self._now.is_("=", *signs):
            raise self._wrong(f"nothing is asked of {field.name}", " ".join(signs))
        sign = self._next().text.replace("=", ":") if self._now.is_("=") else self._next().text
        value = self._value(field, sign)
        if field.kind is Kind.GAPS and value in self._vocabulary.keypoints:
            # `missing:nose_tip` is short for `missing(nose_tip):yes`.
            keypoint, value = self._vocabulary.keypoints.index(str(value)), "yes"
        return Term(field, sign, value, keypoint, first.start, self._tokens[self._place - 1].end)

    def _field(self) -> Field:
        token = self._now
        found = FIELDS.get(token.text.casefold()) if token.kind == "word" else None
        if found is None:
            what = f"‘{token.text}’ stands where a name should"
            if token.kind in ("word", "quoted"):
                what = f"nothing is called ‘{token.text}’"
            raise self._wrong(what, _some(token.text, tuple(FIELDS)))
        self._next()
        return found

    def _keypoint(self, field: Field) -> int:
        if not field.by_keypoint:
            raise self._wrong(f"{field.name} is of the whole face", ":")
        self._next()
        names = self._vocabulary.keypoints
        self._note(*names)
        if self._now.text not in names or self._now.kind == "end":
            raise self._wrong(f"no keypoint is called ‘{self._now.text}’", _some(self._now.text, names))
        found = names.index(self._next().text)
        self._note(")")
        if not self._now.is_(")"):
            raise self._wrong("the bracket stays open", ")")
        self._next()
        return found

    def _value(self, field: Field, sign: str) -> Value:
        words = self._vocabulary.words(field)
        if sign != ":":
            words = tuple(word for word in words or () if field.kind is Kind.DAY and word != "never")
        if self._now.kind == "end":
            self.field = field
            self._note(*(self._vocabulary.offered(field) if words is None else words))
        token = self._now
        expected = _expected(field, words, token.text, sign)
        if token.kind not in ("word", "quoted"):
            raise self._wrong(f"{field.name} has no value", expected)
        value: Value | None = _word(token.text, words)
        if value is None and field.kind in (Kind.NUMBER, Kind.GAPS):
            value = _numbers(token.text, ranges=sign == ":")
        elif value is None and field.kind is Kind.DAY:
            value = _day(token.text)
        if value is None:
            raise self._wrong(f"{field.name} cannot be ‘{token.text}’", expected)
        self._next()
        return value


def _word(text: str, words: Sequence[str] | None) -> str | None:
    """The word that was typed, in the capitals in which it is known."""
    if words is None or text in words:
        return text
    return next((word for word in words if word.casefold() == text.casefold()), None)


def _numbers(text: str, *, ranges: bool) -> tuple[float, ...] | None:
    """The lowest and highest number of each range, parted by commas, one behind the other."""
    found: list[float] = []
    for part in text.split(",") if ranges else (text,):
        match = _RANGE.fullmatch(part)
        if match is None or (match[2] and not ranges):
            return None
        low = float(match[1])
        high = float(match[2]) if match[2] else low
        if low > high:
            return None
        found += (low, high)
    return tuple(found)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _some(text: str, words: Sequence[str]) -> str:
    """The words that are like a text, or else the first ones."""
    like = get_close_matches(text.casefold(), words, n=3, cutoff=0.6)
    if like:
        return " or ".join(like)
    return ", ".join(words[:_TOLD]) + (", …" if len(words) > _TOLD else "")


def _expected(field: Field, words: Sequence[str] | None, text: str, sign: str) -> str:
    if field.kind is Kind.NUMBER or (field.kind is Kind.GAPS and sign != ":"):
        return "a number such as 3" + (", 100-200 or 3,7,100-200" if sign == ":" else "")
    told = _some(text, words or ())
    if field.kind is Kind.DAY:
        return f"{', '.join(words or ())} or a day such as 2026-11-25"
    return f"{told}, or how many" if field.kind is Kind.GAPS else told or "a word"
