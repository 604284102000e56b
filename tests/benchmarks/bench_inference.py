"""How quickly an exported network predicts, and how far it is from the trained one.

    python -m tests.benchmarks.bench_inference [PROJECT] [--run NAME] [--threads N] [--faces N]

Exports the weights of the run to a temporary folder, so that runs of any age can be measured and none is
changed; without a project the default network has random weights and the faces are noise, which costs the
same. The first prediction is timed in processes that are started for it, from the moment before their start.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from fkd_core.inference.export import compare, export_weights
from fkd_core.inference.onnx_model import BATCH, OnnxNetwork
from fkd_core.inference.predict import load_model, predict_full
from fkd_core.inference.tables import predict_with
from fkd_core.inference.views import FAST, VIEWS, View
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.runs import Run
from fkd_core.runs.environment import describe_environment
from fkd_core.schema import FKD_15, KeypointSchema
from fkd_core.training.sink import save_model
from tests.benchmarks.timing import timed, told
from tests.helpers.runs import random_network

STARTS = 7
FIRST = """
import sys, time
begun = time.time()
from pathlib import Path
import numpy as np
from fkd_core.inference.onnx_model import OnnxNetwork
from fkd_core.inference.tables import predict_with
from fkd_core.inference.views import FAST, VIEWS, View
network = OnnxNetwork.read(Path(sys.argv[1]))
read = time.time()
schema = network.about.schema
predict_with([network], np.zeros((1, *schema.size), np.uint8), schema)
assert not {"tensorflow", "keras"} & set(sys.modules)
print(begun, read, time.time())
"""


@attrs.frozen(eq=False)
class Subject:
    """What is measured: weights, and faces for them."""

    name: str
    weights: Path
    schema: KeypointSchema
    faces: NDArray[np.uint8]


def subject(project: Path | None, run: str | None, folder: Path, count: int) -> Subject:
    """The run's weights, copied to a folder, or random ones."""
    weights = folder / "best.keras"
    if project is None:
        save_model(random_network(rules=("a", "b", "c", "d")), weights)
        faces = np.random.default_rng(0).integers(0, 256, (count, *FKD_15.size), dtype=np.uint8)
        return Subject("random weights, noise", weights, FKD_15, faces)
    with Project(project) as opened:
        found = Run.find(opened.runs_folder, run or "")
        shutil.copyfile(found.weights_paths()[0], weights)
        split = "test" if "test" in opened.faces else "train"
        faces = np.array(opened.faces[split].images[:count])
        return Subject(f"{opened.name}, run {found.name}, {split} faces", weights, opened.schema, faces)


def first_predictions(path: Path) -> NDArray[np.float64]:
    """`(n, 3)` seconds since before the start of a process: Python runs, network read, face predicted."""
    times = []
    for _ in range(STARTS):
        before = time.time()
        command = [sys.executable, "-P", "-c", FIRST, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        times.append([float(word) - before for word in done.stdout.split()])
    return np.array(times)


def batches(
    network: OnnxNetwork, subject: Subject, views: Sequence[View], *, passes: int = 12
) -> NDArray[np.float64]:
    """`(passes, 2)` milliseconds a face in passes over 512 faces: by the clock, and of all processors.

    The second does not count other programs that are busy on the same cores.
    """
    faces, times = subject.faces[:512], []
    for _ in range(passes):
        wall, own = time.perf_counter(), time.process_time()
        predict_with([network], faces, subject.schema, views=views)
        times.append((time.perf_counter() - wall, time.process_time() - own))
    return np.array(times) * 1000 / len(faces)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path, nargs="?")
    parser.add_argument("--run", help="name of the run, needed with a project")
    parser.add_argument("--threads", type=int, help="that compute; as many as there are cores if left out")
    parser.add_argument("--faces", type=int, default=1783, help="at most so many")
    chosen = parser.parse_args()
    console, about = Console(soft_wrap=True), describe_environment()
    with tempfile.TemporaryDirectory(prefix="fkd-bench-") as scratch:
        measured = subject(chosen.project, chosen.run, Path(scratch), chosen.faces)
        console.print(
            f"{measured.name}: {len(measured.faces)} faces; {about['processor']}, "
            f"{about['cpu_count']} cores, load {os.getloadavg()[0]:.1f}; {about['platform']}; "
            f"ONNX Runtime {about['versions']['onnxruntime']}"
        )
        seconds = []
        for _ in range(2):
            exported = export_weights(measured.weights, measured.schema, measured.faces, Job())
            if exported is None:
                sys.exit("the network cannot be exported")
            seconds.append(exported.seconds)
        size = exported.path.stat().st_size
        console.print(f"export {seconds[0]:.2f} s, again {seconds[1]:.2f} s; file {size / 1e6:.2f} MB")

        model, network = load_model(measured.weights), OnnxNetwork.read(exported.path, threads=chosen.threads)
        few = measured.faces[:512]
        apart = [
            float(np.abs(found.points - trained.points).max())
            for views in (FAST, VIEWS)
            for found in [predict_with([network], few, measured.schema, views=views)]
            for trained in [predict_full(model, few, measured.schema, views=views)]
        ]
        console.print(
            f"largest difference from Keras over {len(few)} faces: {compare(model, network, few):.1g} in the "
            f"tables; in the points {apart[0]:.1g} px, in all views {apart[1]:.1g} px"
        )

        for way, views in {"seen once": FAST, f"in {len(VIEWS)} views": VIEWS}.items():
            one = timed(
                lambda face, views=views: predict_with([network], face, measured.schema, views=views),
                [measured.faces[i % len(measured.faces)][None] for i in range(400)],
            )
            console.print(told(f"one face, {way}", one[20:]))
        for way, views in {"seen once": FAST, f"in {len(VIEWS)} views": VIEWS}.items():
            times = batches(network, measured, views)
            wall, own = np.median(times, axis=0)
            console.print(
                f"batches of {BATCH}, {way:<10} median {1000 / wall:5.0f} faces/s   "
                f"best {1000 / times[:, 0].min():5.0f}   "
                f"processors {own:.2f} ms a face, {own / wall:.1f} busy"
            )
        starts = first_predictions(exported.path)
        middle, best = np.median(starts, axis=0), starts[starts[:, 2].argmin()]
        console.print(
            f"first prediction after the start of a process: median {middle[2]:.3f} s, best {best[2]:.3f} s "
            f"(Python {best[0]:.3f}, network read {best[1]:.3f}), n {STARTS}"
        )


if __name__ == "__main__":
    main()
