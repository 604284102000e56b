"""Processors that can train: finding them and choosing one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import attrs
import keras

from fkd_core.errors import BadInputError
from fkd_core.runs.environment import processor_name

ALL_GPUS = "gpus"


@attrs.frozen
class Device:
    """One processor, or several of one machine that work together.

    Args:
        name: what the user types, such as `cpu:0`, `gpu:1`, `gpu:0,gpu:1` or `gpus`.
        kind: `cpu` or `gpu`.
        description: the maker's name where it is known.
        bfloat16: whether it computes in bfloat16 faster than in float32.
        members: names of the single processors.
    """

    name: str
    kind: str
    description: str
    bfloat16: bool
    members: tuple[str, ...] = attrs.field()

    @members.default
    def _itself(self) -> tuple[str, ...]:
        return (self.name,)


def devices() -> tuple[Device, ...]:
    """Processors that the running backend can use, GPUs first, and after them all GPUs together."""
    gpus = tuple(_describe(name) for name in _gpus())
    together = (_together(ALL_GPUS, gpus),) if len(gpus) > 1 else ()
    return (*gpus, *together, *(_describe(name) for name in _cpus()))


def choose(name: str = "auto") -> Device:
    """The device of that name; `auto` is the first GPU, or the CPU where there is none.

    `gpus` are all GPUs together, `gpu:0,gpu:2` those two. On TensorFlow a GPU's memory is taken as it is
    needed, not all at once.

    Raises:
        BadInputError: if there is no such device; the message lists those that exist.
    """
    found = devices()
    wanted = name.lower()
    for device in found:
        if wanted in ("auto", device.name, device.kind):
            return device
    by_name = {device.name: device for device in found if len(device.members) == 1}
    members = [by_name.get(part.strip()) for part in wanted.split(",")]
    if len(members) > 1 and None not in members and len(set(members)) == len(members):
        return _together(wanted, [member for member in members if member is not None])
    raise BadInputError(
        "this device cannot be used", expected=", ".join(["auto", *(d.name for d in found)]), found=name
    )


def on(device: Device) -> AbstractContextManager[Any]:
    """Within this, tensors and networks are made on the device; of several, on the first."""
    # PyTorch takes "cpu:0" for another place than "cpu", where all else is, and copies between the two.
    torch_cpu = device.kind == "cpu" and keras.backend.backend() == "torch"
    scope: AbstractContextManager[Any] = keras.device("cpu" if torch_cpu else device.members[0])
    return scope


def repeatable(device: Device) -> None:
    """See to it that the same seed gives the same weights, bit for bit, on a CPU; it costs no time there.

    On a GPU it would cost much, and nothing is promised.
    """
    if device.kind == "cpu" and keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


def _gpus() -> list[str]:
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        found = tf.config.list_physical_devices("GPU")
        for gpu in found:
            # Only possible before TensorFlow first uses the GPU, and the same for all of them.
            if tf.config.experimental.get_memory_growth(gpu) is not True:
                tf.config.experimental.set_memory_growth(gpu, True)
        return [f"gpu:{index}" for index in range(len(found))]
    if backend == "torch":
        import torch

        return [f"gpu:{index}" for index in range(torch.cuda.device_count())]
    return [name.lower() for name in keras.distribution.list_devices() if not name.lower().startswith("cpu")]


def _cpus() -> list[str]:
    """One, unless whoever runs this has divided it."""
    backend = keras.backend.backend()
    if backend == "torch":
        return ["cpu:0"]
    if backend == "tensorflow":
        import tensorflow as tf

        return [f"cpu:{index}" for index in range(len(tf.config.list_logical_devices("CPU")))]
    return [f"cpu:{index}" for index in range(len(keras.distribution.list_devices("cpu")))]


def _together(name: str, members: Sequence[Device]) -> Device:
    described = ", ".join(member.name for member in members)
    bfloat16 = all(member.bfloat16 for member in members)
    names = tuple(member.name for member in members)
    return Device(name, members[0].kind, f"{len(members)} together: {described}", bfloat16, names)


def _describe(name: str) -> Device:
    if name.startswith("cpu"):
        return Device(name, "cpu", f"CPU: {processor_name() or 'unknown'}", _cpu_has_bfloat16())
    return Device(name, "gpu", "GPU", True)


def _cpu_has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; emulating it is slower than float32."""
    flags = Path("/proc/cpuinfo")
    if not flags.is_file():
        return False
    text = flags.read_text(encoding="utf-8", errors="replace")
    return "avx512_bf16" in text or "amx_bf16" in text
