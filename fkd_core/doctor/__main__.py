"""`python -m fkd_core.doctor [--offscreen]`: status 0 ready, 1 something is missing, 3 no display."""

from __future__ import annotations

import os
import sys

from fkd_core.doctor.check import OFFSCREEN, ensure
from fkd_core.doctor.display import find_display
from fkd_core.errors import FkdError

READY, MISSING, USAGE, NO_DISPLAY = 0, 1, 2, 3


def main(arguments: list[str]) -> int:
    """Check, say on stderr what is wrong, and return the status."""
    if arguments not in ([], ["--offscreen"]):
        _say(f"usage: python -m fkd_core.doctor [--offscreen]; received {' '.join(arguments)}")
        return USAGE
    display = None if arguments else find_display(os.environ, sys.platform)
    if display is not None and not display.available:
        _say(f"There is no display: {display.reason}.")
    try:
        plan = ensure(display.plugins if display is not None and display.available else (OFFSCREEN,), _say)
    except FkdError as error:
        _say(str(error))
        return MISSING
    if plan is not None:
        _say(plan.sentence())
        return MISSING
    return READY if display is None or display.available else NO_DISPLAY


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
