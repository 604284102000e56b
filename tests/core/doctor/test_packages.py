"""Each distribution gets its own package command, and a library nobody knows is still named."""

from __future__ import annotations

import pytest

from fkd_core.doctor import packages
from fkd_core.doctor.packages import FONTS, package_manager, remedy

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'
FEDORA = "ID=fedora\nVERSION_ID=42\n"
ROCKY = 'ID="rocky"\nID_LIKE="rhel centos fedora"\n'
MANJARO = "ID=manjaro\nID_LIKE=arch\n"
TUMBLEWEED = 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n'


@pytest.mark.parametrize(
    ("os_release", "manager"),
    [
        (DEBIAN, "apt-get"),
        (MINT, "apt-get"),
        (FEDORA, "dnf"),
        (ROCKY, "dnf"),
        (MANJARO, "pacman"),
        (TUMBLEWEED, "zypper"),
        ("ID=nixos\n", None),
        ("", None),
    ],
)
def test_package_manager(os_release: str, manager: str | None) -> None:
    assert package_manager(os_release) == manager


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "sudo apt-get install libxcb-cursor0"),
        ("dnf", "sudo dnf install xcb-util-cursor"),
        ("pacman", "sudo pacman -S xcb-util-cursor"),
        ("zypper", "sudo zypper install libxcb-cursor0"),
    ],
)
def test_sentence_is_library_and_command(manager: str, command: str) -> None:
    sentence = remedy(["libxcb-cursor.so.0"], manager).sentence()
    assert sentence == f"Qt misses libxcb-cursor.so.0. Install it with: {command}"


def test_two_libraries_of_one_package_install_it_once() -> None:
    plan = remedy(["libglib-2.0.so.0", "libgthread-2.0.so.0"], "apt-get")
    assert plan.command == ("apt-get", "install", "libglib2.0-0")
    assert "Install them with" in plan.sentence()


def test_fonts_are_no_library() -> None:
    sentence = remedy([FONTS], "apt-get").sentence()
    assert sentence.startswith("There are no fonts")
    assert sentence.endswith("sudo apt-get install fonts-dejavu-core")


def test_unknown_library_is_named() -> None:
    plan = remedy(["libEGL.so.1", "libnew.so.9"], "apt-get")
    assert plan.packages == ("libegl1",)
    assert "Qt misses libEGL.so.1, libnew.so.9." in plan.sentence()
    assert plan.sentence().endswith("hold libnew.so.9.")


def test_unknown_distribution_has_no_command() -> None:
    plan = remedy(["libEGL.so.1"], None)
    assert plan.command == ()
    assert not packages.can_install(plan)
    assert "libEGL.so.1" in plan.sentence()


def test_root_needs_no_sudo() -> None:
    assert "sudo" not in remedy(["libEGL.so.1"], "apt-get").sentence(root=True)
