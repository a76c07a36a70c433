"""The command `batch`: many independent series of one table."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import click

from reconcile.cli import options
from reconcile.cli.paths import ExistingPath
from reconcile.cli.sections import command
from reconcile.cli.terminal import print_json
from reconcile.errors import MissingExtraError, OptionError
from reconcile.values.wording import counted


@command
@click.argument("file", type=ExistingPath(dir_okay=False))
@click.option(
    "--by",
    metavar="COLUMN",
    multiple=True,
    required=True,
    help="Column that tells the series apart; repeatable.",
)
@click.option(
    "--out",
    metavar="DIR",
    required=True,
    type=click.Path(file_okay=False),
    help="Folder for the answers.",
)
@click.option("--date", metavar="DATE", help="Date of the answers. [default: the last in a series]")
@click.option("--parquet", is_flag=True, help="Write Parquet instead of CSV.")
@click.option("--workers", metavar="N", type=click.IntRange(1), help="Number of processes.")
@click.option(
    "--dask", metavar="ADDRESS|local", help="Run on a Dask cluster; local starts one here."
)
@click.option("--restart", is_flag=True, help="Start again; do not continue a stopped run.")
@options.level
@options.as_of
@options.convention
@options.seed
@options.json_output
@options.example(
    "reconcile batch claims.csv --by series --out answers",
    "reconcile batch claims.parquet --by town --out answers --dask local",
)
def batch(
    file: str,
    by: tuple[str, ...],
    out: str,
    date: str | None,
    parquet: bool,
    workers: int | None,
    dask: str | None,
    restart: bool,
    as_json: bool,
    **settings: Any,
) -> None:
    """Answer every series of FILE (CSV, TSV or Parquet), each by a fit of its own.

    Answers are written as they come: a run that was stopped continues where it was. A series
    without an answer has the reason in the column "error".
    """
    from reconcile.questions.fit_many import fit_many

    with _executor(dask, workers) as executor:
        found = fit_many(
            file,
            by=by,
            executor=executor,
            sink=out,
            resume=not restart,
            progress=True,
            workers=workers,
            form="parquet" if parquet else "csv",
            date=date,
            **settings,
        )
    failed = found.failed
    units = found.frame["unit"].nunique()
    click.echo(
        f"{found.path}: {counted(units, 'unit')}, {len(failed):,} without an answer", err=True
    )
    for row in failed.head(5).to_dict("records"):
        click.echo(f"  {row['unit']}: {str(row['error']).splitlines()[0]}", err=True)
    path = str(Path(cast("Path", found.path)))
    if as_json:
        errors = failed[["unit", "error"]].to_dict("records")
        print_json({"path": path, "units": units, "failed": errors})
        return
    click.echo(path)


@contextmanager
def _executor(dask: str | None, workers: int | None) -> Generator[Executor | None]:
    """The executor of a Dask cluster, None without one."""
    if dask is None:
        yield None
        return
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise MissingExtraError("--dask", "distributed") from error
    if dask == "local":
        with (
            LocalCluster(
                n_workers=workers or 2,
                threads_per_worker=1,
                dashboard_address=None,  # pyright: ignore[reportArgumentType] (no page)
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client.get_executor()
        return
    try:
        with Client(dask, timeout=10) as client:
            yield client.get_executor()
    except (OSError, ValueError, TimeoutError) as error:
        raise OptionError(
            f"expected the address of a Dask scheduler (tcp://host:8786), got {dask!r}: {error}"
        ) from error
