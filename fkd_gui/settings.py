"""What the window remembers between two starts: one typed, described row for each thing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from fkd_gui.places import PLACES


@attrs.frozen
class Setting:
    """One thing to remember.

    Attributes:
        key: where it is stored.
        kind: its type.
        default: its value before anyone chose.
        text: what it is, for people.
        choices: what it may be; empty for anything of its kind.
    """

    key: str
    kind: type
    default: Any
    text: str
    choices: tuple[Any, ...] = ()


THEME = Setting("view/theme", str, "system", "Colours of the window", ("system", "light", "dark"))
SHOW_NAMES = Setting("view/names", bool, False, "Names of keypoints on the face")
SHOW_SKELETON = Setting("view/skeleton", bool, True, "Lines between keypoints")
SHOW_LEGEND = Setting("view/legend", bool, True, "Legend of origins on the face")
SMOOTH = Setting("view/smooth", bool, False, "Smooth pixels when zoomed in")
SHOW_GRID = Setting("view/grid", bool, False, "Lines between pixels when zoomed in")
GHOST_MEAN = Setting("view/ghost_mean", bool, False, "Ghost of the mean shape")
GHOST_PREVIOUS = Setting("view/ghost_previous", bool, False, "Ghost of the previous face")
GHOST_MODEL = Setting("view/ghost_model", bool, True, "Ghost of the model")
GHOST_ORIGINAL = Setting("view/ghost_original", bool, False, "Ghost of the original label")
BRIGHTNESS = Setting("view/brightness", int, 0, "Brightness of faces on the screen, in percent")
CONTRAST = Setting("view/contrast", int, 0, "Contrast of faces on the screen, in percent")
GAMMA = Setting("view/gamma", int, 100, "Gamma of faces on the screen, in percent")
EQUALISE = Setting("view/equalise", bool, False, "Spread the greys of faces on the screen")
LAST_PROJECT = Setting("files/last_project", str, "", "The project that was open last")
RECENT = Setting("files/recent", list, [], "Projects that were opened, latest first")
LAST_FOLDER = Setting("files/last_folder", str, "", "Where the last file dialog was")
GEOMETRY = Setting("window/geometry", QByteArray, QByteArray(), "Place and size of the window")
LABEL_LAYOUT = Setting("window/label_layout", QByteArray, QByteArray(), "Docks of the labelling place")
PLACE = Setting(
    "window/place",
    str,
    "label",
    "The place that was open last",
    tuple(place.id for place in PLACES),
)
RULES_TOLD = Setting(
    "files/rules_told", list, [], "Projects of which it was said that they follow several rules"
)
YOUR_NAME = Setting("user/name", str, "", "Your name, which edits and notes carry; the system’s if empty")
KEYS = Setting("window/keys", str, "", "Shortcuts that were chosen in place of the program’s own")
LEFT_OFF = Setting("faces/left_off", str, "", "Where one left off in each project")
SAVED_FILTERS = Setting("faces/filters", str, "", "Filters that were saved by name")

ON_CLOSING = Setting(
    "training/on_closing",
    str,
    "ask",
    "What becomes of a training when its project is closed",
    ("ask", "keep", "stop"),
)

SHEET = Setting("sheet/shown", bool, False, "The contact sheet in the place of the faces")
SHEET_ORDER = Setting(
    "sheet/order",
    str,
    "",
    "Order of the contact sheet",
    ("", "suspicion", "offset", "model", "origin", "x", "y", "row"),
)
SHEET_CROP = Setting("sheet/crop", int, 32, "Pixels of the face in a cell of the contact sheet", (24, 32, 48))

_RECENT_LENGTH = 8


class Settings:
    """Reads and writes settings in one file.

    Args:
        file: the file; the user's own configuration folder if None.
    """

    def __init__(self, file: Path | None = None) -> None:
        file = file or Path(platformdirs.user_config_dir("fkd", appauthor=False)) / "window.ini"
        self._store = QSettings(str(file), QSettings.Format.IniFormat)

    def get(self, setting: Setting) -> Any:
        """The value, or the default where nothing usable is stored."""
        if not self._store.contains(setting.key):
            return setting.default
        value = self._store.value(setting.key)
        if setting.kind is bool:
            value = value in (True, "true", "1", 1)
        elif setting.kind is int:
            # Files hold texts: "20" is a number, anything else is nothing usable.
            text = str(value)
            value = int(text) if text.removeprefix("-").isdecimal() else text
        elif setting.kind is list:
            value = [value] if isinstance(value, str) else list(value or [])
        if not isinstance(value, setting.kind) or (setting.choices and value not in setting.choices):
            return setting.default
        return value

    def set(self, setting: Setting, value: Any) -> None:
        """Remember a value.

        Raises:
            ValueError: if it is no value that the setting may have.
        """
        if not isinstance(value, setting.kind) or (setting.choices and value not in setting.choices):
            raise ValueError(f"{setting.key} must be {setting.choices or setting.kind}, received {value!r}")
        self._store.setValue(setting.key, value)

    def opened(self, project: Path) -> None:
        """Remember that a project was opened."""
        path = str(project.absolute())
        self.set(LAST_PROJECT, path)
        recent = [path, *(other for other in self.get(RECENT) if other != path)]
        self.set(RECENT, recent[:_RECENT_LENGTH])

    def save(self) -> None:
        """Write to the disk now."""
        self._store.sync()
