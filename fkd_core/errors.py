"""Failures that a person can act on. Anything else that is raised is a bug."""

from __future__ import annotations


class FkdError(Exception):
    """Something went wrong that the user can understand and mend.

    Args:
        what: what happened, as a sentence without a full stop.
        where: file, row, column or setting.
        expected: what would have been right.
        found: what was there instead.
        todo: what to do next, as a sentence without a full stop.
    """

    def __init__(
        self,
        what: str,
        *,
        where: object = None,
        expected: object = None,
        found: object = None,
        todo: str | None = None,
    ) -> None:
        self.what = what
        self.where = where
        self.expected = expected
        self.found = found
        self.todo = todo
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        text = self.what if self.where is None else f"{self.where}: {self.what}"
        if self.expected is not None:
            text += f"; expected {self.expected}"
        if self.found is not None:
            text += f", found {self.found}" if self.expected is not None else f"; found {self.found}"
        return f"{text}. {self.todo}." if self.todo else f"{text}."


class BadInputError(FkdError):
    """A file or value given by the user cannot be used."""


class ProjectError(FkdError):
    """A project cannot be opened, created or written."""


class ReadOnlyError(ProjectError):
    """The project is open for reading only, because of another writer or the file system."""


class InUseError(ReadOnlyError):
    """Another program writes to the project."""


class DamagedLabelsError(ProjectError):
    """The label database cannot be read, or not all of it; see `fkd_core.labels.restore`."""


class RunError(FkdError):
    """A training run is missing, unfinished or damaged."""


class DivergedError(FkdError):
    """The loss grew without bound or became NaN; weights saved before are sound."""


class SearchError(FkdError):
    """A search is missing, damaged, or of another kind than was asked for."""


class EngineError(FkdError):
    """The process in which TensorFlow runs failed or died."""


class Cancelled(Exception):  # noqa: N818 - not an error: the user asked for it
    """The user stopped the work. What was done so far is kept."""


class DeviceMemoryError(FkdError):
    """A device has too little memory for what it was asked to do."""
