"""The file of a model that is no network: named arrays and what they are for, in one `.npz`.

Nothing in it is run or unpickled. Each array in the file carries a checksum of the ZIP format, so that
damage shows when it is read.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import RunError
from fkd_core.files import plain, write_atomic
from fkd_core.schema import KeypointSchema

FORMAT = 1
_ABOUT = "about"
_TODO = "Train again, or choose another run"


@attrs.frozen(eq=False)
class Packed:
    """The content of such a file.

    Attributes:
        kind: name of the model, `mean` or `forest`.
        schema: its keypoints and the size of its faces.
        arrays: by name.
        where: the file, for messages.
    """

    kind: str
    schema: KeypointSchema
    arrays: Mapping[str, NDArray[Any]]
    where: Path = Path()

    def write(self, path: Path) -> int:
        """Write the file; it appears whole or not at all.

        Returns:
            Its bytes.

        Raises:
            ProjectError: if it cannot be written.
        """
        about = {"format": FORMAT, "kind": self.kind, "schema": self.schema.to_dict()}
        text = json.dumps(plain(about), allow_nan=False)
        content = io.BytesIO()
        named: dict[str, Any] = {**self.arrays, _ABOUT: np.frombuffer(text.encode(), np.uint8)}
        np.savez_compressed(content, **named)
        data = content.getvalue()
        write_atomic(path, data)
        return len(data)

    @classmethod
    def read(cls, path: Path) -> Packed:
        """Read a file that `write` wrote.

        Raises:
            RunError: if it is missing, damaged, of another version or no such file; the message names it.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as packed:
                arrays = {name: packed[name] for name in packed.files}
            about = json.loads(arrays.pop(_ABOUT).tobytes().decode())
            version, kind = about["format"], str(about["kind"])
            if version == FORMAT:
                return cls(kind, KeypointSchema.from_dict(about["schema"]), arrays, path)
        except FileNotFoundError:
            raise RunError("there is no such file", where=path, todo="Train again") from None
        except (OSError, ValueError, KeyError, TypeError, EOFError, AttributeError) as error:
            raise unusable(path, str(error) or type(error).__name__) from error
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
            raise unusable(path, str(error) or type(error).__name__) from error
        raise RunError(
            "this model was made by another version of FKD",
            where=path,
            expected=f"format {FORMAT}",
            found=f"format {version}",
            todo="Predict with that version, or train again",
        )

    def get(self, name: str, kind: type[np.generic], *shape: int | None) -> NDArray[Any]:
        """An array that must be there, of this type and shape; None stands for any length.

        Raises:
            RunError: if it is not.
        """
        found = self.arrays.get(name)
        if found is None:
            raise unusable(self.where, f"no array {name}")
        fits = found.ndim == len(shape) and all(
            wanted is None or length == wanted for wanted, length in zip(shape, found.shape, strict=True)
        )
        if found.dtype != kind or not fits:
            raise unusable(self.where, f"{name} is {found.dtype} {found.shape}")
        if not np.isfinite(found).all():
            raise unusable(self.where, f"{name} holds what is no number")
        return found


def spoken_size(size: int) -> str:
    """Bytes in words, such as `5.7 MB` or `1.2 kB`."""
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"


def unusable(where: Path, found: str) -> RunError:
    """The error for a file that is damaged or none of ours."""
    return RunError(
        "the file cannot be used as a model",
        where=where,
        expected="a whole arrays.npz written by FKD",
        found=found[:200],
        todo=_TODO,
    )
