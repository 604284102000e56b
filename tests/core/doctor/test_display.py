"""A display is found by connecting to it, not by its name alone."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fkd_core.doctor.display import X11_PORT, find_display

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="local sockets and X are Unix")


@pytest.fixture
def sockets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Names of local sockets end at about 100 characters; pytest's own folders are near that.
    return tmp_path_factory.mktemp("s")


def listen(path: Path) -> socket.socket:
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(path))
    server.listen(16)
    return server


@pytest.fixture
def x_server(sockets: Path) -> Iterator[Path]:
    # 991: a number that no X server of this computer has, also not under its abstract name.
    with listen(sockets / "X991"):
        yield sockets


@pytest.mark.parametrize("name", [":991", ":991.0", "unix:991", "unix/:991.0"])
def test_local_x_server_is_found(x_server: Path, name: str) -> None:
    display = find_display({"DISPLAY": name}, "linux", x11_sockets=x_server)
    assert display.plugins == ("xcb",)
    assert display.available


@pytest.mark.parametrize("name", [":992", "992", "nonsense", ":"])
def test_dead_or_misspelt_x_display_is_named(x_server: Path, name: str) -> None:
    display = find_display({"DISPLAY": name}, "linux", x11_sockets=x_server)
    assert not display.available
    assert display.reason == f"no X server answers at DISPLAY={name}"


def test_x_server_on_a_host_is_found() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        number = server.getsockname()[1] - X11_PORT
        assert find_display({"DISPLAY": f"127.0.0.1:{number}.0"}, "linux").plugins == ("xcb",)
    assert not find_display({"DISPLAY": f"127.0.0.1:{number}.0"}, "linux").available


def test_wayland_comes_before_x(x_server: Path) -> None:
    environ = {"DISPLAY": ":991", "WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(x_server)}
    with listen(x_server / "wayland-0"):
        assert find_display(environ, "linux", x11_sockets=x_server).plugins == ("wayland", "xcb")


def test_dead_wayland_leaves_x(x_server: Path) -> None:
    environ = {"DISPLAY": ":991", "WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(x_server)}
    assert find_display(environ, "linux", x11_sockets=x_server).plugins == ("xcb",)
    del environ["DISPLAY"]
    assert "wayland-0" in find_display(environ, "linux", x11_sockets=x_server).reason


def test_plugin_that_the_user_asks_for(x_server: Path) -> None:
    environ = {"DISPLAY": ":991", "QT_QPA_PLATFORM": "xcb"}
    assert find_display(environ, "linux", x11_sockets=x_server).plugins == ("xcb",)
    environ["QT_QPA_PLATFORM"] = "wayland;xcb"
    assert find_display(environ, "linux", x11_sockets=x_server).plugins == ("xcb",)
    environ["QT_QPA_PLATFORM"] = "wayland-egl"
    display = find_display(environ, "linux", x11_sockets=x_server)
    assert not display.available
    assert display.reason == "QT_QPA_PLATFORM=wayland-egl rules out xcb, which would work"


def test_no_variable_is_no_display() -> None:
    assert find_display({}, "linux").reason == "neither DISPLAY nor WAYLAND_DISPLAY is set"


@pytest.mark.parametrize(("platform", "plugin"), [("darwin", "cocoa"), ("win32", "windows")])
def test_macos_and_windows_have_one(platform: str, plugin: str) -> None:
    assert find_display({}, platform).plugins == (plugin,)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_qt_told_to_draw_offscreen_has_none(x_server: Path, platform: str) -> None:
    environ = {"DISPLAY": ":991", "QT_QPA_PLATFORM": "offscreen"}
    display = find_display(environ, platform, x11_sockets=x_server)
    assert not display.available
    assert "QT_QPA_PLATFORM=offscreen" in display.reason
