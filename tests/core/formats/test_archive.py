"""Archives in archives: what is found, what is passed over, and that damage is told and never a crash."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from fkd_core.errors import BadInputError
from fkd_core.formats.archive import look_into, members
from tests.helpers.downloads import download, small_files, write_files, zipped


def test_files_of_nested_zips_are_read_without_unpacking(tmp_path: Path) -> None:
    files = small_files()
    source = tmp_path / "download.zip"
    source.write_bytes(download(files))
    found = {member.name: member for member in members(source)}
    assert {name: member.read() for name, member in found.items()} == files
    assert found["training.csv"].path == "download.zip/training.zip/training.csv"
    assert (found["training.csv"].depth, found["IdLookupTable.csv"].depth) == (2, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["download.zip"]


def test_a_member_is_read_again_from_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"inner.zip": zipped({"a.csv": b"one\ntwo\n"})}))
    (member,) = members(tmp_path / "a.zip")
    with member.open() as stream:
        assert stream.readline() == b"one\n"
    assert member.read() == b"one\ntwo\n"


def test_files_of_folders_and_a_single_file_are_found(tmp_path: Path) -> None:
    write_files(tmp_path / "data", {"a.csv": b"1", "deep/down/b.csv": b"2", "c.zip": zipped({"c.csv": b"3"})})
    assert [m.path for m in members(tmp_path / "data")] == [
        "data/a.csv",
        "data/c.zip/c.csv",
        "data/deep/down/b.csv",
    ]
    assert [m.path for m in members(tmp_path / "data" / "a.csv")] == ["a.csv"]


def test_what_macos_leaves_beside_files_is_passed_over(tmp_path: Path) -> None:
    junk = {"__MACOSX/._a.zip": b"junk", "._b.zip": b"junk", "__MACOSX/a.csv": b"junk", "._c.csv": b"junk"}
    write_files(tmp_path / "data", {"c.csv": b"3", **junk, "d.zip": zipped({"d.csv": b"4", **junk})})
    assert [m.path for m in members(tmp_path / "data")] == ["data/c.csv", "data/d.zip/d.csv"]


@pytest.mark.parametrize("content", [b"", b"PK", b"not an archive" * 100, bytes(range(256)) * 20])
def test_what_is_no_archive_is_told(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "download.zip"
    source.write_bytes(content)
    with pytest.raises(BadInputError, match=r"download\.zip") as caught:
        members(source)
    assert caught.value.what in (
        "the file is empty",
        "the archive is damaged or was not downloaded to its end",
    )


def test_a_damaged_archive_among_others_is_kept_for_later(tmp_path: Path) -> None:
    write_files(tmp_path / "data", {"a.csv": b"1", "b.zip": b"junk", "c.zip": zipped({"d.zip": b"junk"})})
    listing = look_into(tmp_path / "data")
    assert [m.path for m in listing.members] == ["data/a.csv"]
    assert [error.where for error in listing.damaged] == ["data/b.zip", "data/c.zip/d.zip"]
    with pytest.raises(BadInputError, match=r"data/b\.zip: the archive is damaged"):
        members(tmp_path / "data")


def test_a_missing_or_empty_source_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="there is no such file or folder"):
        members(tmp_path / "nothing")
    with pytest.raises(BadInputError, match="there is nothing in it"):
        members(tmp_path)
    with pytest.raises(BadInputError, match="cannot be read"):
        members(tmp_path / ("x" * 300))


def test_a_wrong_checksum_is_told_when_the_file_is_read(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.csv": b"hello hello"}, stored=True))
    content[content.index(b"hello")] ^= 1
    (tmp_path / "a.zip").write_bytes(content)
    (member,) = members(tmp_path / "a.zip")
    with pytest.raises(BadInputError, match=r"a\.zip/a\.csv: the archive is damaged.*Bad CRC-32"):
        member.read()


def test_a_password_is_told(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.csv": b"hello"}, stored=True))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1  # the flag 'encrypted'
    (tmp_path / "a.zip").write_bytes(content)
    (member,) = members(tmp_path / "a.zip")
    with pytest.raises(BadInputError, match="asks for a password"):
        member.read()


def test_damage_anywhere_is_told_and_never_a_crash(tmp_path: Path) -> None:
    """Bytes changed at random: the file is read as it was, or the error is one for people."""
    whole = download(small_files(train=2, test=1))
    source = tmp_path / "download.zip"
    told = 0
    for seed in range(400):
        draw = random.Random(seed)
        content = bytearray(whole)
        for _ in range(draw.randrange(1, 4)):
            content[draw.randrange(len(content))] = draw.randrange(256)
        source.write_bytes(content)
        try:
            for member in members(source):
                member.read()
        except BadInputError:
            told += 1
    assert told > 200


def test_every_truncation_is_told(tmp_path: Path) -> None:
    whole = download(small_files(train=2, test=1))
    source = tmp_path / "download.zip"
    for length in range(1, len(whole), 7):
        source.write_bytes(whole[:length])
        with pytest.raises(BadInputError, match="damaged or was not downloaded to its end"):
            members(source)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.99])
def test_a_truncated_archive_within_a_whole_one_is_told(tmp_path: Path, share: float) -> None:
    inner = zipped({"training.csv": b"1,2\n" * 1000})
    source = tmp_path / "download.zip"
    source.write_bytes(zipped({"training.zip": inner[: int(len(inner) * share)]}))
    with pytest.raises(BadInputError, match=r"download\.zip/training\.zip: the archive is damaged"):
        members(source)


def test_no_file_stays_open(tmp_path: Path) -> None:
    """Elsewhere than on Unix an open file cannot be moved or deleted."""
    source = tmp_path / "download.zip"
    source.write_bytes(download(small_files()))
    before = _open_files(tmp_path)
    found = members(source)
    assert found[0].read()
    del found
    assert _open_files(tmp_path) == before == 0


def _open_files(folder: Path) -> int:
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("only Linux lists the open files of a process")
    return sum(str(folder) in str(link.readlink()) for link in descriptors.iterdir() if link.is_symlink())


def test_archives_are_looked_into_to_a_depth_and_no_further(tmp_path: Path) -> None:
    content = b"1"
    for level in range(8):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("a.csv" if level == 0 else f"level{level}.zip", content)
        content = buffer.getvalue()
    (tmp_path / "a.zip").write_bytes(content)
    (member,) = members(tmp_path / "a.zip")
    assert member.name == "level4.zip"
