"""Keypoints called by the number that one types."""

from __future__ import annotations

WAIT = 1.0
"""seconds in which a second digit belongs to the first"""


class NumberKeys:
    """Collects digits: `1` means the first keypoint at once, `1` and soon after it `2` the twelfth.

    Args:
        count: how many keypoints there are.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._typed = ""
        self._at = 0.0

    def waiting(self, now: float) -> bool:
        """Whether another digit would still belong to those before it."""
        return bool(self._typed) and now - self._at <= WAIT

    def press(self, digit: str, now: float) -> int | None:
        """The index of the keypoint that is meant, None if there is none of that number.

        Args:
            digit: `0` to `9`.
            now: seconds on a clock that never goes back.
        """
        typed = self._typed + digit if self.waiting(now) else digit
        if int(typed) > self._count:
            typed = digit
        self._typed, self._at = typed, now
        if not 1 <= int(typed) <= self._count:
            self._typed = ""
            return None
        return int(typed) - 1

    def forget(self) -> None:
        """The next digit is a first one."""
        self._typed = ""
