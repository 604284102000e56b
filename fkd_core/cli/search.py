"""`fkd search PROJECT`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json, print_table
from fkd_core.errors import BadInputError
from fkd_core.search.spaces import STRATEGIES

if TYPE_CHECKING:
    from fkd_core.search.config import SearchConfig

_ASKED = (
    "strategy",
    "model",
    "space",
    "keep",
    "trials",
    "epochs",
    "trial_minutes",
    "seed",
    "limit",
    "device",
)
_ASKED_TOO = ("hold_out", "prune", "warm_up")
_OTHER = ("resume", "list", "show", "use_best", "delete")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--resume", metavar="NAME", help="go on with a search; so does the same command again")
    what.add_argument("--list", action="store_true", help="the searches of the project")
    what.add_argument("--show", metavar="NAME", help="what its trials did, and what mattered")
    what.add_argument(
        "--use-best",
        metavar="NAME",
        help="train a run with the settings of its best trial, for the network's own length or --epochs",
    )
    what.add_argument("--delete", metavar="NAME", help="delete a search and what its trials left")
    parser.add_argument(
        "--strategy",
        choices=STRATEGIES,
        help="greedy: one setting after the other, as the notebook; tpe: where it looks promising; grid: all "
        "(greedy)",
    )
    parser.add_argument("--model", metavar="NAME", help="network (seed for greedy, else swift)")
    parser.add_argument(
        "--space", type=Path, metavar="FILE.json", help="what to try, in place of the network's"
    )
    parser.add_argument(
        "--name", metavar="NAME", help="of the search (MODEL-STRATEGY), or of the run it leaves"
    )
    parser.add_argument(
        "--keep",
        choices=("best", "last"),
        help="a trial counts by its best or its last validation loss, as the notebook's did (best)",
    )
    parser.add_argument("--trials", type=arguments.positive, metavar="N", help="of tpe (30)")
    parser.add_argument(
        "--minutes", type=arguments.duration, metavar="M", help="for this command; --resume goes on after it"
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--epochs", type=arguments.positive, metavar="N", help="of a trial (the network's own)"
    )
    length.add_argument("--trial-minutes", type=arguments.duration, metavar="M", help="for a trial")
    parser.add_argument("--seed", type=arguments.whole, metavar="N", help="the same for all trials (0)")
    parser.add_argument("--limit", type=arguments.positive, metavar="N", help="train on that many faces only")
    parser.add_argument("--hold-out", type=Path, metavar="ROWS.txt", help="rows to validate on in all trials")
    parser.add_argument("--device", metavar="D", help="see fkd train (auto)")
    parser.add_argument(
        "--prune",
        metavar="RULE",
        help="give trials up that are behind at equal epochs: median, none, or a percentage (median)",
    )
    parser.add_argument(
        "--warm-up", type=arguments.whole, metavar="N", help="epochs that no trial ends before (3)"
    )
    parser.add_argument(
        "--storage",
        metavar="URL",
        help="database by which machines share the trials; give it to each of them",
    )
    parser.add_argument(
        "--keep-weights", action="store_true", help="with --use-best: take the trial as it was trained"
    )
    parser.add_argument(
        "--trial", type=arguments.positive, metavar="N", help="with --use-best: not the best one"
    )
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> int:
    """List, show, use, delete, or work on a search."""
    from fkd_core.manifest import Manifest

    Manifest.load(chosen.project)
    _check_words(chosen)
    if chosen.list:
        return _list(chosen)
    if chosen.show:
        return _show(chosen)
    if chosen.use_best:
        return _use_best(chosen)
    if chosen.delete:
        from fkd_core.search.folder import delete, open_search

        delete(open_search(chosen.project, chosen.delete))
        return 0
    return _search(chosen)


def _check_words(chosen: argparse.Namespace) -> None:
    other = next((word for word in _OTHER if getattr(chosen, word)), None)
    if other is None:
        return
    with_best = ("epochs", "device") if other == "use_best" else ()
    given = [word for word in (*_ASKED, *_ASKED_TOO) if getattr(chosen, word) is not None]
    wrong = [word for word in given if word not in with_best]
    if wrong:
        raise BadInputError(
            "these words do not go together",
            expected=f"--{other.replace('_', '-')} without settings: a search is what it was begun as",
            found="--" + wrong[0].replace("_", "-"),
            todo="Leave it out, or begin another search with --name",
        )


def config_of(chosen: argparse.Namespace) -> SearchConfig:
    """The search that the words ask for.

    Raises:
        BadInputError: if they do not go together.
    """
    from fkd_core.search.config import SearchConfig
    from fkd_core.search.space import read_space
    from fkd_core.search.spaces import GREEDY, default_model, default_space

    strategy = chosen.strategy or GREEDY
    if chosen.space is not None:
        space = read_space(chosen.space)
        if chosen.model not in (None, space.model):
            raise BadInputError(
                "the space is that of another network",
                where=chosen.space,
                expected=chosen.model,
                found=space.model,
            )
    else:
        space = default_space(strategy, chosen.model or default_model(strategy))
    given: dict[str, Any] = {
        "keep": chosen.keep,
        "trials": chosen.trials,
        "epochs": chosen.epochs,
        "minutes": chosen.trial_minutes,
        "seed": chosen.seed,
        "limit": chosen.limit,
        "device": chosen.device,
        "hold_out": None if chosen.hold_out is None else str(chosen.hold_out.absolute()),
        "prune": chosen.prune,
        "warm_up": chosen.warm_up,
    }
    return SearchConfig(strategy, space, **{key: value for key, value in given.items() if value is not None})


def _search(chosen: argparse.Namespace) -> int:
    from fkd_core.engine.client import Engine
    from fkd_core.pipeline import read_hold_out
    from fkd_core.project import Project
    from fkd_core.search.begin import begin
    from fkd_core.search.calls import GRACE
    from fkd_core.search.folder import open_search
    from fkd_core.search.run import DONE, STOPPED, run_search
    from fkd_core.search.trainers import EngineTrainer

    started = time.monotonic()
    if chosen.hold_out is not None:
        with Project(chosen.project) as project:
            read_hold_out(project, chosen.hold_out)
    if chosen.resume:
        search = open_search(chosen.project, chosen.resume)
    else:
        search = begin(chosen.project, config_of(chosen), chosen.name, chosen.storage)
    with Engine(grace=GRACE) as engine, job_for("starting TensorFlow") as job:
        trainer = EngineTrainer(engine, chosen.project, search.config.hold_out)
        result = run_search(
            search,
            trainer,
            job,
            minutes=chosen.minutes,
            started=started,
            storage=chosen.storage or search.storage,
        )
    if chosen.json:
        print_json(result)
    else:
        print(told(result))
        if result["outcome"] != DONE:
            print(f"Go on with: fkd search PROJECT --resume {search.name}")
        elif result["best"]:
            print(f"Make it a run with: fkd search PROJECT --use-best {search.name}")
    return 130 if result["outcome"] == STOPPED else 0


def told(summary: dict[str, Any]) -> str:
    """A search in a line."""
    best = summary["best"]
    text = f"search {summary['name']}: {summary['outcome']}, {summary['ended']} of {summary['trials']} trials"
    if summary["pruned"]:
        text += f" ({summary['pruned']} given up early)"
    if best is None:
        return text
    settings = ", ".join(f"{name} {_value(value)}" for name, value in best["settings"].items())
    rmse = "" if best["rmse"] is None else f", {best['rmse']:.3f} px"
    return f"{text}; best: {settings}: validation loss {best['score']:.4g}{rmse} (trial {best['number'] + 1})"


def _list(chosen: argparse.Namespace) -> int:
    from fkd_core.search.folder import list_searches

    found = [search.summary() for search in list_searches(chosen.project)]
    if chosen.json:
        print_json({"searches": found})
        return 0
    rows = [
        (
            each["name"],
            each["status"],
            f"{each['ended']}/{each['trials']}",
            _pixels(each["best"]),
            each["created"],
        )
        for each in found
    ]
    print_table("", ("search", "status", "trials", "best px", "begun"), rows, right={"trials"})
    return 0


def _show(chosen: argparse.Namespace) -> int:
    from fkd_core.search.folder import open_search
    from fkd_core.search.importance import importance

    search = open_search(chosen.project, chosen.show)
    trials = search.trials()
    mattered = importance(search.config.space, trials)
    if chosen.json:
        result = search.summary(trials) | {
            "config": search.config.to_dict(),
            "data": search.header["data"],
            "importance": None if mattered is None else mattered.to_dict(),
            "all_trials": [trial.to_dict() for trial in trials],
        }
        print_json(result)
        return 0
    names = search.config.space.names
    rows = [
        (
            trial.number + 1,
            *(_value(trial.settings.get(name, "")) for name in names),
            trial.status,
            "" if trial.score is None else f"{trial.score:.4g}",
            _pixels(trial.to_dict()),
            trial.epoch,
            round(trial.seconds),
        )
        for trial in trials
    ]
    print_table(
        told(search.summary(trials) | {"outcome": search.status(trials)}),
        ("trial", *names, "status", "loss", "px", "epochs", "seconds"),
        rows,
    )
    given_up = [trial for trial in trials if trial.status == "pruned"]
    for trial in given_up:
        print(f"trial {trial.number + 1}: {trial.message}")
    if given_up:
        print("Trials that were given up might have become better; --prune none trains all to their end.")
    _tell_importance(mattered)
    return 0


def _tell_importance(mattered: Any) -> None:
    if mattered is None:
        return
    shares = sorted(mattered.shares.items(), key=lambda item: -item[1])
    print("mattered: " + ", ".join(f"{name} {share:.0%}" for name, share in shares))
    print(f"(an additive model that explains {max(0.0, mattered.explained):.0%} of trials left out)")


def _use_best(chosen: argparse.Namespace) -> int:
    from fkd_core.engine.client import Engine
    from fkd_core.pipeline import train
    from fkd_core.search.best import best_trial, free_name, full_training, keep_weights
    from fkd_core.search.folder import open_search

    started = time.monotonic()
    search = open_search(chosen.project, chosen.use_best)
    trial = best_trial(search, None if chosen.trial is None else chosen.trial - 1)
    if chosen.keep_weights:
        kept = keep_weights(search, trial, chosen.name)
        result: dict[str, Any] = {"run": kept.name, "status": kept.status, "trial": trial.number}
    else:
        config = full_training(search, trial)
        for name in ("epochs", "minutes", "device"):
            if getattr(chosen, name) is not None:
                config[name] = getattr(chosen, name)
        hold_out = search.config.hold_out
        with Engine() as engine, job_for("starting TensorFlow") as job:
            result = train(
                engine,
                chosen.project,
                config,
                job,
                name=chosen.name or free_name(chosen.project / "runs", f"{search.name}-best"),
                hold_out=None if hold_out is None else Path(hold_out),
                started=started,
            ) | {"trial": trial.number}
    if chosen.json:
        print_json(result)
    else:
        how = "its weights are kept" if chosen.keep_weights else "trained with its settings in full"
        print(f"run {result['run']}: {result['status']}; trial {trial.number + 1} of {search.name}, {how}")
    return 130 if result["status"] == "stopped" and not chosen.keep_weights else 0


def _pixels(best: dict[str, Any] | None) -> str:
    return "" if best is None or best["rmse"] is None else f"{best['rmse']:.2f}"


def _value(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
