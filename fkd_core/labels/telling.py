"""The history of a face in words."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import numpy as np

from fkd_core.labels.history import SOURCE, KeypointChange, Version
from fkd_core.labels.remarks import Remark
from fkd_core.schema import KeypointSchema

_EACH = 3
"""so many keypoints are named one by one"""


def when(at: float | None, now: datetime) -> str:
    """A moment for people: the time of today, or the day before it."""
    if at is None:
        return ""
    moment = datetime.fromtimestamp(at)
    if moment.date() == now.date():
        return moment.strftime("%H:%M:%S")
    return moment.strftime("%Y-%m-%d %H:%M")


def said_of(version: Version, schema: KeypointSchema) -> str:
    """What a version did, such as `nose tip moved 3.2 px, human → corrected`."""
    if version.status == SOURCE:
        known = int(np.isfinite(version.points).all(axis=1).sum())
        return f"{known} of {len(schema)} keypoints" if known else "no keypoint"
    changes = version.changes
    if not changes:
        return "nothing changed"
    if len(changes) <= _EACH:
        return "; ".join(f"{schema.label(c.keypoint)} {_one(c)}" for c in changes)
    parts = []
    ways = [c.moved for c in changes if c.moved]
    if ways:
        parts.append(f"{len(ways)} moved, {np.median(ways):.1f} px as a rule, {max(ways):.1f} px at most")
    counts = Counter(_one(c, origins=False) for c in changes if not c.moved)
    parts += [f"{count} {text}" for text, count in counts.items()]
    origins = Counter(_origins(c) for c in changes if c.was != c.now)
    parts += [text for text, _ in origins.most_common(2)]
    return f"{len(changes)} keypoints: {'; '.join(parts)}"


def said_by(remark: Remark) -> str:
    """What a remark changed."""
    note, bookmark = remark.before
    parts = []
    if remark.bookmark != bookmark:
        parts.append("bookmark set" if remark.bookmark else "bookmark taken away")
    if remark.note != note:
        parts.append(f"note: {remark.note}" if remark.note else "note taken away")
    return "; ".join(parts) or "nothing changed"


def _one(change: KeypointChange, *, origins: bool = True) -> str:
    if not change.now:
        return "unlabelled"
    parts = []
    if change.moved:
        parts.append(f"moved {change.moved:.1f} px")
    elif not change.was:
        parts.append(f"placed, {change.now}" if origins else "placed")
    if change.state not in ("", "visible", "unlabelled"):
        parts.append(change.state)
    if change.accepted and not change.moved and change.was:
        parts.append("accepted")
    if change.was and change.was != change.now and origins:
        parts.append(_origins(change))
    return ", ".join(parts) or ("visible" if change.state == "visible" else "no longer accepted")


def _origins(change: KeypointChange) -> str:
    return f"{change.was or 'none'} → {change.now or 'none'}"
