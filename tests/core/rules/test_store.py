"""Rules in a project: kept whole, given back, corrected by people, refused where they are damaged."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import numpy as np
import pytest

from fkd_core.errors import BadInputError, ProjectError, ReadOnlyError
from fkd_core.project import Project
from fkd_core.rules import NO_RULE, Rule, Rules, Tell, load_rules, save_rules, set_rule
from fkd_core.rules.describe import describe
from fkd_core.rules.store import FILE, has_rules, keep_choices, source_points
from tests.helpers.projects import make_project

ROWS = 24


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.fkd", train=ROWS)


def some_rules(project: Project) -> Rules:
    found = np.array([0, 1, 1] * 8, np.int16)
    found[5] = NO_RULE
    tells = {"A": Tell(0.9, (0.8, 0.95), 0.5, 1.0, (1.0, 1.0), 1.0)}
    points = source_points(project)
    rules, reference = describe(["A", "B"], found, points, project.schema, tells=tells, seed=3)
    seen = np.array([1, 1, 0] * 8, np.int16)
    stretches = found.copy()
    stretches[[7, 8]] = 0
    return Rules(
        ("A", "B"),
        found,
        np.full(ROWS, NO_RULE, np.int16),
        seen,
        rules,
        reference,
        seed=3,
        stretches=stretches,
        changes=(4, 9),
    )


def same(first: Rules, second: Rules) -> bool:
    fields = ("names", "rules", "reference", "seed", "changes")
    arrays = all(
        np.array_equal(getattr(first, f), getattr(second, f))
        for f in ("found", "chosen", "seen", "stretches")
    )
    return arrays and all(getattr(first, f) == getattr(second, f) for f in fields)


def _short(rules: Rules) -> Rules:
    """The same rules for three rows."""
    three = np.zeros(3, np.int16)
    return attrs.evolve(
        rules, found=three, chosen=three, seen=three, stretches=three, changes=(), relabelled=three
    )


def test_a_project_without_rules_has_one(folder: Path) -> None:
    with Project(folder) as project:
        assert not has_rules(project)
        rules = load_rules(project)
    assert rules.names == ("A",)
    assert (rules.of_row == 0).all()
    assert rules.rules[0].rows == (range(ROWS),)


def test_what_is_saved_is_loaded(folder: Path) -> None:
    with Project(folder, write=True) as project:
        save_rules(project, some_rules(project))
    with Project(folder) as project:
        assert has_rules(project)
        assert load_rules(project).looks() == {"A": {"A": 0, "B": 8}, "B": {"A": 7, "B": 8}}
        assert same(load_rules(project), some_rules(project))


def test_rules_of_the_first_version_had_no_strays_and_no_changes(folder: Path) -> None:
    with Project(folder, write=True) as project:
        save_rules(project, some_rules(project))
        path = folder / FILE
        value = json.loads(path.read_text("utf-8")) | {"version": 1}
        del value["stretches"], value["changes"]
        path.write_text(json.dumps(value), "utf-8")
        rules = load_rules(project)
        assert not rules.strays.any()
        assert rules.changes == ()
        assert np.array_equal(rules.found, some_rules(project).found)
        save_rules(project, rules)
        assert same(load_rules(project), rules)
    assert json.loads(path.read_text("utf-8"))["version"] == 2


def test_strays_are_counted_until_a_person_says_what_they_are(folder: Path) -> None:
    with Project(folder, write=True) as project:
        save_rules(project, some_rules(project))
        rules = load_rules(project)
        assert np.flatnonzero(rules.strays).tolist() == [7, 8]
        assert rules.strays_among() == {"B": {"A": 2}}
        rules = set_rule(project, np.array([7]), "A")
        assert rules.of_row[[7, 8]].tolist() == [0, 1]
        assert rules.strays_among() == {"B": {"A": 1}}
        assert np.flatnonzero(rules.strays).tolist() == [7, 8]
        assert set_rule(project, np.array([8]), "B").strays_among() == {}


def test_a_rule_is_known_by_its_name(folder: Path) -> None:
    with Project(folder) as project:
        rules = some_rules(project)
    assert rules.index("B") == 1
    with pytest.raises(BadInputError, match="no rule 'E'; expected A or B"):
        rules.index("E")


def test_people_correct_rows_and_take_that_back(folder: Path) -> None:
    with Project(folder, write=True) as project:
        before = some_rules(project)
        save_rules(project, before)
        changed = set_rule(project, np.array([0, 5]), "B")
        assert same(changed, load_rules(project))
        assert changed.of_row[[0, 5]].tolist() == [1, 1]
        assert changed.found.tolist() == before.found.tolist()
        assert [rule.faces for rule in changed.rules] == [7, 17]
        assert changed.rules[0].tell == before.rules[0].tell
        assert same(set_rule(project, np.array([0, 5]), None), before)


def test_a_new_name_is_a_new_rule_also_where_none_were_found(folder: Path) -> None:
    with Project(folder, write=True) as project:
        rules = set_rule(project, np.arange(6), "made by Ann")
        assert rules.names == ("A", "made by Ann")
        assert rules.rules[1].rows == (range(6),)
        assert rules.reference == "made by Ann"
        assert load_rules(project).of_row.tolist() == [1] * 6 + [0] * 18


def test_what_people_said_survives_a_new_search(folder: Path) -> None:
    with Project(folder, write=True) as project:
        save_rules(project, some_rules(project))
        set_rule(project, np.array([2]), "A")
        set_rule(project, np.array([3]), "mine")
        kept = keep_choices(project, attrs.evolve(some_rules(project), seed=9))
    assert kept.names == ("A", "B", "mine")
    assert kept.seed == 9
    assert kept.of_row[[2, 3]].tolist() == [0, 2]
    assert np.count_nonzero(kept.chosen != NO_RULE) == 2


@pytest.mark.parametrize("rows", [[-1], [ROWS], [0, 99]])
def test_rows_that_do_not_exist_change_nothing(folder: Path, rows: list[int]) -> None:
    with Project(folder, write=True) as project:
        with pytest.raises(BadInputError, match=f"expected 0 to {ROWS - 1}, found {rows[-1]}"):
            set_rule(project, np.array(rows), "A")
        assert not has_rules(project)


@pytest.mark.parametrize("name", ["", " A", "a\nb", "x" * 41])
def test_names_that_cannot_be_shown_are_refused(folder: Path, name: str) -> None:
    with Project(folder, write=True) as project, pytest.raises(BadInputError, match="name of a rule"):
        set_rule(project, np.array([0]), name)


def test_a_project_open_for_reading_keeps_nothing(folder: Path) -> None:
    with Project(folder) as project:
        with pytest.raises(ReadOnlyError, match="opened for reading"):
            set_rule(project, np.array([0]), "B")
        assert not has_rules(project)


def test_rules_of_other_faces_are_refused(folder: Path, tmp_path: Path) -> None:
    other = make_project(tmp_path / "q.fkd", train=ROWS, seed=1)
    with Project(folder, write=True) as project:
        save_rules(project, some_rules(project))
        with pytest.raises(ValueError, match="24 rows, received 3"):
            save_rules(project, _short(some_rules(project)))
    (other / FILE).write_bytes((folder / FILE).read_bytes())
    with Project(other) as project, pytest.raises(ProjectError, match="belong to other faces"):
        load_rules(project)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 3},
        {"version": "new"},
        {"names": ["A"]},
        {"names": ["A", "A"]},
        {"reference": "C"},
        {"found": [[0, 99, 0]]},
        {"found": [[0, 5, 7]]},
        {"found": [[0, 5]]},
        {"chosen": 5},
        {"rules": []},
        {"rules": [{"name": "A"}]},
        {"seed": None},
        {"stretches": [[0, 99, 0]]},
        {"changes": [ROWS]},
        {"changes": None},
    ],
)
def test_a_damaged_file_is_named(folder: Path, change: dict[str, object]) -> None:
    with Project(folder, write=True) as project:
        save_rules(project, some_rules(project))
        path = folder / FILE
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
        with pytest.raises(ProjectError, match=r"rules\.json: the marking rules are (damaged|of a newer)"):
            load_rules(project)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"version": 1}'])
def test_a_broken_file_is_named(folder: Path, content: bytes) -> None:
    (folder / FILE).write_bytes(content)
    with Project(folder) as project, pytest.raises(ProjectError, match="damaged"):
        load_rules(project)


def test_rules_must_fit_each_other() -> None:
    rows = np.zeros(4, np.int16)
    with pytest.raises(ValueError, match="names must be there"):
        Rules((), rows, rows, rows, (), "A")
    with pytest.raises(ValueError, match="must be"):
        Rules(("A",), rows, rows[:2], rows, (Rule("A", (), 0, (), {}),), "A")
    with pytest.raises(ValueError, match="rules and reference"):
        Rules(("A",), rows, rows, rows, (), "A")
    one = (Rule("A", (), 0, (), {}),)
    with pytest.raises(ValueError, match=r"stretches must be \(N,\)"):
        Rules(("A",), rows, rows, rows, one, "A", stretches=rows[:2])
    with pytest.raises(ValueError, match="changes must be from 1 to 3"):
        Rules(("A",), rows, rows, rows, one, "A", changes=(4,))
