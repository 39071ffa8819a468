"""What a finished experiment is reported by, beside its tables: a table of means, and figures."""

from __future__ import annotations

from pathlib import Path

from mentalities_sim.experiment.results import Results


def write_report(results: Results, out: Path) -> tuple[list[Path], dict[str, str]]:
    """Write table.csv (of a sampled space summary.csv and points.csv), chosen.csv and figures to a folder.

    Returns the files, and by figure left out the reason: one that cannot be drawn costs no results.
    Raises `FolderError` where writing fails.
    """
    from mentalities_sim.experiment.pictures import FEWEST_FOR_A_MAP, drawings
    from mentalities_sim.store.atomic import replacing
    from mentalities_sim.store.crate import write_crate
    from mentalities_sim.store.errors import not_written
    from mentalities_sim.store.manifest import MANIFEST

    files = []
    tables = {"chosen.csv": results.chosen} if any(a.candidates for a in results.file.arms.values()) else {}
    if results.file.sampled:
        tables |= {"summary.csv": results.summary(), "points.csv": results.points()}
    else:
        tables["table.csv"] = results.table()
    for name, frame in tables.items():
        with replacing(out / name) as part:
            frame.to_csv(part, index=False)
        files.append(out / name)
    left_out: dict[str, str] = {}
    if results.file.sampled and results.file.n_cells < FEWEST_FOR_A_MAP:
        left_out["map"] = f"it needs {FEWEST_FOR_A_MAP:,} points; there are {results.file.n_cells:,}"
    for name, draw in drawings(results).items():
        try:
            drawn = draw()
        except ValueError as error:
            left_out[name] = str(error)
            continue
        try:
            files += drawn.save(out / "figures" / name)
        except OSError as error:
            raise not_written(out / "figures" / name, error) from error
    if (out / MANIFEST).exists():
        write_crate(out)  # it tells of these files too
    return files, left_out
