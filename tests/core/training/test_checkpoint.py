"""Checkpoints: what is read is what was written, and damage is called by its name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import RunError
from fkd_core.training.checkpoint import Checkpoint, grouped


def checkpoint() -> Checkpoint:
    random = np.random.default_rng(0)
    arrays = grouped("model", [random.normal(size=(3, 2)).astype(np.float32) for _ in range(12)])
    return Checkpoint(arrays | {"average.0": np.array(7, np.int64)}, {"elapsed": 0.1 + 0.2, "epoch": 3})


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    kept = checkpoint()
    kept.write(tmp_path / "c.npz")
    read = Checkpoint.read(tmp_path / "c.npz")
    assert read.state == kept.state
    assert [array.tolist() for array in read.group("model")] == [
        kept.arrays[f"model.{index}"].tolist() for index in range(12)
    ]
    assert read.group("average")[0].dtype == np.int64
    assert read.group("best") == []
    assert [path.name for path in tmp_path.iterdir()] == ["c.npz"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.999])
def test_a_file_that_is_cut_off_is_called_damaged(tmp_path: Path, share: float) -> None:
    path = tmp_path / "c.npz"
    checkpoint().write(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(RunError, match=r"c\.npz: the checkpoint is damaged"):
        Checkpoint.read(path)


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    checkpoint().write(path)
    content = bytearray(path.read_bytes())
    place = content.find(checkpoint().arrays["model.5"].tobytes())
    content[place + 3] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(RunError, match="the checkpoint is damaged"):
        Checkpoint.read(path)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    with (tmp_path / "c.npz").open("wb") as file:
        np.savez(file, state=np.array({"format": 1}, dtype=object))
    with pytest.raises(RunError, match="the checkpoint is damaged"):
        Checkpoint.read(tmp_path / "c.npz")


def test_a_missing_file_and_a_newer_version_are_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no checkpoint"):
        Checkpoint.read(tmp_path / "c.npz")
    Checkpoint({}, {"format": 2}).write(tmp_path / "c.npz")
    with pytest.raises(RunError, match="another version"):
        Checkpoint.read(tmp_path / "c.npz")
