"""Running an experiment into a folder: begun, gone on with after any interruption, or made whole again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from mentalities_sim.running.batches import Order
from mentalities_sim.running.conditions import ID_LENGTH, Conditions
from mentalities_sim.running.executors import Hands
from mentalities_sim.running.hashes import measures_hash, rule_hashes
from mentalities_sim.running.progress import Progress
from mentalities_sim.running.sweep import SweepError, Tally, sweep, wanted
from mentalities_sim.running.tasks import in_part
from mentalities_sim.store.conditions_table import write_conditions
from mentalities_sim.store.crate import write_crate
from mentalities_sim.store.errors import FolderError
from mentalities_sim.store.lock import claim
from mentalities_sim.store.manifest import LaterVersion, Manifest
from mentalities_sim.store.place import check_folder, holds_results, is_empty, set_aside, sweep_up
from mentalities_sim.store.provenance import begin_session, end_session
from mentalities_sim.store.shards import check_shards, run_ids, write_shard

CONDITIONS_AT_ONCE = 10_000
Say = Callable[[str], Any]


@dataclass
class Standing:
    """Which runs a folder holds: boolean arrays (conditions, replicates), and how many nobody asked for."""

    done: np.ndarray
    failed: np.ndarray
    strangers: int


@dataclass
class Begun:
    """A folder made ready: what is to be run, what stands there, and every condition's id."""

    out: Path
    ids: np.ndarray
    pending: np.ndarray
    standing: Standing


def manifest_of(order: Order) -> Manifest:
    """Return what a results folder says of its experiment."""
    file = order.file
    plain = file.as_dict()  # its seed draws the design, the order's the chance: they may differ
    same = {name: value for name, value in plain.items() if name not in ("path", "overrides")}
    text = json.dumps([same, order.seed], sort_keys=True)
    return Manifest(
        title=file.title,
        experiment=hashlib.sha256(text.encode()).hexdigest()[:16],
        rules=rule_hashes(order),
        measures=measures_hash(order.kind),
        seed=order.seed,
        runs=int(order.conditions.replicates.sum()),
        axes=[axis.name for axis in file.axes],
        arms=list(file.arms),
        sampled=file.sampled,
        version=metadata.version("mentalities-sim"),
        file=plain,
    )


def run_in_folder(
    order: Order,
    out: Path,
    hands: Hands,
    shown: Progress,
    *,
    part: tuple[int, int] = (1, 1),
    retry: bool = False,
) -> Tally:
    """Run what an experiment asks for and a folder does not hold yet; each task is on disk when it is done.

    `part` = (k, n) runs every n-th condition only, so that machines can share the work. `retry` runs those
    that failed, and only those. Raises `FolderError`, and what `sweep` raises.
    """
    check_folder(out)
    with begin(order, out, shown.say, aside=not retry) as found:
        asked = wanted(order) & in_part(found.pending.shape, part)
        pending = asked & (found.standing.failed if retry else found.pending)
        earlier = set((out / "failures").glob("*.parquet")) if retry else set()
        shown.begin(int(asked.sum()), int((asked & ~pending).sum()))
        how: dict[str, Any] = {"part": list(part)} if part != (1, 1) else {}
        if order.own_classes:
            how["cast"] = order.own_classes
        session = begin_session(
            out, experiment=order.file.as_dict(), parameters=_parameters(order.conditions), seed=order.seed,
            engine=order.engine, workers=hands.name, rules=rule_hashes(order),
            set_directly=order.conditions.set_directly(), measures=measures_hash(order.kind),
            runs_before=int(found.standing.done.sum()), **how,
        )  # fmt: skip
        ended, again = "interrupted", set[str]()
        try:
            tally = sweep(
                order,
                pending,
                hands,
                lambda tables: again.add(write_tables(out, found.ids, tables)),
                shown.update,
            )
            _forget(earlier, again)
            ended = "finished"
            return tally
        except FolderError as error:
            ended = str(error)
            raise SweepError(ended) from error
        except Exception as error:
            ended = f"{type(error).__name__}: {error}"
            raise
        finally:
            with suppress(FolderError):  # on a full disk too, what stopped the sweep is what is told
                end_session(out, session, how=ended)
                write_crate(out)


@contextmanager
def begin(order: Order, out: Path, say: Say, *, aside: bool = True) -> Iterator[Begun]:
    """Hold a folder, mend it, and put it aside where it holds runs that this experiment does not ask for.

    Without `aside`, such a folder is refused.
    """
    manifest = manifest_of(order)
    ids = order.conditions.ids(manifest.rules, manifest.measures)
    if holds_results(out):
        with claim(out):
            _refuse_later(out)
            for line in check_shards(out):
                say(line)
            strange = _strange(out, ids, order, manifest)
            if strange and not aside:
                raise FolderError(
                    f"{strange} What failed can only be run again by the rules it failed under; "
                    f"`mentalities run` keeps {out} under another name and begins anew"
                )
            if strange:
                say(f"{strange} It was kept as {set_aside(out)}; this run begins anew.")
    with claim(out):
        if not is_empty(out) and not holds_results(out):
            raise FolderError(f"{out} holds other things than results; give --out a new or empty folder")
        sweep_up(out)
        if not holds_results(out):  # but for what a run left that was killed at its first steps
            check_shards(out)
        standing = find_standing(out, ids, order)
        if standing.strangers:
            raise FolderError(f"{out} was written to by another run meanwhile; run the same command again")
        manifest.write(out)
        write_conditions(out, _condition_frames(order.conditions, ids))
        yield Begun(out, ids, wanted(order) & ~standing.done & ~standing.failed, standing)


def _refuse_later(out: Path) -> None:
    """Raise `LaterVersion` for a folder of a form that this version does not know; it is left as it is."""
    try:
        Manifest.read(out)
    except LaterVersion:
        raise
    except FolderError:
        return  # a damaged manifest is made anew


def _strange(out: Path, ids: np.ndarray, order: Order, manifest: Manifest) -> str:
    """Say what in a folder is not of this experiment; "" if it can be gone on with."""
    try:
        earlier = Manifest.read(out)
    except FolderError as error:
        # runs say by their ids what they belong to: without a manifest they can be gone on with
        if find_standing(out, ids, order).strangers or not (out / "outcomes").is_dir():
            return f"{error}."
        return ""
    strangers = find_standing(out, ids, order).strangers
    if not strangers:
        return ""
    lines = dict.fromkeys(manifest.differences(earlier))  # the seed is the file's and the run's
    lines = {line: None for line in lines if not line.startswith(("overrides", "path"))}
    what = "; ".join(lines) or "settings"
    return f"{out} holds {strangers:,} runs of another experiment ({what})."


def find_standing(out: Path, ids: np.ndarray, order: Order) -> Standing:
    """Return which of an experiment's runs a folder holds, whole or failed."""
    replicates = order.conditions.replicates
    shape = (len(ids), int(replicates.max(initial=0)))
    standing = Standing(np.zeros(shape, bool), np.zeros(shape, bool), 0)
    by_id = np.argsort(ids)
    for table, kept in (("outcomes", standing.done), ("failures", standing.failed)):
        for runs in run_ids(out, table) if out.is_dir() else ():
            condition = np.array([run[:ID_LENGTH] for run in runs], ids.dtype)
            replicate = np.array([int(run[ID_LENGTH + 1 :]) for run in runs])
            at = by_id[np.minimum(np.searchsorted(ids, condition, sorter=by_id), len(ids) - 1)]
            ours = (ids[at] == condition) & (replicate < replicates[at])
            kept[at[ours], replicate[ours]] = True
            standing.strangers += int((~ours).sum())
    standing.failed &= ~standing.done
    return standing


def _forget(earlier: set[Path], again: set[str]) -> None:
    """Remove rows of what failed, now that it was run again: but not those of runs that failed just the same.

    `again` are the stems of failures written since: of one batch the file may even have the same name.
    """
    for path in earlier:
        newer = set(path.parent.glob(f"{path.name.partition('-')[0]}-*.parquet")) - {path}
        if path.name.partition("-")[0] not in again or newer:
            path.unlink(missing_ok=True)


def write_tables(out: Path, ids: np.ndarray, tables: dict[str, pd.DataFrame]) -> str:
    """Write what a task brought; failures apart, so that they can be forgotten when they are run again.

    Returns the stem of the failures' file, "" for none.
    """
    made = {name: _with_run_id(frame, ids) for name, frame in tables.items()}
    failures = made.pop("failures", None)
    if made:
        write_shard(out, made)
    return write_shard(out, {"failures": failures}) if failures is not None else ""


def _with_run_id(frame: pd.DataFrame, ids: np.ndarray) -> pa.Table:
    places, replicates = frame["place"].to_numpy(), frame["replicate"].to_numpy()
    names = [f"{ids[p].decode()}-{r:06d}" for p, r in zip(places.tolist(), replicates.tolist(), strict=True)]
    rest = pa.Table.from_pandas(frame.drop(columns="place"), preserve_index=False)
    return rest.add_column(0, "run_id", pa.array(names, pa.large_string()))


def _condition_frames(conditions: Conditions, ids: np.ndarray) -> Iterator[pd.DataFrame]:
    for first in range(0, len(conditions), CONDITIONS_AT_ONCE):
        places = range(first, min(first + CONDITIONS_AT_ONCE, len(conditions)))
        yield pd.DataFrame(
            [
                {"condition_id": ids[place].decode(), "place": place, **conditions.columns(place)}
                for place in places
            ]
        )


def _parameters(conditions: Conditions) -> dict[str, Any]:
    """Every starting value and parameter before anything is swept: those of all arms, and arms' own."""
    by_arm = {arm.name: conditions.settings(arm) for arm in conditions.arms}
    first = next(iter(by_arm.values()))
    shared = {
        path: value for path, value in first.items() if all(a.get(path) == value for a in by_arm.values())
    }
    own = {name: {p: v for p, v in found.items() if p not in shared} for name, found in by_arm.items()}
    return {"all arms": shared, "arms": own}
