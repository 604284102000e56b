"""Settings that have a name: those of the product, and a project's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fkd_core.augment.settings import VERSION, AugmentConfig
from fkd_core.errors import BadInputError
from fkd_core.files import write_json
from fkd_core.names import check_name

FILE = "augmentations.json"
"""a project's own presets, in its folder"""
_LARGEST = 1_000_000
"""bytes; settings take a few hundred"""

_DEFAULT = {"rotation": 15, "scale": 0.12, "shift": 4, "mirror": 0.5}
_DEFAULT |= {"brightness": 20, "contrast": 0.25, "noise": 3}
_NOTEBOOK = {"share": 0.75, "rotation": 15, "shift": 15, "whole": True}

PRESETS: Mapping[str, AugmentConfig] = MappingProxyType(
    {
        "default": AugmentConfig.from_dict(_DEFAULT),
        "notebook": AugmentConfig.from_dict(_NOTEBOOK),
        "none": AugmentConfig(share=0),
    }
)
"""Named settings: the one that serves best, the notebook's ranges, and no change at all."""


def preset(name: str) -> AugmentConfig:
    """The product's settings of that name.

    Raises:
        BadInputError: if there are none; the message lists those that exist.
    """
    if name not in PRESETS:
        raise _no_such(name, list(PRESETS))
    return PRESETS[name]


def own_presets(folder: Path) -> dict[str, AugmentConfig]:
    """The presets that were saved in a project, by name.

    Raises:
        BadInputError: if the file with them is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    value = _read(path)
    saved = value.get("presets")
    if not isinstance(saved, dict):
        raise BadInputError(
            "the saved augmentations cannot be read",
            where=path,
            expected='an object "presets" with settings by name',
            found=type(saved).__name__,
            todo="Mend the file, or delete it to begin anew",
        )
    return {name: _settings(path, f"presets, {name}", settings) for name, settings in saved.items()}


def save_preset(folder: Path, name: str, config: AugmentConfig) -> None:
    """Keep settings in a project under a name; those that had it are replaced.

    Raises:
        BadInputError: if the name is the product's own or no name.
        ProjectError: if the file cannot be written.
    """
    name = check_name(name, "augmentation name")
    if name in PRESETS:
        raise BadInputError(
            f"the augmentation {name!r} belongs to FKD and stays as it is",
            expected="another name",
            found=name,
        )
    _write(folder, own_presets(folder) | {name: config})


def delete_preset(folder: Path, name: str) -> None:
    """Forget a project's own settings of that name.

    Raises:
        BadInputError: if there are none.
        ProjectError: if the file cannot be written.
    """
    own = own_presets(folder)
    if name not in own:
        raise _no_such(name, list(own))
    del own[name]
    _write(folder, own)


def named(folder: Path, text: str) -> AugmentConfig:
    """What `--augmentation` names: a preset of the product or of the project, or a file with settings.

    Raises:
        BadInputError: if there is no such preset or file, or its settings cannot be used.
    """
    if text in PRESETS:
        return PRESETS[text]
    path = Path(text)
    if path.suffix.lower() == ".json":
        return read_settings(path)
    own = own_presets(folder)
    if text not in own:
        raise _no_such(text, [*PRESETS, *own])
    return own[text]


def read_settings(path: Path) -> AugmentConfig:
    """The settings that a JSON file holds.

    Raises:
        BadInputError: if there is no such file, it is no JSON, or its settings cannot be used.
    """
    return _settings(path, "", _read(path))


def write_settings(path: Path, config: AugmentConfig) -> None:
    """Write settings to a file that `read_settings` reads.

    Raises:
        ProjectError: if the file cannot be written.
    """
    write_json(path, {"version": VERSION} | config.to_dict())


def name_of(config: AugmentConfig, own: Mapping[str, AugmentConfig]) -> str | None:
    """The preset that makes the same batches; None if there is none."""
    for name, found in (*PRESETS.items(), *own.items()):
        if found.same_as(config):
            return name
    return None


def _no_such(name: str, known: list[str]) -> BadInputError:
    return BadInputError(
        f"there is no augmentation called {name!r}", expected=", ".join(known) or "none yet", found=name
    )


def _write(folder: Path, own: Mapping[str, AugmentConfig]) -> None:
    saved = {name: config.to_dict() for name, config in sorted(own.items())}
    write_json(folder / FILE, {"version": VERSION, "presets": saved})


def _read(path: Path) -> dict[str, Any]:
    expected = "a JSON object with settings of the augmentation"
    try:
        if path.stat().st_size > _LARGEST:
            raise BadInputError("this file is too large", where=path, expected=expected)
        value = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadInputError(
            "this file cannot be read", where=path, found=(error.strerror or str(error)).lower()
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInputError("this is no JSON", where=path, expected=expected, found=str(error)) from error
    if not isinstance(value, dict):
        raise BadInputError(
            "this file holds no settings", where=path, expected=expected, found=type(value).__name__
        )
    version = value.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise BadInputError(
            "this file was written by a later version of FKD",
            where=path,
            expected=f"version {VERSION}",
            found=version,
        )
    return value


def _settings(path: Path, where: str, value: object) -> AugmentConfig:
    if not isinstance(value, dict):
        raise BadInputError(
            "these are no settings",
            where=f"{path}, {where}",
            expected="an object",
            found=type(value).__name__,
        )
    try:
        return AugmentConfig.from_dict(value)
    except BadInputError as error:
        place = ", ".join(str(part) for part in (path, where, error.where) if part)
        raise BadInputError(error.what, where=place, expected=error.expected, found=error.found) from error
