from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest

from fkd_core import files
from fkd_core.errors import ProjectError, ReadOnlyError
from fkd_core.files import plain, write_atomic, write_json, writing


def failing(number):
    def fail(*_args, **_kwargs):
        raise OSError(number, os.strerror(number))

    return fail


def test_content_replaces_what_was_there_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "a.bin"
    write_atomic(path, b"old")
    write_atomic(path, b"new\r\n\0")
    assert path.read_bytes() == b"new\r\n\0"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path):
    write_atomic(tmp_path / "a", b"")
    (tmp_path / "b").touch()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.ENOSPC, ProjectError, "no space left.*Free some space"),
        (errno.EDQUOT, ProjectError, "no space left"),
        (errno.EROFS, ReadOnlyError, "cannot be written; found read-only file system. Allow writing"),
        (errno.EACCES, ReadOnlyError, "cannot be written; found permission denied"),
        (errno.EIO, OSError, "Input/output error"),
    ],
)
def test_a_failure_is_said_in_words_and_leaves_the_old_file(tmp_path, monkeypatch, step, number, kind, words):
    path = tmp_path / "a.json"
    path.write_text("old")
    monkeypatch.setattr(files.os, step, failing(number))
    with pytest.raises(kind, match=words) as caught:
        write_atomic(path, b"new")
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.json"]
    if kind is not OSError:
        assert str(path) in str(caught.value)


def test_a_full_disk_without_a_simulation(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(ProjectError, match="no space left"), writing(tmp_path):
        Path("/dev/full").write_bytes(b"x")


def test_a_reader_that_has_the_file_open_is_waited_for(tmp_path, monkeypatch):
    """Windows refuses to replace a file while another process reads it."""
    path, calls, real = tmp_path / "a", [], os.replace

    def busy_twice(source, target):
        calls.append(source)
        if len(calls) < 3:
            raise PermissionError(errno.EACCES, "in use")
        real(source, target)

    monkeypatch.setattr(files.os, "replace", busy_twice)
    monkeypatch.setattr(files, "_REPLACE_TRIES", 5)
    monkeypatch.setattr(files, "_REPLACE_PAUSE", 0.0)
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert len(calls) == 3


def test_a_missing_folder_stays_the_error_it_is(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_atomic(tmp_path / "missing" / "a", b"")


def test_json_takes_arrays_paths_and_nan(tmp_path):
    value = {
        "a": np.float32(1.5),
        "b": np.array([1, 2]),
        "c": Path("x"),
        "d": (float("nan"), float("-inf"), np.float64("nan")),
        3: {"ä": None, "e": True, "n": np.bool_(False)},
    }
    write_json(tmp_path / "a.json", value)
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert json.loads(text) == {
        "a": 1.5,
        "b": [1, 2],
        "c": "x",
        "d": [None, None, None],
        "3": {"ä": None, "e": True, "n": False},
    }
    assert "ä" in text
    assert text.endswith("}\n")


def test_json_refuses_what_has_no_plain_form(tmp_path):
    with pytest.raises(TypeError, match=r"cannot be written as JSON: \{1, 2\}"):
        write_json(tmp_path / "a.json", {"a": {1, 2}})
    assert os.listdir(tmp_path) == []


def test_plain_leaves_plain_values_alone():
    value = {"a": [1, 2.5, "x", None, True]}
    assert plain(value) == value
