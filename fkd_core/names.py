"""Names that the user chooses and that become files: usable on every system the project may move to."""

from __future__ import annotations

import unicodedata

from fkd_core.errors import BadInputError

_LONGEST = 80
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"
}
_BESIDES_LETTERS = set(" ._-+")


def check_name(name: str, what: str = "name") -> str:
    """Make sure that `name` can name a file or folder on Linux, macOS and Windows.

    Letters of any script and digits, and inside the name also space, `.`, `_`, `-` and `+`.

    Args:
        name: as the user gave it.
        what: what is being named, for the message.

    Returns:
        The name in composed Unicode form, so that it compares equal whatever keyboard it came from.

    Raises:
        BadInputError: if it cannot be used; the message says why.

    Source of the reserved names: Microsoft, "Naming Files, Paths, and Namespaces".
    """
    composed = unicodedata.normalize("NFC", name)
    complaint = _complaint(composed)
    if complaint:
        raise BadInputError(
            f"this {what} {complaint}",
            found=repr(name),
            todo="Choose one of letters, digits, '-' and '_', such as 'run-1'",
        )
    return composed


def _complaint(name: str) -> str | None:
    if not name:
        return "is empty"
    if len(name.encode()) > _LONGEST:
        return f"is longer than {_LONGEST} bytes"
    strange = [letter for letter in name if not letter.isalnum() and letter not in _BESIDES_LETTERS]
    if strange:
        return f"holds {strange[0]!r}, which file names cannot hold everywhere"
    if not name[0].isalnum():
        return "does not start with a letter or digit"
    if name[-1] in " .":
        return "ends with a space or a full stop, which Windows removes"
    if name.split(".")[0].rstrip(" ").casefold() in _RESERVED:
        return "is one that Windows keeps for itself"
    return None
