"""The one list of named colours. All greys are neutral: nothing tinted stands beside an image."""

from __future__ import annotations

import attrs

CHOICES = ("system", "light", "dark")
"""What a person can choose."""


@attrs.frozen
class Theme:
    """Named colours as `#rrggbb`, which `QColor` takes as they are.

    Attributes:
        name: `light` or `dark`.
        window: behind everything.
        surface: lists, tables, inputs, text.
        raised: buttons, headers, bars, hovered rows.
        pressed: a raised thing while it is pressed or switched on.
        border: lines between things.
        outline: borders of things to act on; at least 3:1 on `surface`.
        text, muted, disabled: text of first, second and no importance.
        accent, on_accent: the primary button, progress, and the text on it.
        selection, on_selection: selected rows and the text on them.
        focus: the ring around what the keyboard acts on.
        danger, warning, success: text and icons with that meaning.
        image_surround: around a face.
        halo_dark, halo_light: the two tones around a marker.
        human, imputed, predicted, corrected, suspicious, unlabelled: where a coordinate came from.
        reviewed: the tick of what a person said is right; the lightest, and for no eye near one of these.
        mean, previous, original, version: ghosts of the mean shape, of the face before, of the source and of
            an earlier version.
        series: lines of a chart, tellable apart by people who are colour-blind.
    """

    name: str
    window: str
    surface: str
    raised: str
    pressed: str
    border: str
    outline: str
    text: str
    muted: str
    disabled: str
    accent: str
    on_accent: str
    selection: str
    on_selection: str
    focus: str
    danger: str
    warning: str
    success: str
    image_surround: str
    series: tuple[str, ...]
    halo_dark: str = "#101010"
    halo_light: str = "#ffffff"
    human: str = "#009E73"
    imputed: str = "#E69F00"
    predicted: str = "#56B4E9"
    corrected: str = "#CC79A7"
    suspicious: str = "#D55E00"
    unlabelled: str = "#8c8c8c"
    reviewed: str = "#ffffff"
    mean: str = "#F0E442"
    previous: str = "#0072B2"
    original: str = "#ffffff"
    version: str = "#C8B6FF"

    @property
    def dark(self) -> bool:
        """Whether it is dark."""
        return self.name == "dark"

    def origin(self, kind: str) -> str:
        """The colour of a kind of origin such as `human`; that of unlabelled keypoints for no kind.

        Origins by colour: Okabe and Ito, Color Universal Design, https://jfly.uni-koeln.de/color/.
        """
        colours = {
            "human": self.human,
            "imputed": self.imputed,
            "predicted": self.predicted,
            "corrected": self.corrected,
        }
        return colours.get(kind, self.unlabelled)

    def ghost(self, kind: str) -> str:
        """The colour of a ghost: `mean`, `previous`, `original` or `version`."""
        return {
            "mean": self.mean,
            "previous": self.previous,
            "original": self.original,
            "version": self.version,
        }[kind]


LIGHT = Theme(
    name="light",
    window="#f3f3f3",
    surface="#ffffff",
    raised="#e9e9e9",
    pressed="#d9d9d9",
    border="#d4d4d4",
    outline="#8a8a8a",
    text="#1c1c1c",
    muted="#595959",
    disabled="#9a9a9a",
    accent="#0a5fb8",
    on_accent="#ffffff",
    selection="#cfe3f8",
    on_selection="#10263c",
    focus="#0a5fb8",
    danger="#b3261e",
    warning="#8a5300",
    success="#00694c",
    image_surround="#bdbdbd",
    series=("#0072B2", "#D55E00", "#007a59", "#a8447c", "#8a6100", "#3a3a3a"),
)
DARK = Theme(
    name="dark",
    window="#1e1e1e",
    surface="#262626",
    raised="#333333",
    pressed="#434343",
    border="#3d3d3d",
    outline="#7c7c7c",
    text="#ececec",
    muted="#adadad",
    disabled="#6f6f6f",
    accent="#7cb8f5",
    on_accent="#0c1c2c",
    selection="#274a6d",
    on_selection="#f2f7fc",
    focus="#7cb8f5",
    danger="#ff8d84",
    warning="#f0b44d",
    success="#4fd1a5",
    image_surround="#383838",
    series=("#56B4E9", "#E69F00", "#2fc698", "#CC79A7", "#F0E442", "#d0d0d0"),
)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21.

    Source: Web Content Accessibility Guidelines 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
