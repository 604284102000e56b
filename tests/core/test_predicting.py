"""Who predicts the faces of a project: its exported networks, or else the engine, tested elsewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fkd_core.engine import calls
from fkd_core.engine.client import Engine
from fkd_core.errors import BadInputError, ProjectError, RunError
from fkd_core.inference.predict import predict_full
from fkd_core.inference.views import views
from fkd_core.jobs import Job
from fkd_core.lookup import LookupTable
from fkd_core.pipeline import OWN, Networks, evaluate
from fkd_core.predicting import asked_of_test, predict_images, predict_split
from fkd_core.project import Project
from fkd_core.rules import ensure_rules
from fkd_core.rules.store import FILE
from fkd_core.runs import Run
from tests.helpers.projects import make_project
from tests.helpers.runs import make_run, random_network


@pytest.fixture
def project(tmp_path: Path):
    with Project(make_project(tmp_path / "small.fkd"), write=True) as opened:
        yield opened


def ask(project: Project, faces: list[int], coordinates: list[int]) -> None:
    ids = project.faces["test"].ids[faces]
    project.lookup = LookupTable(np.arange(1, len(ids) + 1), ids, np.array(coordinates, np.int64))


def test_every_face_asked_tells_its_pattern(project: Project) -> None:
    ask(project, [0, 0, 1, 2, 3], [0, 1, 20, 29, 5])
    asked = asked_of_test(project)
    assert asked is not None
    assert [np.flatnonzero(row).tolist() for row in asked] == [[0], [10], [14], [2]]


def test_a_face_that_nobody_asks_for_leaves_the_pattern_unknown(project: Project) -> None:
    ask(project, [0, 1, 2], [0, 0, 0])
    assert asked_of_test(project) is None


def test_without_a_lookup_table_nothing_is_asked(project: Project) -> None:
    project.lookup = None
    assert asked_of_test(project) is None


def test_rules_are_found_once_and_kept_even_by_a_reader(project: Project) -> None:
    with Project(project.folder) as reader:
        rules = ensure_rules(reader)
    kept = (project.folder / FILE).stat().st_mtime_ns
    again = ensure_rules(project)
    assert again.names == rules.names
    assert (project.folder / FILE).stat().st_mtime_ns == kept


class NoEngine(Engine):
    """An engine that must not be needed."""

    def call(self, name: str, arguments: dict[str, Any], job: Job) -> Any:
        raise AssertionError(f"the engine was asked for {name} with {arguments} by {job}")


class EngineHere(Engine):
    """Does what it is asked in this process, which has Keras already, and remembers what that was."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, Any]] = []

    def call(self, name: str, arguments: dict[str, Any], job: Job) -> Any:
        self.asked.append(arguments)
        return calls.CALLS[name](job, **arguments)


def test_an_exported_run_predicts_without_the_engine(project: Project) -> None:
    model = random_network()
    run = make_run(project.folder, "one", model)
    images, asked = project.faces["test"].images, np.eye(4, 15) > 0
    networks = Networks()
    for options in (
        {},
        {"fast": True},
        {"rule": "outer"},
        {"rule": np.array([0, 1, -1, 0])},
        {"asked": asked},
    ):
        found = predict_images(NoEngine(), run, images, project.schema, Job(), networks=networks, **options)
        shown = views(fast=options.pop("fast", False))
        expected = predict_full(model, images, project.schema, views=shown, **options)
        np.testing.assert_allclose(found.points, expected.points, rtol=0, atol=0.01)
        np.testing.assert_allclose(found.std, expected.std, rtol=0.01)
    kept = predict_split(NoEngine(), project, "one", "test", Job())
    np.testing.assert_array_equal(run.predictions("test"), kept.points)
    np.testing.assert_array_equal(run.deviations("test"), kept.std)
    report = evaluate(NoEngine(), project, "one", Job(), networks=networks)
    assert report.faces == 3
    with pytest.raises(BadInputError, match="no marking rule called 'Z'"):
        evaluate(NoEngine(), project, "one", Job(), rule="Z")


def test_a_run_that_was_not_exported_goes_through_the_engine(project: Project) -> None:
    model = random_network()
    run = make_run(project.folder, "older", model, exported=False)
    images, engine = project.faces["test"].images, EngineHere()
    heard: list[str] = []
    job = Job(lambda _, data: heard.append(data["text"]), interval=0)
    found = predict_images(engine, run, images, project.schema, job, rule="outer")
    np.testing.assert_array_equal(
        found.points, predict_full(model, images, project.schema, rule="outer").points
    )
    assert [asked["weights"] for asked in engine.asked] == [[str(run.folder / "best.keras")]]
    assert heard == ["Starting TensorFlow", "Predicting"]


def test_what_several_networks_say_is_averaged(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    models = [random_network(seed=seed) for seed in (0, 1)]
    runs = [make_run(project.folder, f"fold-{seed}", model) for seed, model in enumerate(models)]
    images = project.faces["test"].images
    alone = [
        predict_images(NoEngine(), run, images, project.schema, Job(), rule="inner").points for run in runs
    ]
    assert np.abs(alone[0] - alone[1]).max() > 0.1
    paths = tuple(run.weights_paths()[0] for run in runs)
    monkeypatch.setattr(Run, "weights_paths", lambda *_: paths)
    assert [path.parent.name for path in runs[0].exported_paths()] == ["fold-0", "fold-1"]
    found = predict_images(NoEngine(), runs[0], images, project.schema, Job(), rule="inner").points
    np.testing.assert_allclose(found, np.mean(alone, axis=0), atol=1e-4)

    (runs[1].folder / "best.onnx").unlink()
    engine = EngineHere()
    by_keras = predict_images(engine, runs[0], images, project.schema, Job(), rule="inner").points
    assert engine.asked[0]["weights"] == [str(path) for path in paths]
    np.testing.assert_allclose(by_keras, found, rtol=0, atol=0.01)


def test_a_damaged_export_is_named_and_what_to_do(project: Project) -> None:
    run = make_run(project.folder, "hurt", random_network())
    path = run.folder / "best.onnx"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RunError, match=r"hurt/best\.onnx: .*delete this file: then TensorFlow predicts"):
        predict_split(NoEngine(), project, "hurt", "test", Job())
    path.unlink()
    assert predict_split(EngineHere(), project, "hurt", "test", Job()).points.shape == (4, 15, 2)


def test_a_run_without_weights_predicts_nothing(project: Project) -> None:
    run = make_run(project.folder, "bare", random_network())
    (run.folder / "best.keras").unlink()
    with pytest.raises(RunError, match="run 'bare' has no weights"):
        predict_split(NoEngine(), project, "bare", "test", Job())


COMMANDS = """
import sys
from fkd_core.cli.main import main
project, out = sys.argv[1:]
for words in (
    ["predict", project, "--run", "one", "-o", out],
    ["evaluate", project, "--run", "one", "--rule", "outer", "--json"],
):
    assert main(words) == 0
assert "onnxruntime" in sys.modules
heavy = {"tensorflow", "keras", "onnx", "PySide6"}
print(sorted(heavy & {name.split(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def test_commands_predict_without_tensorflow(project: Project, tmp_path: Path) -> None:
    make_run(project.folder, "one", random_network())
    out = tmp_path / "points.csv"
    command = [sys.executable, "-c", COMMANDS, str(project.folder), str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # ONNX Runtime itself has nothing to say to whoever reads this.
    assert done.stderr == "[]\n"
    assert len(out.read_text().splitlines()) == 5


def test_looking_at_runs_loads_no_runtime(project: Project) -> None:
    make_run(project.folder, "one", random_network())
    code = (
        "import sys; import fkd_core.pipeline; from fkd_core.cli.main import main;"
        "main(['info', sys.argv[1]]);"
        "print('onnxruntime' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(project.folder)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "False\n")


@pytest.mark.trains
def test_a_trained_run_predicts_with_deviations_and_by_rule(project: Project) -> None:
    from fkd_core.pipeline import train

    with Engine() as engine:
        config = {"model": "swift", "epochs": 1, "validation_share": 0.3}
        run = train(engine, project.folder, config, Job(), name="one")["run"]
        predicted = predict_split(engine, project, run, "test", Job())
        kept = Run.open(project.runs_folder / run)
        assert [path.name for path in kept.exported_paths()] == ["last.onnx"]
        np.testing.assert_array_equal(kept.predictions("test"), predicted.points)
        np.testing.assert_array_equal(kept.deviations("test"), predicted.std)
        assert predicted.std.shape == predicted.points.shape[:2]
        assert (predicted.std > 0).all()
        assert kept.predicted_splits() == ("test",)
        rows = np.arange(12)
        assert evaluate(engine, project, run, Job(), rows=rows, rule=OWN).faces == 12
        with pytest.raises(BadInputError, match="no marking rule called 'Z'"):
            evaluate(engine, project, run, Job(), rows=rows, rule="Z")
        with pytest.raises(ProjectError, match="no holiday faces"):
            predict_split(engine, project, run, "holiday", Job())


def test_deviations_of_earlier_predictions_do_not_stay(project: Project, tmp_path: Path) -> None:
    from fkd_core.runs import RunWriter

    with RunWriter.create(
        tmp_path / "runs",
        model="swift",
        config={},
        seed=0,
        data={"fingerprint": "x"},
        split={"train": [], "validation": []},
    ) as writer:
        folder = writer.folder
    run = Run.open(folder)
    points = np.zeros((4, len(project.schema), 2), np.float32)
    run.save_predictions("test", points, std=np.ones(points.shape[:2], np.float32))
    assert run.deviations("test") is not None
    run.save_predictions("test", points)
    assert run.deviations("test") is None
