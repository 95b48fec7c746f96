"""Drives a bundle's virtual runs again and tells whether they come out as recorded."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import chain
from pathlib import Path

from timing_server.adapters.folder.data_folder import DataFolder
from timing_server.adapters.processes.rerunning import rerun, rerun_duel
from timing_server.adapters.sqlite.database import open_database
from timing_server.adapters.sqlite.store import SqlStore
from timing_server.rules.facts.virtual import RunSimulated
from timing_server.service.errors import ServiceError
from timing_server.service.results.checking import CheckedBundle
from timing_server.service.results.files import model_member, track_member
from timing_server.service.tracks.laying import track_blob
from timing_server.service.virtual.flaws import flaws
from timing_server.service.virtual.head_to_head.proving import SimulatedDuel, simulated_duels
from timing_server.service.virtual.head_to_head.verdicts import judge_duel
from timing_server.service.virtual.proving import SimulatedRun, simulated_runs
from timing_server.service.virtual.verdicts import Outcome, Shelf, Verdict, in_words, judge

Say = Callable[[str], None]


class RunChangedError(ServiceError, ValueError):
    """A run isn't what its model, track and seed give on the same simulator."""

    code = "run_changed"


class RunUnprovenError(ServiceError, ValueError):
    """A run couldn't be driven again, or not compared, where every one was to be."""

    code = "run_unproven"


def prove_runs(
    checked: CheckedBundle,
    shelf: Shelf,
    say: Say,
    *,
    heats: Collection[int] = (),
    is_strict: bool = False,
) -> None:
    """Drive every virtual run again and say what came of each as soon as it is known.

    ``heats``: only those of these numbers, where there are any. ``is_strict``: runs that couldn't
    be compared here are refused, too. Raises RunChangedError that names the first fact which isn't
    what the run gives, RunUnprovenError.
    """
    proofs = [each.fact for each in checked.facts if isinstance(each.fact, RunSimulated)]
    count = len(heats) or len({each.heat_id for each in proofs})
    wrong = [each.sentence for each in flaws(checked.facts)]
    for sentence in wrong:
        say(_begun(sentence))
    outcomes: Counter[Outcome] = Counter()
    unproven: list[str] = []
    every: Iterator[SimulatedRun | SimulatedDuel] = chain(
        simulated_runs(checked.facts), simulated_duels(checked.facts)
    )
    wanted = (each for each in every if not heats or each.number in heats)
    for number, run in enumerate(wanted, 1):
        verdict = (
            judge(run, shelf, rerun)
            if isinstance(run, SimulatedRun)
            else judge_duel(run, shelf, rerun_duel)
        )
        told = in_words(verdict)
        say(f"{number} of {count}: heat {run.number}{_driver(verdict, checked)}: {told}")
        outcomes[verdict.outcome] += 1
        if verdict.outcome == "changed":
            wrong.append(told)
        elif verdict.outcome != "identical":
            unproven.append(f"Heat {run.number}: {told}")
    for line in _summary(outcomes):
        say(line)
    if wrong:
        raise RunChangedError(_begun(wrong[0]))
    if is_strict and unproven:
        raise RunUnprovenError(unproven[0])


def _summary(outcomes: Counter[Outcome]) -> Iterator[str]:
    same, apart, changed = (outcomes[each] for each in ("identical", "apart", "changed"))
    if not outcomes.total():
        return
    if same:
        runs = "1 virtual run" if same == 1 else f"{same} virtual runs"
        yield f"{runs} driven again: bit-identical."
    if apart:
        yield f"{apart} not comparable: by the log, another simulator computed them."
    missing = outcomes.total() - same - apart - changed
    if missing:
        yield f"{missing} not driven again."
    if changed:
        yield f"{changed} not what their model, track and seed give."


def _driver(verdict: Verdict, checked: CheckedBundle) -> str:
    run = verdict.run
    proofs = [run.proof] if isinstance(run, SimulatedRun) else [each for _, each in run.proofs]
    shown = " – ".join(filter(None, (_names(each, checked) for each in proofs)))
    return f" ({shown})" if shown else ""


def _names(proof: RunSimulated, checked: CheckedBundle) -> str:
    entry = checked.state.entries.get(proof.entry_id)
    names = [] if entry is None else [checked.registry.drivers.get(i) for i in entry.driver_ids]
    return " / ".join(each.shown_name for each in names if each is not None)


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


@contextmanager
def shelf_of(
    models: Path | None, folder: DataFolder, checked: CheckedBundle | None = None
) -> Iterator[Shelf]:
    """Look for files in the bundle, in a folder of models that was named, in a server's data."""
    carried = {} if checked is None else checked.files
    named = {} if models is None else {_hash(each): each for each in sorted(models.glob("*.onnx"))}
    is_there = folder.database_file.is_file()
    store = SqlStore(open_database(folder.database_file)) if is_there else None

    def model(model_sha256: str) -> bytes | None:
        kept = folder.model_folder / f"{model_sha256}.onnx"
        found = named.get(model_sha256) or kept
        in_bundle = carried.get(model_member(model_sha256))
        return in_bundle or (found.read_bytes() if found.is_file() else None)

    def track(track_sha256: str) -> bytes | None:
        in_bundle = carried.get(track_member(track_sha256))
        if in_bundle is not None or store is None:
            return in_bundle
        return store.blob(track_blob(track_sha256))

    try:
        yield Shelf(model, track)
    finally:
        if store is not None:
            store.close()


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
