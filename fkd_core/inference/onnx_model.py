"""Exported networks, computed by ONNX Runtime: no TensorFlow, ready in a fraction of a second.

Models that are no networks are kept here with them: whoever predicts need not know which is which.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.baselines.model import ArrayModel
from fkd_core.cores import usable_cores
from fkd_core.errors import RunError
from fkd_core.inference.onnx_file import FACES, FOUND, About, read_sealed, unusable
from fkd_core.inference.tables import as_table
from fkd_core.models.registry import CHANNELS
from fkd_core.runs import layout

BATCH = 32
"""Faces at a time: the most a second, since what lies between two layers stays in the processor's cache."""
_KEPT = 16


class OnnxNetwork:
    """An exported network as one that `fkd_core.inference.tables` can ask; any threads may ask it at once.

    Args:
        content: a whole file, as `read_sealed` gives it.
        where: the file, for messages.
        threads: how many compute; as many as there are cores if None.

    Attributes:
        about: what the file says that it is for.

    Raises:
        RunError: if the content is no network of FKD; the message names the file.
    """

    batch_size = BATCH
    one_view = False

    def __init__(self, content: bytes, where: Path, *, threads: int | None = None) -> None:
        self._session = _session(content, where, threads or usable_cores())
        self.about = About.of(self._session.get_modelmeta().custom_metadata_map, where)
        schema = self.about.schema
        self.rules, self.size, self.keypoints = self.about.rules, schema.size, len(schema)
        self._check(where)

    @classmethod
    def read(cls, path: Path, *, threads: int | None = None) -> OnnxNetwork:
        """Read an exported network.

        Raises:
            RunError: if the file is missing, damaged or not by FKD; the message names it.
        """
        return cls(read_sealed(path), path, threads=threads)

    def table(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The table `(B, R, K, 7)` of faces, uint8 `(B, H, W)`."""
        found: NDArray[np.float32] = self._session.run([FOUND], {FACES: faces})[0]
        return as_table(found)

    def _check(self, where: Path) -> None:
        """Find out before the first face whether the graph is what the metadata say."""
        ends = [
            [(end.name, end.type, *end.shape[1:]) for end in side]
            for side in (self._session.get_inputs(), self._session.get_outputs())
        ]
        start = (FACES, "tensor(uint8)", *self.size)
        table = (FOUND, "tensor(float)", len(self.rules), self.keypoints, len(CHANNELS))
        points = (FOUND, "tensor(float)", self.keypoints, 2)
        if ends not in ([[start], [table]], [[start], [points]]):
            raise unusable(where, f"a graph from {ends[0]} to {ends[1]}")


class Networks:
    """Exported networks and other models that were read, kept for the next prediction while their files stay.

    Whoever predicts more than once holds one. Any thread may ask it.

    Args:
        threads: how many compute; as many as there are cores if None.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads
        self._read: dict[Path, tuple[tuple[int, int], OnnxNetwork | ArrayModel]] = {}
        self._reading = threading.Lock()

    def get(self, path: Path) -> OnnxNetwork | ArrayModel:
        """What a file holds; see `OnnxNetwork.read` and `ArrayModel.read`."""
        with self._reading:
            kept = self._read.pop(path, None)
            stamp = _stamp(path)
            network = kept[1] if kept and kept[0] == stamp else self._open(path)
            # The last one asked for stands last, so the first is the one to let go.
            self._read[path] = (stamp, network)
            if len(self._read) > _KEPT:
                del self._read[next(iter(self._read))]
            return network

    def _open(self, path: Path) -> OnnxNetwork | ArrayModel:
        if path.name == layout.ARRAYS:
            return ArrayModel.read(path)
        return OnnxNetwork.read(path, threads=self._threads)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        about = path.stat()
    except FileNotFoundError:
        raise RunError("there is no such file", where=path, todo="Train again") from None
    return about.st_mtime_ns, about.st_size


def _session(content: bytes, where: Path, threads: int) -> Any:
    # Not at the top: it takes longer than all else here, and whoever only lists runs never needs it.
    try:
        import onnxruntime
    except ImportError as error:
        raise RunError(
            "ONNX Runtime cannot be loaded, which predicts",
            found=str(error),
            todo="Set FKD up again: delete its folder .venv and run run.py",
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that wait in a loop for work would take the processor from a window, or from a training.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions have no common base of their own
        raise unusable(where, str(error).strip().splitlines()[0][:200]) from error
