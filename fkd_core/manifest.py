"""The first file of a project that is read: what it is, of which version, what lies in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
from attrs.validators import instance_of

from fkd_core.errors import ProjectError
from fkd_core.files import write_json
from fkd_core.schema import KeypointSchema

VERSION = 1
NAME = "project.json"


@attrs.frozen
class Manifest:
    """What a project is.

    Attributes:
        schema: its keypoints.
        splits: names of the splits in the order of face indices, to the number of faces in each.
        fingerprint: changes with any pixel or original label.
        created: ISO 8601, UTC.
        source: for people, where the data came from.
        report: what the import noticed, see `fkd_core.importing`.
        version: of the project's format.
    """

    schema: KeypointSchema
    splits: dict[str, int]
    fingerprint: str = attrs.field(validator=instance_of(str))
    created: str = attrs.field(validator=instance_of(str))
    source: str = attrs.field(validator=instance_of(str))
    report: dict[str, Any] = attrs.field(factory=dict, validator=instance_of(dict))
    version: int = VERSION

    def save(self, folder: Path) -> None:
        """Write the manifest of a project folder."""
        value = attrs.asdict(self, recurse=False) | {"format": "fkd-project", "schema": self.schema.to_dict()}
        write_json(folder / NAME, value)

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read the manifest of a project folder.

        Raises:
            ProjectError: if there is none, it is damaged, or a newer version of FKD wrote it.
        """
        path = folder / NAME
        try:
            value = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise ProjectError(
                "this is no FKD project" if folder.exists() else "there is no such project",
                where=folder,
                expected=f"a folder with a file {NAME}" if folder.exists() else None,
                todo="Make one with: fkd import SOURCE PROJECT",
            ) from None
        except OSError as error:
            raise ProjectError("the project cannot be read", where=path, found=error.strerror) from error
        except ValueError as error:
            raise ProjectError("the project's manifest is damaged", where=path, found=str(error)) from error
        version = value.get("version") if isinstance(value, dict) else None
        if not isinstance(version, int) or value.get("format") != "fkd-project":
            raise ProjectError("this is no FKD project", where=path, expected='"format": "fkd-project"')
        if version > VERSION:
            raise ProjectError(
                "a newer FKD made this project",
                where=folder,
                expected=f"version {VERSION} or older",
                found=f"version {version}",
                todo="Update FKD to open it",
            )
        try:
            return cls(
                schema=KeypointSchema.from_dict(value["schema"]),
                splits={str(name): int(count) for name, count in value["splits"].items()},
                fingerprint=value["fingerprint"],
                created=value["created"],
                source=value["source"],
                report=value["report"],
                version=version,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProjectError("the project's manifest is damaged", where=path, found=repr(error)) from error
