"""Beginning a search, or going on with the one that the same words began before."""

from __future__ import annotations

from pathlib import Path

import attrs

from fkd_core.errors import ProjectError, SearchError
from fkd_core.project import Project
from fkd_core.search.config import SearchConfig, without_password
from fkd_core.search.folder import FOLDER, SearchFolder, create, open_search


def begin(
    project: Path, config: SearchConfig, name: str | None = None, storage: str | None = None
) -> SearchFolder:
    """The search of that name, made if it is not there.

    Args:
        project: folder of the project.
        config: what is asked for.
        name: of the search; made of the network and the strategy if None.
        storage: address of a database for its trials; a journal in its folder if None.

    Raises:
        SearchError: if the name is that of another search.
        ProjectError: if the project has no training faces.
        BadInputError: if the name cannot be used.
    """
    name = name or default_name(config)
    with Project(project) as opened:
        if "train" not in opened.faces:
            raise ProjectError("there is nothing to learn from", where=project, expected="training faces")
        data = {"fingerprint": opened.manifest.fingerprint, "labels": opened.label_fingerprint()}
    stored = without_password(storage)
    if not (project / FOLDER / name).is_dir():
        try:
            return create(project, name, config, data, stored)
        except SearchError:
            # Another process began it in this very moment.
            pass
    search = open_search(project, name)
    other = differences(search.config, config)
    if search.storage != stored:
        other.append("storage")
    if other:
        raise SearchError(
            f"the search {name!r} was begun with other settings",
            where=search.path,
            expected=f"the same {', '.join(other)}",
            todo=f"Go on with it as it is: fkd search PROJECT --resume {name}; or choose another --name",
        )
    return search


def default_name(config: SearchConfig) -> str:
    """What a search is called unless the user says otherwise."""
    return f"{config.space.model}-{config.strategy}"


def differences(one: SearchConfig, other: SearchConfig) -> list[str]:
    """Names of the settings in which two searches differ."""
    names = [field.name for field in attrs.fields(SearchConfig)]
    return [name.replace("_", " ") for name in names if getattr(one, name) != getattr(other, name)]
