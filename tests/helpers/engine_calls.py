"""Calls for an engine without TensorFlow: each behaves in one way that a call may behave."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from fkd_core.errors import RunError
from fkd_core.jobs import Job


def echo(job: Job, **values: Any) -> dict[str, Any]:
    job.check()
    return values


def events(job: Job, count: int) -> str:
    for number in range(count):
        job.emit("step", {"number": number})
    job.log("all said ü")
    return "done"


def fail(job: Job) -> None:
    job.check()
    raise RunError("it failed", where="here", expected=1, found=[2], todo="Try again")


def crash(job: Job) -> None:
    job.check()
    raise ZeroDivisionError("by nothing")


def unprintable(job: Job) -> object:
    job.check()
    return object()


def patient(job: Job) -> None:
    """Runs until it is cancelled."""
    job.emit("running", {"pid": os.getpid()})
    while True:
        job.check()


def deaf(job: Job) -> None:
    """Never looks at its job again."""
    job.emit("running", {"pid": os.getpid()})
    threading.Event().wait()


def die(job: Job, code: int) -> None:
    job.emit("running", {})
    sys.stderr.write("out of memory\n")
    sys.stderr.flush()
    if code < 0:
        os.kill(os.getpid(), -code)
        signal.pause()
    os._exit(code)


def chatter(job: Job) -> str:
    job.check()
    print('{"result": "from print"}', flush=True)
    os.write(1, b'{"result": "from native code"}\n\xff\xfe half a line')
    return "the real one"


CALLS: dict[str, Callable[..., Any]] = {
    call.__name__: call for call in (echo, events, fail, crash, unprintable, patient, deaf, die, chatter)
}
