"""What a command checks before it starts a program with windows."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from fkd_core.doctor.check import ensure
from fkd_core.errors import FkdError


def need_libraries(plugins: Iterable[str]) -> None:
    """Make sure that Qt finds its libraries; as root on Debian or Ubuntu install what is missing.

    Raises:
        FkdError: naming the libraries and the command that installs them.
    """
    remedy = ensure(plugins, lambda text: print(text, file=sys.stderr))
    if remedy is not None:
        raise FkdError("a library of the system is missing", todo=remedy.sentence().removesuffix("."))
