"""`fkd augment PROJECT`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fkd_core.augment.changes import SPECS
from fkd_core.augment.presets import (
    PRESETS,
    delete_preset,
    named,
    own_presets,
    read_settings,
    save_preset,
    write_settings,
)
from fkd_core.augment.settings import AugmentConfig, described, shown
from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json, print_table
from fkd_core.errors import BadInputError
from fkd_core.models import registry

if TYPE_CHECKING:
    from fkd_core.project import Project

_CONFIG = ("model", "seed", "batch_size", "limit", "folds", "validation_share")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--preset",
        metavar="NAME",
        help=f"{', '.join(PRESETS)}, or one saved in the project (the network's own)",
    )
    source.add_argument("--file", type=Path, metavar="FILE.json", help="settings from a file")
    parser.add_argument("--seed", type=arguments.whole, metavar="N", help="of the training (0)")
    parser.add_argument(
        "--batch", type=arguments.positive, default=1, metavar="N", help="which batch, counted from 1 (1)"
    )
    names = [spec.name for spec in registry.networks()]
    parser.add_argument("--model", choices=names, help=f"network to be trained ({registry.DEFAULT})")
    parser.add_argument("--batch-size", type=arguments.positive, metavar="N", help="faces in a batch")
    parser.add_argument("--limit", type=arguments.positive, metavar="N", help="as for 'fkd train'")
    parser.add_argument(
        "--folds", type=arguments.positive, metavar="K", help="as for 'fkd train'; the first is shown"
    )
    parser.add_argument("--hold-out", type=Path, metavar="ROWS.txt", help="as for 'fkd train'")
    parser.add_argument(
        "--one",
        choices=list(SPECS),
        metavar="CHANGE",
        help="one face under one change, lowest to highest value",
    )
    parser.add_argument(
        "--row", type=arguments.whole, metavar="R", help="the face for --one (the batch's first)"
    )
    parser.add_argument(
        "--steps", type=arguments.positive, default=9, metavar="N", help="pictures for --one (9)"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="SHEET.png", help="draw the faces with keypoints"
    )
    parser.add_argument("--write", type=Path, metavar="FILE.json", help="write the settings to a file")
    parser.add_argument("--save", metavar="NAME", help="save the settings in the project")
    parser.add_argument("--delete", metavar="NAME", help="forget settings that were saved in the project")
    parser.add_argument("--list", action="store_true", help="only tell which settings there are by name")
    arguments.json_output(parser)
    parser.set_defaults(validation_share=None)


def run(chosen: argparse.Namespace) -> None:
    """Show a batch as training will be fed it."""
    from fkd_core.project import Project

    for path in (chosen.output, chosen.write):
        if path is not None:
            arguments.check_output(path)
    with Project(chosen.project) as project:
        folder = project.folder
        if chosen.delete is not None:
            _may_write(project)
            delete_preset(folder, chosen.delete)
        if chosen.list or chosen.delete is not None:
            _tell_presets(folder, as_json=chosen.json)
            return
        config = _settings(chosen, folder)
        if chosen.save is not None:
            _may_write(project)
            save_preset(folder, chosen.save, config)
        if chosen.write is not None:
            write_settings(chosen.write, config)
        _show(project, config, chosen)


def _may_write(project: Project) -> None:
    # Settings are no labels: they may be saved while a window writes those.
    if not project.folder.is_dir():
        raise BadInputError("there is no such project", where=project.folder)


def _settings(chosen: argparse.Namespace, folder: Path) -> AugmentConfig:
    if chosen.file is not None:
        return read_settings(chosen.file)
    if chosen.preset is not None:
        return named(folder, chosen.preset)
    return PRESETS[registry.get(chosen.model or registry.DEFAULT).recipe.augment]


def _tell_presets(folder: Path, *, as_json: bool) -> None:
    own = own_presets(folder)
    everything = {**PRESETS, **own}
    if as_json:
        print_json({name: config.to_dict() for name, config in everything.items()})
        return
    rows = [
        (name, "own" if name in own else "FKD's", config.describe()) for name, config in everything.items()
    ]
    print_table("augmentations", ("name", "whose", "changes"), rows)


def _show(project: Project, settings: AugmentConfig, chosen: argparse.Namespace) -> None:
    from fkd_core.augment.sheet import draw_sheet, write_sheet
    from fkd_core.training.config import TrainingConfig
    from fkd_core.training.preview import Look
    from fkd_core.training.stream import Coming

    values: dict[str, Any] = {key: value for key in _CONFIG if (value := getattr(chosen, key)) is not None}
    config = TrainingConfig(augment=settings, **values)
    with tempfile.TemporaryDirectory(prefix="fkd-") as scratch, job_for("reading the faces") as job:
        coming = Coming.of(project, config, chosen.hold_out, Path(scratch), job)
        look = Look.at(coming.stream, chosen.batch)
        batch, texts = look.batch, None
        if chosen.one is not None:
            row = int(look.batch.rows[0]) if chosen.row is None else chosen.row
            batch, texts = _under_one(coming, settings, chosen.one, row, chosen.steps)
        if chosen.output is not None:
            write_sheet(chosen.output, draw_sheet(batch, project.schema, texts=texts))
        applied = coming.stream.config
    told = look.to_dict() | {"seed": config.seed, "model": config.model, "augmentation": applied.to_dict()}
    if chosen.one is not None:
        told |= {"one": {"change": chosen.one, "row": int(batch.rows[0]), "values": texts}}
    if chosen.json:
        print_json(told)
        return
    _tell(told, applied)
    if chosen.output is not None:
        print(f"drawn: {chosen.output}")


def _under_one(
    coming: Any, settings: AugmentConfig, name: str, row: int, steps: int
) -> tuple[Any, list[str]]:
    from fkd_core.augment.single import under_one_change, value_row

    stream, spec = coming.stream, SPECS[name]
    if row >= len(stream.images):
        raise BadInputError(
            "there is no such training face",
            where="--row",
            expected=f"0 to {len(stream.images) - 1}",
            found=row,
        )
    values = value_row(name, settings.change(name), steps)
    batch = under_one_change(
        stream.images[row], stream.points[row], stream.schema, name, values, row=row, seed=stream.seed
    )
    texts = [
        shown(spec, value) if spec.ranged else ("as it is", name)[int(value)] for value in values.tolist()
    ]
    # OpenCV's letters are ASCII alone.
    return batch, [text.replace("°", " deg").replace("×", "x ") for text in texts]


def _tell(told: dict[str, Any], applied: AugmentConfig) -> None:
    rows = [(described(name, applied.change(name)), SPECS[name].what) for name in applied.active]
    print_table(f"augmentation: {len(rows)} changes", ("change", "what it does"), rows)
    whole = "stay as they are" if applied.whole else "lose those keypoints"
    print(
        f"batch {told['batch']} (epoch {told['epoch']}, {told['batches_per_epoch']} batches each): "
        f"{told['faces']} faces, {int(sum(told['mirrored']))} mirrored; {told['keypoints']:,} keypoints, "
        f"{told['keypoints_left_the_frame']} left the frame (such faces {whole}"
        f"{', ' + str(told['kept_as_they_are']) + ' did' if applied.whole else ''}); "
        f"{told['faces_per_second_and_core']:,} faces a second and core"
    )
    print(f"sha256 {told['sha256']}")
