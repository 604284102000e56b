"""A device that runs out of memory: recognising it, and finding out what would fit."""

from __future__ import annotations

from collections.abc import Callable

from fkd_core.errors import DeviceMemoryError

_SIGNS = ("resource_exhausted", "resource exhausted", "oom when allocating", "out of memory", "out_of_memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a backend's error says that its device has no memory left.

    TensorFlow raises `ResourceExhaustedError`, JAX a general error with that status in its text, PyTorch
    `OutOfMemoryError`.
    """
    if isinstance(error, MemoryError) or type(error).__name__ in (
        "ResourceExhaustedError",
        "OutOfMemoryError",
    ):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(sign in text for sign in _SIGNS)


def too_large(device: str, batch_size: int, step: Callable[[int], object]) -> DeviceMemoryError:
    """The error to raise where a step of `batch_size` faces does not fit, with the size that does.

    Args:
        device: name of the device.
        batch_size: faces of the step that failed.
        step: takes a step with that many faces; it may fail as well.
    """
    fits = batch_size // 2
    while fits >= 1:
        try:
            step(fits)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            fits //= 2
        else:
            break
    return DeviceMemoryError(
        f"the memory of {device} is too small for this training",
        expected=f"steps of at most {fits} faces, which fit" if fits else "room for a step with one face",
        found=f"steps of {batch_size} faces",
        todo=f"Train with --batch-size {fits}" if fits else "Train on another device, such as --device cpu",
    )
