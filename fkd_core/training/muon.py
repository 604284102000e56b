"""An optimiser that turns every step of a convolution's kernel into one of equal size in all directions."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

FEWEST = 16


class ConvolutionMuon(keras.optimizers.Muon):  # type: ignore[misc]  # Keras publishes no types
    """Muon for the kernels of convolutions, AdamW for all else.

    A kernel `(h, w, in, out)` is treated as the matrix `(h * w * in, out)`. Kernels that read out the
    result, named in `exclude_layers`, and small ones are left to AdamW. Source: Jordan et al., Muon, 2024,
    https://kellerjordan.github.io/posts/muon/; the size of a step is that of Liu et al., Muon is Scalable
    for LLM Training, 2025, https://arxiv.org/abs/2502.16982, so learning rates of AdamW serve.
    """

    def _should_use_adamw(self, variable: Any) -> bool:
        if len(variable.shape) != 4:
            return True
        # The name of the excluded layer stands in the variable's path.
        if any(name in variable.path for name in self.exclude_layers):
            return True
        height, width, received, given = variable.shape
        return bool(min(height * width * received, given) < FEWEST)

    def _muon_update_step(self, gradient: Any, variable: Any, lr: Any, m: Any) -> None:
        self.assign_add(m, ops.add(gradient, m * (self.momentum - 1)))
        step = ops.add(gradient, self.momentum * m) if self.nesterov else m
        matrix = ops.reshape(step, (-1, variable.shape[-1]))
        matrix = self.zeropower_via_newtonschulz5(matrix, self.ns_steps)
        update = self.lr_adjust(ops.cast(lr, variable.dtype) * matrix)
        self.assign_sub(variable, ops.reshape(update, variable.shape))
