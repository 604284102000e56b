"""`fkd rules PROJECT`."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from fkd_core.cli import arguments, relabel
from fkd_core.cli.output import job_for, print_json, print_table
from fkd_core.errors import BadInputError
from fkd_core.rules.rule import NO_RULE, Offset, Rule, Rules, row_ranges

_MOST_RANGES = 3
_MOST_OFFSETS = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    parser.add_argument("--find", action="store_true", help="find them anew; what was set by hand stays")
    parser.add_argument("--seed", type=arguments.whole, default=0, metavar="N", help="of the search (0)")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--set", metavar="NAME", help="say that the rows follow this rule, or a new one")
    change.add_argument("--unset", action="store_true", help="give the rows back the rule that was found")
    parser.add_argument("--rows", type=Path, metavar="ROWS.txt", help="rows to --set or --unset, one a line")
    relabel.add_arguments(parser)
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """Show the marking rules; find and keep them first where that was not done yet. Or label rows anew."""
    if relabel.is_asked(chosen):
        relabel.run(chosen)
        return
    from fkd_core.project import Project
    from fkd_core.rules import store

    change = chosen.set is not None or chosen.unset
    if change != (chosen.rows is not None):
        raise BadInputError("--rows goes with --set NAME or --unset, and they with it")
    with Project(chosen.project) as project:
        find = chosen.find or not store.has_rules(project)
    with Project(chosen.project, write=find or change) as project:
        if find:
            with job_for("finding marking rules") as job:
                store.find_and_keep(project, job, seed=chosen.seed)
        if change:
            from fkd_core.pipeline import read_hold_out

            store.set_rule(project, read_hold_out(project, chosen.rows), chosen.set)
        rules = store.load_rules(project)
    if chosen.json:
        print_json(
            {
                "faces": len(rules.found),
                "reference": rules.reference,
                "seed": rules.seed,
                "set_by_hand": int((rules.chosen != NO_RULE).sum()),
                "without_rule": int((rules.of_row == NO_RULE).sum()),
                "changes": list(rules.changes),
                "strays": {
                    "rows": np.flatnonzero(rules.left_strays).tolist(),
                    "by_rule": rules.strays_among(),
                },
                "looks_like": rules.looks(),
                "labelled_anew": rules.moves(),
                "rules": [store.rule_dict(rule) for rule in rules.rules],
            }
        )
        return
    _print(rules)


def _print(rules: Rules) -> None:
    header = ["rule", "rows", "faces", "keypoints", "told from the image", "with its keypoints known"]
    table = [
        [
            rule.name,
            _rows(rules, rule),
            rule.faces,
            len(rule.keypoints),
            _tell(rule),
            _tell(rule, within=True),
        ]
        for rule in rules.rules
    ]
    print_table("Marking rules", header, table)
    others = [rule for rule in rules.rules if rule.offsets]
    if others:
        print()
        rows = [[rule.name, *_largest(rule)] for rule in others]
        width = max(map(len, rows))
        header = ["rule", *[""] * (width - 1)]
        title = f"Largest offsets from rule {rules.reference}, in pixels at 36 between the eyes (95 %)"
        print_table(title, header, [row + [""] * (width - len(row)) for row in rows])
    for source, among in rules.strays_among().items():
        places = ", ".join(f"{count:,} in {name}" for name, count in among.items())
        print(
            f"\nstrays: {sum(among.values()):,} rows stand among others' rows"
            f" but are marked and look like {source}: {places}"
        )
    for into, counts in rules.moves().items():
        origins = ", ".join(f"{count:,} of {name}" for name, count in counts.items())
        print(f"\nlabelled anew in rule {into}: {origins}")
    by_hand = int((rules.chosen != NO_RULE).sum())
    if by_hand:
        print(f"\nset by hand: {by_hand:,} rows")
    without = int((rules.of_row == NO_RULE).sum())
    if without:
        print(f"\nwithout a label, so without a rule: {without:,} rows")


def _rows(rules: Rules, rule: Rule) -> str:
    """The longest stretches in the order of the file, how many more there are, and its strays elsewhere."""
    # Strays would cut the stretches into hundreds.
    standing = np.where(rules.left_strays, rules.stretches, rules.of_source)
    stretches = row_ranges(np.flatnonzero(standing == rules.index(rule.name)))
    longest = sorted(stretches, key=len, reverse=True)[:_MOST_RANGES]
    parts = [
        f"{rows.start}–{rows.stop - 1}" if len(rows) > 1 else f"{rows.start}"
        for rows in sorted(longest, key=lambda rows: rows.start)
    ]
    left = len(stretches) - len(longest)
    text = ", ".join(parts) + (f" and {left} more" if left else "")
    among = rules.strays_among()
    lost = sum(counts.get(rule.name, 0) for counts in among.values())
    strays = among.get(rule.name, {})
    if lost:
        text += f" without {_strays(lost)}"
    if strays:
        text += f", and {_strays(sum(strays.values()))} among {', '.join(strays)}"
    return text


def _strays(count: int) -> str:
    return f"{count:,} {'stray' if count == 1 else 'strays'}"


def _tell(rule: Rule, *, within: bool = False) -> str:
    if rule.tell is None:
        return ""
    tell = rule.tell
    share, (low, high), chance = (
        (tell.within, tell.within_interval, tell.within_chance)
        if within
        else (tell.accuracy, tell.interval, tell.chance)
    )
    if chance == 1:
        return "the only one"
    return f"{share:.0%} ({low:.0%} to {high:.0%}; a guess {chance:.0%})"


def _largest(rule: Rule) -> list[str]:
    moves = [
        (abs(value), f"{keypoint.replace('_', ' ')} {value:+.1f} {word} ({low:+.1f} to {high:+.1f})")
        for keypoint, offset in rule.offsets.items()
        for value, word, (low, high) in _axes(offset)
    ]
    return [text for size, text in sorted(moves, key=lambda move: -move[0])[:_MOST_OFFSETS] if size > 0]


def _axes(offset: Offset) -> list[tuple[float, str, tuple[float, float]]]:
    return [(offset.x, "x", offset.x_interval), (offset.y, "y", offset.y_interval)]
