"""An optimiser that turns every step of a convolution's kernel into one of equal size in all directions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

FEWEST = 16
ITERATIONS = ((3.4445, -4.7750, 2.0315),) * 5


@keras.saving.register_keras_serializable(package="fkd")
class ConvolutionMuon(keras.optimizers.Optimizer):  # type: ignore[misc]  # Keras publishes no types
    """Muon for the kernels of convolutions, AdamW for all else.

    A kernel `(h, w, in, out)` is treated as the matrix `(h * w * in, out)`; the step is its momentum with
    all singular values brought near 1 by Newton-Schulz iterations. Source: Jordan et al., Muon, 2024,
    https://kellerjordan.github.io/posts/muon/, which the coefficients are from; the size of a step is that
    of Liu et al., Muon is Scalable for LLM Training, 2025, https://arxiv.org/abs/2502.16982, section 2.2.

    Args:
        learning_rate: of Muon's steps.
        weight_decay: as a share of the learning rate.
        adam_ratio: learning rate of AdamW's steps over that of Muon's.
        adam_layers: kernels with one of these in their path are left to AdamW, as small kernels are. Layers
            that read out the result belong there.
        momentum: of Muon's steps.
        beta_1: of AdamW's.
        beta_2: of AdamW's.
        epsilon: of AdamW's.
        name: of the optimiser.
    """

    def __init__(
        self,
        learning_rate: float,
        *,
        weight_decay: float = 0.0,
        adam_ratio: float = 1.0,
        adam_layers: Sequence[str] = (),
        momentum: float = 0.95,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        name: str = "convolution_muon",
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, weight_decay=weight_decay, name=name, **kwargs)
        self.adam_ratio, self.adam_layers = adam_ratio, tuple(adam_layers)
        self.momentum, self.beta_1, self.beta_2, self.epsilon = momentum, beta_1, beta_2, epsilon

    def build(self, variables: Sequence[Any]) -> None:
        """Make the averages of gradients, and those of their squares where AdamW steps."""
        if self.built:
            return
        super().build(variables)
        self.means = [self.add_variable_from_reference(v, name="mean") for v in variables]
        self.squares = [
            None if self.steps_evenly(v) else self.add_variable_from_reference(v, name="square")
            for v in variables
        ]

    def steps_evenly(self, variable: Any) -> bool:
        """Whether Muon moves this variable."""
        shape = variable.shape
        if len(shape) != 4 or any(name in variable.path for name in self.adam_layers):
            return False
        return bool(min(shape[0] * shape[1] * shape[2], shape[3]) >= FEWEST)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Move one variable."""
        rate = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        index = self._get_variable_index(variable)
        mean, square = self.means[index], self.squares[index]
        if square is None:
            self.assign(mean, self.momentum * mean + gradient)
            matrix = ops.reshape(gradient + self.momentum * mean, (-1, variable.shape[-1]))
            size = 0.2 * max(matrix.shape) ** 0.5
            step = ops.reshape(even(matrix), variable.shape)
            self.assign_sub(variable, rate * size * step)
            return
        passed = ops.cast(self.iterations + 1, variable.dtype)
        self.assign_add(mean, (gradient - mean) * (1 - self.beta_1))
        self.assign_add(square, (ops.square(gradient) - square) * (1 - self.beta_2))
        unbiased = ops.sqrt(1 - self.beta_2**passed) / (1 - self.beta_1**passed)
        step = mean / (ops.sqrt(square) + self.epsilon)
        self.assign_sub(variable, rate * self.adam_ratio * unbiased * step)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs."""
        names = ("adam_ratio", "adam_layers", "momentum", "beta_1", "beta_2", "epsilon")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def even(matrix: Any) -> Any:
    """A matrix with the singular vectors of the given one and singular values near 1.

    Every iteration multiplies the matrix `(n, m)` by a polynomial of its square `(n, n)`, and these commute:
    so the iterations are done on the square alone, which is several times smaller than a kernel's matrix,
    and the matrix is multiplied once.
    """
    tall = matrix.shape[0] > matrix.shape[1]
    x = ops.transpose(matrix) if tall else matrix
    x = x / (ops.sqrt(ops.sum(ops.square(x))) + 1e-7)
    square = ops.matmul(x, ops.transpose(x))
    identity = ops.eye(square.shape[0], dtype=square.dtype)
    step = factor = None
    for a, b, c in ITERATIONS:
        if step is not None:
            square = ops.matmul(step, ops.matmul(step, square))
        step = a * identity + b * square + c * ops.matmul(square, square)
        factor = step if factor is None else ops.matmul(step, factor)
    x = ops.matmul(factor, x)
    return ops.transpose(x) if tall else x
