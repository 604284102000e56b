"""What labelling rows anew would do, as a value and in words."""

from __future__ import annotations

import attrs

from fkd_core.labels.values import Edit

OFFSET = "offset"
"""The method that moves labels by the measured offsets; any other is the name of a run."""


@attrs.frozen
class Expected:
    """How far off the new labels are, as far as that can be measured; pixels, None where it cannot.

    Attributes:
        uncertainty: how well the offsets are known, the half of their 95 % intervals; of the offset only.
        scatter: what remains of the difference of the two rules' scatters, see `Shift.scatter`; of the offset
            only.
        error: of the run on labels of the wanted rule that people made and it never learnt; of a run only.
        faces: on how many faces that is measured.
        learnt: how many of the faces the run was trained on, so that it repeats what it learnt there.
        apart: root mean square distance of what the run sees from what the measured offset gives.
    """

    uncertainty: float | None = None
    scatter: float | None = None
    error: float | None = None
    faces: int = 0
    learnt: int = 0
    apart: float | None = None


@attrs.frozen(eq=False)
class Relabelling:
    """What labelling rows anew would do. Nothing is changed until its edit is applied.

    Attributes:
        edit: all of it.
        sources: names of the rules that are left.
        rule: name of the rule that is entered.
        method: `offset`, or the name of a run.
        kept: labels that stay because a person corrected or accepted them.
        alike: labels that stay because both rules place them alike.
        unknown: labels that stay because nothing says where the rule has them.
        guesses: filled-in values that stay; they can be filled in anew.
        untouched: faces of the sources that keep their rule, since none of their labels changes.
        expected: how far off the new labels are.
    """

    edit: Edit
    sources: tuple[str, ...]
    rule: str
    method: str
    kept: int
    alike: int
    unknown: int
    guesses: int
    untouched: int
    expected: Expected

    @property
    def faces(self) -> int:
        """How many faces change."""
        return len(self.edit.faces)

    @property
    def labels(self) -> int:
        """How many labels change."""
        return len(self.edit.changes)


def in_words(found: Relabelling) -> list[str]:
    """What a relabelling would leave as it is, and how far off its labels are: one sentence each."""
    stays = (
        (found.kept, "as a person corrected or accepted them"),
        (found.alike, "where they are, since the rules place them alike"),
        (found.unknown, "where they are, since nothing says how far they would have to move"),
        (found.guesses, "as they were filled in, and can be filled in anew"),
    )
    lines = [
        f"{count:,} {'label stays' if count == 1 else 'labels stay'} {why}." for count, why in stays if count
    ]
    if found.untouched:
        lines.append(f"{found.untouched:,} faces keep their rule, since none of their labels changes.")
    return lines + _errors_in_words(found)


def _errors_in_words(found: Relabelling) -> list[str]:
    expected, lines = found.expected, []
    if expected.uncertainty is not None and expected.scatter is not None:
        lines.append(
            f"The offsets are known to ± {expected.uncertainty:.1f} px (95 %) at 36 px between the eyes. One "
            f"offset for all faces leaves {expected.scatter:.1f} px of difference between how the labels of "
            f"the rules scatter, as far as the faces are alike."
        )
    if found.method != OFFSET:
        if expected.error is not None:
            lines.append(
                f"On {expected.faces:,} faces that people marked by rule {found.rule} and {found.method} "
                f"never saw, it is off by {expected.error:.2f} px (root mean square distance)."
            )
        else:
            lines.append(
                f"How far off {found.method} is cannot be measured: it was trained on every face of rule "
                f"{found.rule}."
            )
        if expected.learnt:
            lines.append(f"It was trained on {expected.learnt:,} of these faces by their present rule.")
        if expected.apart is not None:
            lines.append(f"It differs from the measured offset by {expected.apart:.2f} px.")
    return lines
