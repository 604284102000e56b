"""The file of an exported network: an ONNX model that says what it is and would show damage.

What a prediction needs besides the graph (keypoints, size of a face, marking rules, meaning of the table's
last axis) is one JSON object in the model's metadata. The last metadata entry is the SHA-256 of all bytes
before it: ONNX itself has no checksum, and a weight with a flipped bit is still a weight. Any program that
reads ONNX reads the file, since metadata entries may stand in any order and number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from fkd_core.errors import RunError
from fkd_core.models.registry import CHANNELS
from fkd_core.schema import KeypointSchema

FORMAT = 1
ABOUT = "fkd"
"""Key of the metadata entry with the JSON object."""
FACES, FOUND = "faces", "found"
"""Names of the input, uint8 `(N, H, W)`, and of the output, a table or points, float32."""

_TODO = "Train again, or delete this file: then TensorFlow predicts with the weights beside it"
_KEY = b"fkd.sha256"
_DIGITS = 64
_ENTRY = b"\x0a" + bytes([len(_KEY)]) + _KEY + b"\x12" + bytes([_DIGITS])
_SEAL = b"\x72" + bytes([len(_ENTRY) + _DIGITS]) + _ENTRY
"""How a metadata entry with this key and 64 characters begins: field 14 of ModelProto, holding fields 1
and 2 of StringStringEntryProto. Source: onnx.proto3 and https://protobuf.dev/programming-guides/encoding."""


@attrs.frozen
class About:
    """What an exported network is for.

    Args:
        schema: its keypoints and the size of its faces.
        rules: names of the marking rules that it knows.
    """

    schema: KeypointSchema
    rules: tuple[str, ...]

    def to_json(self) -> str:
        """For the metadata."""
        value = {
            "format": FORMAT,
            "schema": self.schema.to_dict(),
            "rules": self.rules,
            "channels": CHANNELS,
        }
        return json.dumps(value)

    @classmethod
    def of(cls, metadata: Mapping[str, str], where: Path) -> About:
        """Read the metadata of the model in the file `where`.

        Raises:
            RunError: if FKD did not write it, or a version with another format did.
        """
        try:
            value: dict[str, Any] = json.loads(metadata[ABOUT])
            if value["format"] != FORMAT or tuple(value["channels"]) != CHANNELS:
                raise RunError(
                    "the network was exported by another version of FKD",
                    where=where,
                    expected=_version(FORMAT, CHANNELS),
                    found=_version(value["format"], value["channels"]),
                    todo=_TODO,
                )
            return cls(KeypointSchema.from_dict(value["schema"]), tuple(map(str, value["rules"])))
        except (KeyError, TypeError, ValueError) as error:
            raise unusable(where, f"metadata that do not say what it is for: {error!r}") from error


def seal(model: bytes) -> bytes:
    """A model with the checksum behind it."""
    return model + _SEAL + hashlib.sha256(model).hexdigest().encode()


def read_sealed(path: Path) -> bytes:
    """The content of an exported network's file, checked against its checksum.

    Raises:
        RunError: if there is no such file, it cannot be read, is damaged or not by FKD; the message names it.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise RunError("there is no such file", where=path, todo="Train again") from None
    except OSError as error:
        raise RunError("the file cannot be read", where=path, found=error.strerror) from error
    model = content[: -len(_SEAL) - _DIGITS]
    if content[len(model) : -_DIGITS] != _SEAL:
        raise unusable(path, f"{len(content):,} bytes without its checksum at the end")
    if content != seal(model):
        raise unusable(path, "a wrong checksum")
    return content


def unusable(where: Path, found: str) -> RunError:
    """The error for a file that is damaged or none of ours."""
    return RunError(
        "the file cannot be used as a network",
        where=where,
        expected="a whole .onnx file written by FKD",
        found=found,
        todo=_TODO,
    )


def _version(number: object, channels: Sequence[object]) -> str:
    return f"format {number} with {', '.join(map(str, channels))}"
