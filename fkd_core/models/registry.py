"""The list of models: what each is called, how it is built and how it is best trained.

Most are networks, built with Keras and trained for epochs. The others, what networks are measured against,
are trained by a function of their own and kept as plain arrays. Nothing here imports Keras or scikit-learn,
so that a window or a command line can list the models at once.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from fkd_core.errors import BadInputError
from fkd_core.schema import KeypointSchema

if TYPE_CHECKING:
    import keras

PRECISIONS = ("float32", "bfloat16")
ONE_RULE = ("all",)
"""The names of the marking rules where all faces are marked alike."""
CHANNELS = ("x", "y", "log_std", "log_rule", "log_known", "turn_x", "turn_y")
"""What the table of a network that knows of marking rules says of each keypoint under each rule, along its
last axis; see `fkd_core.models.layers.RuleTable`."""


@attrs.frozen
class Recipe:
    """How a network is trained unless the user says otherwise.

    Args:
        batch_size: faces in a step.
        learning_rate: the highest one of the schedule.
        optimizer: `adam`, `adamw`, or `muon` for the kernels of convolutions with `adamw` for all else.
        weight_decay: of `adamw` and `muon`, as a share of the learning rate.
        schedule: `cosine` (short warm-up, then down to zero at the end) or `exponential`
            (times 0.9 every 1000 steps, whatever the length of the training).
        loss: name of a loss in `fkd_core.training.losses`.
        epochs: passes over the faces where neither epochs nor minutes are given.
        augment: name of a preset of `fkd_core.augment.random`.
        average: horizon of the moving average of the weights as a share of the steps so far, 0 for none.
        complete: whether every keypoint of every face must have a value; if not, only known ones count.
        validation_share: share of the faces set aside where no validation rows are named.
        patience: epochs without a better validation loss after which training stops; None for never.
        precisions: number formats the network may be trained in, besides float32.
        coarse_share: share of the training, from its start, in which the network looks at smaller faces.
        coarse_scale: their size as a share of the full one.
    """

    batch_size: int = 64
    learning_rate: float = 1e-3
    optimizer: str = "adamw"
    weight_decay: float = 0.0
    schedule: str = "cosine"
    loss: str = "squared"
    epochs: int = 40
    augment: str = "default"
    average: float = 0.0
    complete: bool = False
    validation_share: float = 0.08
    patience: int | None = None
    precisions: tuple[str, ...] = ()
    coarse_share: float = 0.0
    coarse_scale: float = 2 / 3


@attrs.frozen
class ModelSpec:
    """One model of the registry.

    Every network takes float32 images `(N, H, W, 1)` in 0..255 and scales them itself. One that knows of
    marking rules gives the table `(N, R, K, 7)` of `fkd_core.models.layers.RuleTable`, any other
    keypoints `(N, K, 2)` in pixels.

    Args:
        name: what the user types.
        description: one line for lists.
        builder: of a network: `module:function`; called with the schema, the precision and the options.
        recipe: how it is trained by default.
        options: what may be chosen about the model, with default values.
        heeds_rules: whether it learns each marking rule for itself.
        trainer: of any other model: `module:function`, a `fkd_core.baselines.lesson.Trainer`.
        checker: of the options: `module:class`, whose `of` takes all of them and refuses what cannot be used.
        unit: what a record of its training stands for, in one word.
    """

    name: str
    description: str
    builder: str = ""
    recipe: Recipe = attrs.field(factory=Recipe)
    options: Mapping[str, Any] = attrs.field(factory=dict)
    heeds_rules: bool = False
    trainer: str = ""
    checker: str = ""
    unit: str = "epoch"

    @property
    def is_network(self) -> bool:
        """Whether Keras builds and trains it."""
        return bool(self.builder)

    def build(
        self,
        schema: KeypointSchema,
        options: Mapping[str, Any] | None = None,
        *,
        precision: str = "float32",
        rules: Sequence[str] = ONE_RULE,
    ) -> keras.Model:
        """Build the network with fresh weights.

        Args:
            schema: gives the number of keypoints and the size of a face.
            options: replace some of the defaults in `self.options`.
            precision: `float32`, or `bfloat16` for computing in bfloat16 with float32 weights.
            rules: names of the marking rules, for a network that heeds them.

        Raises:
            BadInputError: if an option is unknown or its value cannot be used, or it is no network.
        """
        if not self.is_network:
            raise BadInputError(
                f"the model {self.name!r} is no network",
                expected=", ".join(spec.name for spec in networks()),
                found=self.name,
            )
        if precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {PRECISIONS}, received {precision!r}")
        chosen = self.check_options(options or {})
        if self.heeds_rules:
            chosen["rules"] = tuple(rules)
        module, _, function = self.builder.partition(":")
        build = getattr(importlib.import_module(module), function)
        model: keras.Model = build(schema, precision=precision, **chosen)
        return model

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """All options of the network, the given ones in place of the defaults.

        Raises:
            BadInputError: if an option is unknown, or the model says that its value cannot be used.
        """
        unknown = sorted(set(options) - set(self.options))
        if unknown:
            raise BadInputError(
                f"the {'network' if self.is_network else 'model'} {self.name!r} has no option {unknown[0]!r}",
                expected=", ".join(self.options) or "no options",
                found=unknown[0],
            )
        chosen = {**self.options, **options}
        if self.checker:
            module, _, name = self.checker.partition(":")
            getattr(importlib.import_module(module), name).of(chosen)
        return chosen


DEFAULT = "swift"

_SPECS = (
    ModelSpec(
        name="swift",
        description="Small and quick: a location map for each keypoint, trained on known keypoints only",
        builder="fkd_core.models.swift:for_schema",
        recipe=Recipe(
            batch_size=64,
            learning_rate=2.5e-3,
            optimizer="muon",
            weight_decay=0.02,
            loss="squared",
            epochs=40,
            augment="default",
            average=0.05,
            precisions=("bfloat16",),
        ),
        options={"width": 32, "depth": 1},
        heeds_rules=True,
    ),
    ModelSpec(
        name="seed",
        description="The published notebook's network and training; needs every keypoint filled in",
        builder="fkd_core.models.seed:for_schema",
        recipe=Recipe(
            batch_size=32,
            learning_rate=1e-3,
            optimizer="adam",
            schedule="exponential",
            loss="squared",
            epochs=100,
            augment="none",
            complete=True,
            validation_share=0.08,
            patience=15,
        ),
        options={"filters": 32, "blocks": 3},
    ),
    ModelSpec(
        name="forest",
        description="The published notebook's comparison: a random forest on the pixels",
        trainer="fkd_core.baselines.grow:train_forest",
        recipe=Recipe(augment="none"),
        checker="fkd_core.baselines.options:ForestOptions",
        options={"trees": 100, "depth": None, "features": 1.0},
        unit="tree",
    ),
    ModelSpec(
        name="mean",
        description="The mean of the labels whatever the face: what any model must beat",
        trainer="fkd_core.baselines.mean:train_mean",
        recipe=Recipe(augment="none"),
        unit="pass",
    ),
)


def available() -> tuple[ModelSpec, ...]:
    """All models, the default one first, networks before others."""
    return _SPECS


def networks() -> tuple[ModelSpec, ...]:
    """The models that are networks, the default one first."""
    return tuple(spec for spec in _SPECS if spec.is_network)


def is_network(name: str) -> bool:
    """Whether a model of this name is a network; a name that nobody knows is taken for one."""
    return next((spec.is_network for spec in _SPECS if spec.name == name), True)


def unit_of(name: str, count: int = 1) -> str:
    """What a record of a model's training stands for, plural unless it is one; epochs if unknown."""
    unit = next((spec.unit for spec in _SPECS if spec.name == name), "epoch")
    return unit if count == 1 else plural(unit)


def plural(unit: str) -> str:
    """More than one of a unit."""
    return unit + ("es" if unit.endswith("s") else "s")


def get(name: str) -> ModelSpec:
    """The model of that name.

    Raises:
        BadInputError: if there is none; the message lists those that exist.
    """
    for spec in _SPECS:
        if spec.name == name:
            return spec
    raise BadInputError(
        f"there is no model called {name!r}", expected=", ".join(spec.name for spec in _SPECS), found=name
    )
