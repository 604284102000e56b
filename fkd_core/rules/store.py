"""Marking rules beside a project's labels: the rule of each training row, found or set by a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError, ProjectError, ReadOnlyError
from fkd_core.files import write_json
from fkd_core.jobs import Job
from fkd_core.labels.put_into import rules_put_into
from fkd_core.project import Project
from fkd_core.rules.describe import describe
from fkd_core.rules.find import find_rules
from fkd_core.rules.rule import NO_RULE, Offset, Rule, Rules, Tell, row_ranges

FILE = "rules.json"
_VERSION = 2
_LONGEST_NAME = 40
_ANEW = "Take the file away and find them anew: fkd rules PROJECT"


def has_rules(project: Project) -> bool:
    """Whether rules were ever found or set in a project."""
    return (project.folder / FILE).is_file()


def load_rules(project: Project) -> Rules:
    """The rules of a project's training faces; one rule A for all where none were stored.

    Raises:
        ProjectError: if the file is damaged, of a newer version or belongs to other faces, or if the
            project has no training faces.
    """
    path = project.folder / FILE
    count = _count(project)
    try:
        value = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return _as_labelled(project, one_rule(project))
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from error
    try:
        if value["version"] > _VERSION:
            raise ProjectError(
                "the marking rules are of a newer version of this program",
                where=path,
                expected=f"version {_VERSION}",
                found=value["version"],
                todo="Update this program",
            )
        if value["fingerprint"] != project.manifest.fingerprint or value["rows"] != count:
            raise ProjectError(
                "the marking rules belong to other faces",
                where=path,
                todo=_ANEW,
            )
        return _as_labelled(project, _from_dict(_migrated(value), count))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise _damaged(path, error) from error


def save_rules(project: Project, rules: Rules) -> None:
    """Keep rules in a project, in place of those that it had. The file is there whole or not at all.

    Raises:
        ReadOnlyError: if the project is open for reading only.
        ProjectError: if the disk is full.
        ValueError: if the rules are not those of the project's training faces.
    """
    if project.read_only is not None:
        raise ReadOnlyError("the marking rules cannot be kept", where=project.folder, found=project.read_only)
    _write(project, rules)


def _write(project: Project, rules: Rules) -> None:
    count = _count(project)
    if len(rules.found) != count:
        raise ValueError(f"rules must be those of {count} rows, received {len(rules.found)}")
    value = {
        "version": _VERSION,
        "fingerprint": project.manifest.fingerprint,
        "rows": count,
        "names": rules.names,
        "reference": rules.reference,
        "seed": rules.seed,
        "found": _to_spans(rules.found),
        "chosen": _to_spans(rules.chosen),
        "seen": _to_spans(rules.seen),
        "stretches": _to_spans(rules.stretches),
        "changes": rules.changes,
        "rules": [rule_dict(rule) for rule in rules.rules],
    }
    write_json(project.folder / FILE, value, indent=None)


def set_rule(project: Project, rows: NDArray[np.integer], name: str | None) -> Rules:
    """Say by which rule rows are marked, and keep that.

    What was found from the data is kept below it: `None` gives rows back to that. A name that no rule
    has makes a new one.

    Args:
        project: open for writing.
        rows: 0-based training rows.
        name: of the rule; None for the one that was found.

    Rows whose labels were put into another rule since follow that one, whatever is said here.

    Returns:
        The rules as they are now kept, with offsets of the rows that now follow each. `tell` stays what
        it was when the rules were found.

    Raises:
        BadInputError: if a row does not exist or the name cannot be one.
        ReadOnlyError: if the project is open for reading only.
    """
    rules = load_rules(project)
    rows = np.asarray(rows, np.int64).reshape(-1)
    if len(rows) and (rows.min() < 0 or rows.max() >= len(rules.found)):
        raise BadInputError(
            "there is no such row",
            expected=f"0 to {len(rules.found) - 1}",
            found=int(rows.min() if rows.min() < 0 else rows.max()),
        )
    names, chosen = rules.names, rules.chosen.copy()
    if name is None:
        chosen[rows] = NO_RULE
    else:
        if name not in names:
            names = (*names, _checked(name))
        chosen[rows] = names.index(name)
    changed = _described(project, names, chosen, rules)
    save_rules(project, changed)
    return changed


def ensure_rules(project: Project, job: Job | None = None) -> Rules:
    """The rules of a project, found now where nobody looked before.

    What is found follows from the data alone, so it is kept even where another program writes the labels;
    where the folder cannot be written it is used all the same.

    Raises:
        ProjectError: if the rules that it has are damaged.
        Cancelled: if the job was stopped.
    """
    if has_rules(project):
        return load_rules(project)
    rules = find_rules(source_points(project), project.faces["train"].images, project.schema, job)
    try:
        _write(project, rules)
    except ProjectError as error:
        (job or Job()).log(f"The marking rules could not be kept: {error}")
    return _as_labelled(project, rules)


def find_and_keep(project: Project, job: Job | None = None, *, seed: int = 0) -> Rules:
    """Find the rules of a project and keep them; what people said of rows stays.

    Raises:
        ReadOnlyError: if the project is open for reading only.
        ProjectError: if the rules that it has are damaged, or the disk is full.
        Cancelled: if the job was stopped; the rules are as they were.
    """
    found = find_rules(source_points(project), project.faces["train"].images, project.schema, job, seed=seed)
    rules = keep_choices(project, found) if has_rules(project) else found
    save_rules(project, rules)
    return _as_labelled(project, rules)


def keep_choices(project: Project, found: Rules) -> Rules:
    """Newly found rules with what people said of rows under the stored ones laid over them, by name."""
    before = load_rules(project)
    said = np.flatnonzero(before.chosen != NO_RULE)
    meant = np.concatenate([before.chosen[said], before.relabelled[before.relabelled != NO_RULE]])
    if not len(meant):
        return found
    kept = dict.fromkeys(before.names[rule] for rule in meant)
    names = (*found.names, *(name for name in kept if name not in found.names))
    chosen = found.chosen.copy()
    chosen[said] = [names.index(before.names[rule]) for rule in before.chosen[said]]
    return _described(project, names, chosen, found)


def one_rule(project: Project) -> Rules:
    """The rules of a project of which nothing is known: one, for all rows."""
    none = np.full(_count(project), NO_RULE, np.int16)
    described, reference = describe(("A",), none + 1, source_points(project), project.schema)
    return Rules(("A",), none + 1, none, none, described, reference)


def source_points(project: Project) -> NDArray[np.float32]:
    """`(N, K, 2)` training labels as the source had them, which is what rules are found in."""
    return project.labels.table.original[project.span("train")]


def _as_labelled(project: Project, rules: Rules) -> Rules:
    """The rules with what the labels themselves say of the rule that they have been put into."""
    relabelled = rules_put_into(project.labels.table, project.span("train"), rules.names)
    return attrs.evolve(rules, relabelled=relabelled)


def _described(project: Project, names: tuple[str, ...], chosen: NDArray[np.int16], like: Rules) -> Rules:
    """Rules as found before, for other names and choices."""
    tells = {rule.name: rule.tell for rule in like.rules if rule.tell is not None}
    described, reference = describe(
        names,
        np.where(chosen != NO_RULE, chosen, like.found),
        source_points(project),
        project.schema,
        strays=like.strays & (chosen == NO_RULE),
        tells=tells,
        seed=like.seed,
    )
    return attrs.evolve(like, names=names, chosen=chosen, rules=described, reference=reference)


def _checked(name: str) -> str:
    if name.strip() != name or not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
        raise BadInputError(
            "this cannot be the name of a rule",
            expected=f"1 to {_LONGEST_NAME} printable characters, no blanks at the ends",
            found=repr(name),
        )
    return name


def _count(project: Project) -> int:
    span = project.span("train")
    return int(span.stop - span.start)


def _damaged(path: Path, error: Exception) -> ProjectError:
    return ProjectError(
        "the marking rules are damaged",
        where=path,
        found=str(error) or type(error).__name__,
        todo=_ANEW,
    )


def _to_spans(which: NDArray[np.int16]) -> list[list[int]]:
    """First row, row after the last and rule of each run of rows that have one."""
    spans = [
        [rows.start, rows.stop, int(rule)]
        for rule in np.unique(which[which != NO_RULE])
        for rows in row_ranges(np.flatnonzero(which == rule))
    ]
    return sorted(spans)


def _from_spans(spans: Any, count: int) -> NDArray[np.int16]:
    which = np.full(count, NO_RULE, np.int16)
    for start, stop, rule in spans:
        if not 0 <= start < stop <= count or rule < 0:
            raise ValueError(f"no such rows or rule: {start}, {stop}, {rule}")
        which[start:stop] = rule
    return which


def rule_dict(rule: Rule) -> dict[str, Any]:
    """A rule as a plain value; its rows as pairs of the first and the last."""
    value = attrs.asdict(rule, recurse=True)
    value["rows"] = [[rows.start, rows.stop - 1] for rows in rule.rows]
    return value


def _migrated(value: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew no strays, and no changes apart from the rows of rules."""
    return value if value["version"] > 1 else value | {"stretches": value["found"], "changes": []}


def _from_dict(value: dict[str, Any], count: int) -> Rules:
    return Rules(
        names=tuple(map(str, value["names"])),
        found=_from_spans(value["found"], count),
        chosen=_from_spans(value["chosen"], count),
        seen=_from_spans(value["seen"], count),
        rules=tuple(_rule(rule) for rule in value["rules"]),
        reference=value["reference"],
        seed=int(value["seed"]),
        stretches=_from_spans(value["stretches"], count),
        changes=tuple(map(int, value["changes"])),
    )


def _rule(value: dict[str, Any]) -> Rule:
    offsets = {
        keypoint: Offset(o["x"], o["y"], _pair(o["x_interval"]), _pair(o["y_interval"]))
        for keypoint, o in value["offsets"].items()
    }
    tell = value["tell"]
    if tell is not None:
        intervals = {key: _pair(tell[key]) for key in ("interval", "within_interval")}
        tell = Tell(**(tell | intervals))
    return Rule(
        name=value["name"],
        rows=tuple(range(first, last + 1) for first, last in value["rows"]),
        faces=int(value["faces"]),
        keypoints=tuple(value["keypoints"]),
        offsets=offsets,
        tell=tell,
    )


def _pair(value: Any) -> tuple[float, float]:
    low, high = value
    return float(low), float(high)
