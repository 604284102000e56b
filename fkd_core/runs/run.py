"""Reading a run, whether it is finished, still trains or was cut off."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from fkd_core.arrays import Points, check_points
from fkd_core.errors import RunError
from fkd_core.files import write_atomic, write_json, writing
from fkd_core.names import check_name
from fkd_core.runs import layout
from fkd_core.runs.history import best_record, read_metrics

Status = Literal["running", "finished", "stopped", "failed", "interrupted", "damaged"]

_REQUIRED = ("name", "model", "status", "created", "config", "seed", "data")
_STATUSES = ("running", "finished", "stopped", "failed")
_LISTED = 20
RESUMABLE = ("interrupted", "stopped", "failed")
"""statuses of runs that ended before their end and can go on"""


class Run:
    """One training run on disk; made by `Run.open` or `list_runs`."""

    def __init__(self, folder: Path, header: dict[str, Any]) -> None:
        self.folder = folder
        self._header = header

    @classmethod
    def open(cls, folder: Path) -> Run:
        """Read what a run says about itself.

        Raises:
            RunError: if there is no run, naming those that there are; if it is damaged or of a newer
                version.
        """
        folder = Path(folder)
        if not (folder / layout.HEADER).is_file():
            raise RunError(
                f"there is no run {folder.name!r}", where=folder.parent, todo=_others(folder.parent)
            )
        return cls(folder, _read_header(folder))

    @classmethod
    def find(cls, runs_folder: Path, name: str) -> Run:
        """The run of that name among those in a folder; a path is no name.

        Raises:
            RunError: if there is no such run, naming those that there are; if it is damaged or of a newer
                version.
        """
        if name in ("", "..") or Path(name).name != name:
            raise RunError(f"there is no run {name!r}", where=runs_folder, todo=_others(runs_folder))
        return cls.open(runs_folder / name)

    @property
    def name(self) -> str:
        """The run's name, which is its folder's."""
        return self.folder.name

    @property
    def model(self) -> str:
        """Name of the network; empty if the run is damaged."""
        return str(self._header.get("model", ""))

    @property
    def message(self) -> str:
        """How the run ended, in a sentence; empty if there is nothing to say."""
        return str(self._header.get("message", ""))

    @property
    def created(self) -> str:
        """When it was started, ISO 8601, UTC."""
        return str(self._header.get("created", ""))

    @property
    def ended(self) -> str | None:
        """When it ended, ISO 8601, UTC; None while it trains or if it was cut off."""
        return self._header.get("ended")

    @property
    def result(self) -> dict[str, Any] | None:
        """What the training gave back when it ended, see `fkd_core.training.start.train_run`; None before,
        where it failed, and of runs that were made before this was kept."""
        found = self._header.get("result")
        return dict(found) if isinstance(found, dict) else None

    @property
    def config(self) -> dict[str, Any]:
        """The configuration it was trained with."""
        return dict(self._header.get("config", {}))

    @property
    def seed(self) -> int:
        """The seed of everything random in it."""
        return int(self._header.get("seed", 0))

    @property
    def data(self) -> dict[str, Any]:
        """What it was trained on, its `fingerprint` among it."""
        return dict(self._header.get("data", {}))

    @property
    def status(self) -> Status:
        """How it stands now, looked up anew each time.

        `interrupted` if it says that it runs and no living process trains it; `damaged` if what it says
        about itself cannot be read (then `message` says why).
        """
        self._refresh()
        if self._header["status"] == "running" and layout.is_locked(self.folder) is False:
            # it may have ended between reading and asking
            self._refresh()
            if self._header["status"] == "running":
                return "interrupted"
        return cast("Status", self._header["status"])

    @property
    def split(self) -> dict[str, list[int]]:
        """Rows of the training file by `train` and `validation`.

        Raises:
            RunError: if the file is missing or damaged.
        """
        return layout.read_json_object(self.folder / layout.SPLIT, "run's split")

    @property
    def environment(self) -> dict[str, Any]:
        """Machine and versions it was trained with.

        Raises:
            RunError: if the file is missing or damaged.
        """
        return layout.read_json_object(self.folder / layout.ENVIRONMENT, "run's environment")

    @property
    def metrics(self) -> list[dict[str, Any]]:
        """One record for each epoch, read anew each time; None stands for NaN.

        Raises:
            RunError: if a line is damaged. A last line that was cut off is left out instead.
        """
        return read_metrics(self.folder / layout.METRICS)

    @property
    def best_epoch(self) -> int | None:
        """Number of the epoch with the lowest `val_loss`, or `loss` where there is none; None before one."""
        history = self.metrics
        best = best_record(history, "val_loss") or best_record(history, "loss")
        return int(best["epoch"]) if best else None

    def weights_paths(self, fold: int | None = None) -> tuple[Path, ...]:
        """The weights to predict by: of one network, or of each fold's, whose predictions are averaged.

        Args:
            fold: of this fold alone, counted from 1.

        Raises:
            RunError: if the run has none.
        """
        folders = layout.fold_folders(self.folder) or [self.folder]
        if fold is not None:
            folders = [self.folder / layout.fold_name(fold)]
        found = [_weights(folder) for folder in folders]
        there = tuple(path for path in found if path is not None)
        if not there:
            raise RunError(
                f"run {self.name!r} has no weights" + (f" of fold {fold}" if fold is not None else ""),
                where=folders[0] / layout.WEIGHTS["last"],
                todo="It ended before its first epoch was over; train it again",
            )
        return there

    @property
    def folds(self) -> dict[int, list[int]]:
        """For each fold, counted from 1, the rows that its network never saw; empty where there are no folds.

        Raises:
            RunError: if the file is missing or damaged.
        """
        parts = {
            part.removeprefix("fold-"): rows for part, rows in self.split.items() if part.startswith("fold-")
        }
        return {int(number): rows for number, rows in parts.items()}

    @property
    def resumable(self) -> bool:
        """Whether the training ended before its end and can go on."""
        return self.status in RESUMABLE

    def exported_paths(self, fold: int | None = None) -> tuple[Path, ...]:
        """The exported network beside each of `weights_paths`; nothing unless all of them were exported.

        Raises:
            RunError: if the run has no weights.
        """
        paths = tuple(layout.exported_beside(path) for path in self.weights_paths(fold))
        return paths if all(path.is_file() for path in paths) else ()

    def predicted_splits(self) -> tuple[str, ...]:
        """Names of the splits that predictions are kept of."""
        stems = (path.stem for path in (self.folder / layout.PREDICTIONS).glob("*.npy"))
        return tuple(sorted(stem for stem in stems if not stem.endswith(layout.DEVIATIONS)))

    def predictions(self, split: str) -> Points:
        """The predictions of a split, `(N, K, 2)` float32 in pixels.

        Raises:
            RunError: if there are none or the file is damaged.
        """
        path = self.folder / layout.PREDICTIONS / f"{split}.npy"
        try:
            points = np.load(path, allow_pickle=False)
        except FileNotFoundError:
            there = ", ".join(self.predicted_splits()) or "none"
            raise RunError(
                f"run {self.name!r} has no predictions of {split!r}",
                expected=f"one of: {there}",
                todo=f"Predict {split!r} with this run first",
            ) from None
        except (OSError, ValueError, EOFError) as error:
            raise RunError(
                "the predictions cannot be read", where=path, found=error, todo="Predict the split again"
            ) from error
        if points.ndim != 3 or points.shape[2] != 2 or points.dtype != np.float32:
            raise RunError(
                "the predictions are damaged",
                where=path,
                expected="float32 (N, K, 2)",
                found=f"{points.dtype} {points.shape}",
                todo="Predict the split again",
            )
        return cast("Points", points)

    def deviations(self, split: str) -> npt.NDArray[np.float32] | None:
        """Standard deviations of a split's predictions, `(N, K)` in pixels; None if none are kept.

        Raises:
            RunError: if the file is damaged.
        """
        path = self.folder / layout.PREDICTIONS / f"{split}{layout.DEVIATIONS}.npy"
        try:
            return cast("npt.NDArray[np.float32]", np.load(path, allow_pickle=False))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, EOFError) as error:
            raise RunError(
                "the deviations cannot be read", where=path, found=error, todo="Predict the split again"
            ) from error

    def prediction_rows(self, split: str) -> list[int] | None:
        """The rows that the predictions of a split belong to; None if they are all rows in order.

        Raises:
            RunError: if there are no predictions or the file is damaged.
        """
        path = self.folder / layout.PREDICTIONS / f"{split}.json"
        rows = layout.read_json_object(path, "list of predicted rows").get("rows")
        return None if rows is None else [int(row) for row in rows]

    def how_predicted(self, split: str) -> dict[str, Any]:
        """The `rule` that a split's predictions follow and whether they are `fast`; `auto` if unknown."""
        usual = {"rule": "auto", "fast": False}
        try:
            about = layout.read_json_object(self.folder / layout.PREDICTIONS / f"{split}.json", "list")
            return usual | dict(about.get("how") or {})
        except RunError:
            return usual

    def save_predictions(
        self,
        split: str,
        points: Points,
        rows: npt.NDArray[np.integer[Any]] | list[int] | None = None,
        *,
        std: npt.NDArray[np.float32] | None = None,
        how: dict[str, Any] | None = None,
    ) -> None:
        """Keep the predictions of a split; those kept before are replaced.

        Args:
            split: such as `test`, `train` or `validation`; it names the files.
            points: `(N, K, 2)` in pixels.
            rows: `(N,)` the rows they belong to; None for all rows of the split in order.
            std: `(N, K)` standard deviations in pixels; None where nobody knows them.
            how: see `how_predicted`.

        Raises:
            BadInputError: if the split's name cannot name a file.
            ProjectError: if the files cannot be written.
            ValueError: if `points` has another shape, holds infinite values or does not fit `rows`.
        """
        check_points(points)
        if rows is not None and len(rows) != len(points):
            raise ValueError(f"rows must be as many as points, received {len(rows)} and {len(points)}")
        folder = self.folder / layout.PREDICTIONS
        name = check_name(split, "name of a split")
        with writing(folder):
            folder.mkdir(exist_ok=True)
        deviations = folder / f"{name}{layout.DEVIATIONS}.npy"
        # Deviations of other points must never stand beside these.
        deviations.unlink(missing_ok=True)
        write_atomic(folder / f"{name}.npy", _npy(points))
        if std is not None:
            write_atomic(deviations, _npy(std))
        when = datetime.now(UTC).isoformat(timespec="seconds")
        about = {"split": name, "rows": None if rows is None else list(rows), "when": when, "how": how}
        write_json(folder / f"{name}.json", about, indent=None)

    def drop_predictions(self, split: str) -> None:
        """Remove the predictions of a split, if there are any."""
        folder = self.folder / layout.PREDICTIONS
        for name in (f"{split}.json", f"{split}{layout.DEVIATIONS}.npy", f"{split}.npy"):
            (folder / name).unlink(missing_ok=True)

    def settle(self, status: Literal["stopped", "failed"], message: str) -> None:
        """Write down how a run ended whose process can no longer do it; any other run is left alone.

        Weights that the process was still writing are removed.

        Raises:
            ProjectError: if it cannot be written.
        """
        if self.status == "interrupted":
            ended = datetime.now(UTC).isoformat(timespec="seconds")
            self._header |= {"status": status, "message": message, "ended": ended}
            write_json(self.folder / layout.HEADER, self._header)
            for unfinished in self.folder.glob(layout.UNFINISHED_WEIGHTS):
                unfinished.unlink(missing_ok=True)

    def _refresh(self) -> None:
        try:
            self._header = _read_header(self.folder)
        except RunError as error:
            self._header = {"status": "damaged", "message": str(error)}


def _npy(array: npt.NDArray[Any]) -> bytes:
    content = io.BytesIO()
    np.save(content, np.asarray(array, dtype=np.float32), allow_pickle=False)
    return content.getvalue()


def _weights(folder: Path) -> Path | None:
    """The best weights in a folder, the last ones where only they are kept, or arrays in their place."""
    found = (folder / name for name in (layout.WEIGHTS["best"], layout.WEIGHTS["last"], layout.ARRAYS))
    return next((path for path in found if path.is_file()), None)


def list_runs(runs_folder: Path) -> list[Run]:
    """All runs in a folder, oldest first; one that cannot be read is there with the status `damaged`."""
    runs = []
    for folder in layout.run_folders(Path(runs_folder)):
        run = Run(folder, {})
        run._refresh()
        runs.append(run)
    return sorted(runs, key=lambda run: (run.created, run.name))


def _read_header(folder: Path) -> dict[str, Any]:
    path = folder / layout.HEADER
    header = layout.read_json_object(path, "run's description")
    version = header.get("format")
    if isinstance(version, int) and version > layout.FORMAT:
        raise RunError(
            "this run was made by a newer version of FKD",
            where=path,
            expected=f"format {layout.FORMAT}",
            found=f"format {version}",
            todo="Update FKD",
        )
    missing = [key for key in _REQUIRED if key not in header]
    if version != layout.FORMAT or missing or header["status"] not in _STATUSES:
        found = f"no {', '.join(missing)}" if missing else f"format {version}, status {header['status']!r}"
        raise RunError(
            "the run's description is damaged",
            where=path,
            expected=f"format {layout.FORMAT} with {', '.join(_REQUIRED)}",
            found=found,
            todo="Restore the file from a copy, or delete the run",
        )
    return header


def _others(runs_folder: Path) -> str:
    names = [folder.name for folder in layout.run_folders(runs_folder)]
    if not names:
        return "There are no runs here yet; train one first"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"The runs here are: {', '.join(names[:_LISTED])}{more}"
