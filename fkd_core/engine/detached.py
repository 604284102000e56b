"""A training in a process that outlives whoever started it: `python -m fkd_core.engine.detached`.

It is started by `fkd_core.runs.live.start_detached` and by nothing else. Its input is one message with the
arguments of `train_run`; until there is a run it says on its output what happens, and ends if its input does.
From then on it belongs to nobody: all that it says goes to the file `log.txt` of the run.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from fkd_core.engine.child import give_way
from fkd_core.engine.protocol import Message, describe, receive, send
from fkd_core.errors import Cancelled, EngineError, FkdError
from fkd_core.jobs import Job
from fkd_core.runs.advice import Adviser
from fkd_core.runs.history import epoch_line
from fkd_core.runs.log import LOG, stamped
from fkd_core.runs.run import Run


class Detached:
    """The training from its start to its end.

    Args:
        requests: one message; as long as there is no run, its end stops the training.
        replies: what the starter hears.
    """

    def __init__(self, requests: IO[str], replies: IO[str]) -> None:
        self._requests, self._replies = requests, replies
        self._job = Job(self._hear)
        self._alone = threading.Lock()
        self._run: Path | None = None
        self._adviser = Adviser()
        self._runs = Path()

    def serve(self) -> None:
        """Train; what went wrong is said to the starter or, once there is a run, in its log."""
        arguments = receive(self._requests)
        if arguments is None:
            return
        threading.Thread(target=self._await_end, name="starter", daemon=True).start()
        try:
            # Imported here: the starter hears at once that the process is there.
            from fkd_core.training.begin import train

            self._runs = Path(arguments.get("runs") or Path(arguments["project"]) / "runs")
            train(self._job, **arguments)
        except Cancelled:
            self._say({"stopped": True})
        except FkdError as error:
            self._say({"failure": describe(error)})
            self._log(str(error))
        except Exception as error:
            traceback.print_exc()
            found = f"{type(error).__name__}: {str(error)[:2000]}"
            self._say({"failure": describe(EngineError("the training failed", found=found))})

    def _await_end(self) -> None:
        while receive(self._requests) is not None:
            continue
        with self._alone:
            if self._run is None:
                self._job.cancel()

    def _hear(self, event: str, data: dict[str, Any]) -> None:
        if event == "started":
            self._begin(data)
        elif self._run is None:
            self._say({"event": event, "data": data})
        elif event == "log":
            self._log(data["text"])
        elif event == "epoch":
            print(epoch_line(data), file=sys.stderr, flush=True)
            self._adviser.listen(self._log, event, data)

    def _begin(self, data: dict[str, Any]) -> None:
        with self._alone:
            self._job.check()
            self._run = self._runs / data["run"]
        log = os.open(self._run / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        for descriptor in (1, 2):
            os.dup2(log, descriptor)
        os.close(log)
        self._log(f"Run {data['run']} trains in process {os.getpid()}")
        with contextlib.suppress(FkdError):
            self._adviser = Adviser(Run.open(self._run).metrics)
        self._say({"event": "started", "data": data})
        with contextlib.suppress(OSError):
            self._replies.close()

    def _log(self, text: str) -> None:
        if self._run is not None:
            print(stamped(text, datetime.now(UTC)), file=sys.stderr, flush=True)

    def _say(self, message: Message) -> None:
        # A starter that is gone has closed the input too, and that is heard elsewhere.
        with contextlib.suppress(OSError, ValueError):
            send(self._replies, message)


def main() -> None:
    """Keep the real output for messages: native code prints on descriptor 1 what it likes."""
    give_way()
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    Detached(requests, replies).serve()
    with contextlib.suppress(OSError, ValueError):
        replies.flush()
    sys.stderr.flush()
    # Everything is on the disk; taking TensorFlow down in order helps nobody.
    os._exit(0)


if __name__ == "__main__":
    main()
