"""HTML from plain values: every text is escaped unless it says that it is markup."""

from __future__ import annotations

import html
import math
from collections.abc import Collection, Iterable, Sequence

from fkd_core.evaluation.intervals import Interval

_SHORT = 20


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: object) -> Markup:
    """A value as HTML text; markup stays as it is."""
    return value if isinstance(value, Markup) else Markup(html.escape(str(value)))


def joined(parts: Iterable[object], between: str = "") -> Markup:
    """Values one after the other; `between` is markup."""
    return Markup(between.join(text(part) for part in parts))


def element(tag: str, *content: object, **attributes: object) -> Markup:
    """An element; an attribute `class_` is `class`, and `_` in names is `-`."""
    named = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{named}>{joined(content)}</{tag}>")


def paragraph(*content: object, muted: bool = False) -> Markup:
    """A paragraph."""
    return element("p", *content, class_="muted" if muted else None)


def table(
    caption: str, header: Sequence[str], rows: Sequence[Sequence[object]], *, right: Collection[str] = ()
) -> Markup:
    """A table that scrolls sideways where there is no room; columns named in `right` stand right."""
    sides = ["num" if name in right else None for name in header]
    head = joined(
        element("th", name, scope="col", class_=side) for name, side in zip(header, sides, strict=True)
    )
    body = joined(
        element(
            "tr",
            *(
                element("th", cell, scope="row") if at == 0 else element("td", cell, class_=side)
                for at, (cell, side) in enumerate(zip(row, sides, strict=True))
            ),
        )
        for row in rows
    )
    made = element(
        "table", element("caption", caption), element("thead", element("tr", head)), element("tbody", body)
    )
    # On paper a short one is kept together; a long one goes on over the page, below its header again.
    kind = "wide short" if len(rows) <= _SHORT else "wide"
    return element("div", made, class_=kind, tabindex="0", role="region", aria_label=caption)


def figure(content: Markup, caption: object, *, wide: bool = False) -> Markup:
    """A picture with what it shows below it."""
    return element("figure", content, element("figcaption", caption), class_="whole" if wide else None)


def facts(pairs: Iterable[tuple[str, object]]) -> Markup:
    """Names and values."""
    return element("dl", *(joined([element("dt", name), element("dd", value)]) for name, value in pairs))


def number(value: float | None, form: str = ".3f") -> str:
    """A figure; `unknown` for NaN and None."""
    return "unknown" if value is None or math.isnan(value) else format(value, form)


def share(value: float | None) -> str:
    """A share as a percentage."""
    return number(value, ".1%")


def ends(value: Interval | None, form: str = ".2f") -> str:
    """Both ends of an interval; empty where it is unknown."""
    if value is None or any(map(math.isnan, value)):
        return ""
    return f"{value[0]:{form}} to {value[1]:{form}}"


def spoken(name: str) -> str:
    """A keypoint's name as people say it."""
    return name.replace("_", " ")
