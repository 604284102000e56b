"""Lists of rows in text files, such as the faces to hold out of a training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError


def read_rows(path: Path, count: int) -> NDArray[np.int64]:
    """Row numbers from a text file: one 0-based row of the training file a line, `#` starts a comment.

    Raises:
        BadInputError: if the file is missing or empty, or a line is no row of the file.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise BadInputError(
            "the list of rows cannot be read", where=path, found=error.strerror or error
        ) from error
    except UnicodeDecodeError as error:
        raise BadInputError(
            "the list of rows is no text", where=path, expected="text in UTF-8", found=error
        ) from error
    rows: list[int] = []
    for number, line in enumerate(lines, start=1):
        for token in line.partition("#")[0].replace(",", " ").split():
            if not token.isdecimal() or len(token) > 18 or int(token) >= count:
                raise BadInputError(
                    "this is no row of the training faces",
                    where=f"{path}, line {number}",
                    expected=f"a whole number from 0 to {count - 1}",
                    found=repr(token[:40]),
                )
            rows.append(int(token))
    if not rows:
        raise BadInputError("the list of rows is empty", where=path, expected="one row a line")
    return np.unique(np.array(rows, np.int64))
