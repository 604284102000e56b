"""Marking rules: by which conventions the faces of a file are marked, found from the file itself."""

from fkd_core.rules.find import find_rules
from fkd_core.rules.rule import NO_RULE, Offset, Rule, Rules, Tell
from fkd_core.rules.store import ensure_rules, find_and_keep, load_rules, save_rules, set_rule

__all__ = [
    "NO_RULE",
    "Offset",
    "Rule",
    "Rules",
    "Tell",
    "ensure_rules",
    "find_and_keep",
    "find_rules",
    "load_rules",
    "save_rules",
    "set_rule",
]
