"""What is asked of the engine when faces are predicted; the engine itself is tested elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import BadInputError, ProjectError
from fkd_core.jobs import Job
from fkd_core.lookup import LookupTable
from fkd_core.pipeline import OWN, evaluate
from fkd_core.predicting import asked_of_test, predict_split
from fkd_core.project import Project
from fkd_core.rules import ensure_rules
from fkd_core.rules.store import FILE
from fkd_core.runs import Run
from tests.helpers.projects import make_project


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


@pytest.mark.trains
def test_a_trained_run_predicts_with_deviations_and_by_rule(project: Project) -> None:
    from fkd_core.engine.client import Engine
    from fkd_core.pipeline import train

    with Engine() as engine:
        config = {"model": "swift", "epochs": 1, "validation_share": 0.3}
        run = train(engine, project.folder, config, Job(), name="one")["run"]
        predicted = predict_split(engine, project, run, "test", Job())
        kept = Run.open(project.runs_folder / run)
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
