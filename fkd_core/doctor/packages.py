"""Which package of which Linux distribution holds a library, and the command that installs it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from fkd_core.errors import FkdError

FONTS = "fonts"
"""Stands for 'any font' among the names of libraries."""

_MANAGERS = ("apt-get", "dnf", "pacman", "zypper")
_COMMANDS = {
    "apt-get": ("apt-get", "install"),
    "dnf": ("dnf", "install"),
    "pacman": ("pacman", "-S"),
    "zypper": ("zypper", "install"),
}
_FAMILIES = {
    "debian": "apt-get",
    "ubuntu": "apt-get",
    "fedora": "dnf",
    "rhel": "dnf",
    "arch": "pacman",
    "suse": "zypper",
    "opensuse": "zypper",
}
# One row a library; columns as in _MANAGERS. Debian's names hold for Ubuntu: where a newer release
# has renamed a package (libglib2.0-0t64) the old name is kept as one that it provides.
_PACKAGES: Mapping[str, tuple[str, str, str, str]] = {
    FONTS: ("fonts-dejavu-core", "dejavu-sans-fonts", "ttf-dejavu", "dejavu-fonts"),
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd", "libglvnd"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd", "libglvnd"),
    "libGLX.so.0": ("libglx0", "libglvnd-glx", "libglvnd", "libglvnd"),
    "libGLdispatch.so.0": ("libglvnd0", "libglvnd", "libglvnd", "libglvnd"),
    "libOpenGL.so.0": ("libopengl0", "libglvnd-opengl", "libglvnd", "libglvnd"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libx11", "libX11-xcb1"),
    "libX11.so.6": ("libx11-6", "libX11", "libx11", "libX11-6"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus", "libdbus-1-3"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig", "libfontconfig1"),
    "libfreetype.so.6": ("libfreetype6", "freetype", "freetype2", "libfreetype6"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2", "libglib-2_0-0"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2", "glib2", "libgthread-2_0-0"),
    "libstdc++.so.6": ("libstdc++6", "libstdc++", "gcc-libs", "libstdc++6"),
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client", "wayland", "libwayland-client0"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor", "wayland", "libwayland-cursor0"),
    "libwayland-egl.so.1": ("libwayland-egl1", "libwayland-egl", "wayland", "libwayland-egl1"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor", "libxcb-cursor0"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", "libxcb-icccm4"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "xcb-util-image", "libxcb-image0"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms", "libxcb-keysyms1"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb", "libxcb", "libxcb-randr0"),
    "libxcb-render-util.so.0": (
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
        "libxcb-render-util0",
    ),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb", "libxcb", "libxcb-render0"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb", "libxcb-shape0"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb", "libxcb", "libxcb-shm0"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb", "libxcb", "libxcb-sync1"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util", "xcb-util", "libxcb-util1"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb", "libxcb", "libxcb-xfixes0"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb", "libxcb", "libxcb-xkb1"),
    "libxcb.so.1": ("libxcb1", "libxcb", "libxcb", "libxcb1"),
    "libxkbcommon-x11.so.0": (
        "libxkbcommon-x11-0",
        "libxkbcommon-x11",
        "libxkbcommon-x11",
        "libxkbcommon-x11-0",
    ),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon", "libxkbcommon0"),
    "libz.so.1": ("zlib1g", "zlib", "zlib", "libz1"),
    "libzstd.so.1": ("libzstd1", "libzstd", "zstd", "libzstd1"),
}


@attrs.frozen
class Remedy:
    """What puts missing libraries right.

    Args:
        libraries: what is missing, `FONTS` for fonts.
        manager: the distribution's package manager, None where it is not one of the known four.
        packages: what to install, each once.
        unknown: libraries that no known package holds.
    """

    libraries: tuple[str, ...]
    manager: str | None
    packages: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def command(self) -> tuple[str, ...]:
        """The package command, without `sudo`; empty where no package is known."""
        return (*_COMMANDS[self.manager], *self.packages) if self.manager and self.packages else ()

    def sentence(self, *, root: bool = False) -> str:
        """What is missing and how to get it, for the user."""
        names = [name for name in self.libraries if name != FONTS]
        parts = []
        if names:
            parts.append(f"Qt misses {', '.join(names)}.")
        if FONTS in self.libraries:
            parts.append("There are no fonts to draw text with.")
        if self.command:
            what = "them" if len(self.libraries) > 1 or FONTS in self.libraries else "it"
            parts.append(f"Install {what} with: {'' if root else 'sudo '}{' '.join(self.command)}")
        if self.unknown:
            parts.append(f"Install the packages of your distribution that hold {', '.join(self.unknown)}.")
        return " ".join(parts)


def package_manager(os_release: str) -> str | None:
    """The package manager of the distribution that this `/etc/os-release` describes."""
    fields = dict(line.split("=", 1) for line in os_release.splitlines() if "=" in line)
    names = [fields.get("ID", ""), *fields.get("ID_LIKE", "").strip('"').split()]
    for name in names:
        family = name.strip('"').partition("-")[0]
        if family in _FAMILIES:
            return _FAMILIES[family]
    return None


def remedy(libraries: Iterable[str], manager: str | None) -> Remedy:
    """What to install with `manager` so that the libraries are there."""
    wanted = tuple(libraries)
    known = [name for name in wanted if manager is not None and name in _PACKAGES]
    column = _MANAGERS.index(manager) if manager is not None else 0
    return Remedy(
        libraries=wanted,
        manager=manager,
        packages=tuple(dict.fromkeys(_PACKAGES[name][column] for name in known)),
        unknown=tuple(name for name in wanted if name not in known and name != FONTS),
    )


def can_install(plan: Remedy) -> bool:
    """Whether this process may install: root on Debian, Ubuntu or their like."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return root and plan.manager == "apt-get" and bool(plan.command) and shutil.which("apt-get") is not None


def install(plan: Remedy, *, lists: Path = Path("/var/lib/apt/lists")) -> None:
    """Install the plan's packages with apt-get, fetching the package lists first where there are none.

    Raises:
        FkdError: if apt-get fails, with its last lines.
    """
    if not any(lists.glob("*Packages*")):
        _apt(("apt-get", "update"))
    try:
        _apt(plan.command)
    except FkdError:
        # Lists older than the mirror name files that are gone; fresh ones mend it.
        _apt(("apt-get", "update"))
        _apt(plan.command)


def _apt(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [*command, "-q", "-y"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        check=False,
    )
    if done.returncode:
        raise FkdError(
            f"`{' '.join(command)}` failed",
            found="\n  ".join(["", *done.stdout.strip().splitlines()[-8:]]),
            todo="Install the packages by hand and start again",
        )
