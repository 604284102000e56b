"""Whether a window can be shown here, found without Qt."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import attrs

X11_SOCKETS = Path("/tmp/.X11-unix")
X11_PORT = 6000
TIMEOUT = 3.0
_X11_NAME = re.compile(r"(?:\w+/)?(?P<host>.*?)::?(?P<number>\d+)(?:\.\d+)?")
_UNSET = "neither DISPLAY nor WAYLAND_DISPLAY is set"
_INVISIBLE = ("offscreen", "minimal", "linuxfb", "vnc")


@attrs.frozen
class Display:
    """Where a window can be shown.

    Args:
        plugins: Qt's platform plug-ins that could show one, the best first; empty where none can.
        reason: why there is none, as a clause; empty where there is one.
    """

    plugins: tuple[str, ...]
    reason: str = ""

    @property
    def available(self) -> bool:
        """Whether a window can be shown."""
        return bool(self.plugins)


def find_display(
    environ: Mapping[str, str], platform: str, *, x11_sockets: Path = X11_SOCKETS, timeout: float = TIMEOUT
) -> Display:
    """Look for a display that accepts a connection.

    Args:
        environ: the process's environment.
        platform: as `sys.platform`; macOS and Windows always have a display.
        x11_sockets: folder of the local X server's sockets.
        timeout: longest wait for a server, in seconds.
    """
    asked = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if asked.startswith(_INVISIBLE):
        return Display((), f"QT_QPA_PLATFORM={asked} asks for no visible window")
    if not platform.startswith(("linux", "freebsd")):
        return Display(("cocoa",) if platform == "darwin" else ("windows",))
    refused: list[str] = []
    plugins: list[str] = []
    if name := environ.get("WAYLAND_DISPLAY"):
        path = Path(environ.get("XDG_RUNTIME_DIR", "/nonexistent"), name)
        if _socket_answers(str(path), timeout):
            plugins.append("wayland")
        else:
            refused.append(f"no Wayland server answers at {path} (WAYLAND_DISPLAY={name})")
    if name := environ.get("DISPLAY"):
        if _x11_answers(name, x11_sockets, timeout):
            plugins.append("xcb")
        else:
            refused.append(f"no X server answers at DISPLAY={name}")
    allowed = asked.split(";")  # Qt takes a list
    usable = tuple(name for name in plugins if not asked or any(one.startswith(name) for one in allowed))
    if plugins and not usable:
        return Display((), f"QT_QPA_PLATFORM={asked} rules out {' and '.join(plugins)}, which would work")
    return Display(usable, "" if usable else ", ".join(refused) or _UNSET)


def _x11_answers(name: str, sockets: Path, timeout: float) -> bool:
    found = _X11_NAME.fullmatch(name)
    if found is None:
        return False
    host, number = found["host"], int(found["number"])
    if host not in ("", "unix"):
        return _host_answers(host.strip("[]"), X11_PORT + number, timeout)
    path = str(sockets / f"X{number}")
    # Linux servers listen on an abstract name too, the only one that a sandbox may see.
    return _socket_answers(path, timeout) or _socket_answers(f"\0{path}", timeout)


def _host_answers(host: str, port: int, timeout: float) -> bool:
    try:
        socket.create_connection((host, port), timeout=timeout).close()
    except OSError:  # whatever the reason, no window can be shown there
        return False
    return True


def _socket_answers(path: str, timeout: float) -> bool:
    if sys.platform == "win32":  # has no such sockets
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(timeout)
            client.connect(path)
    except OSError:  # as above
        return False
    return True
