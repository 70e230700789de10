"""`formcheck export`: the motion of a measured clip for other software."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export_command)


def export_command(
    results: Annotated[
        Path, typer.Argument(help="A folder that formcheck analyze wrote.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the files go.")] = Path("export"),
    formats: Annotated[
        str, typer.Option("--formats", help="Any of csv, parquet, trc, mot, with commas between.")
    ] = "csv,trc,mot",
) -> int:
    """Write keypoints and angles as CSV, Parquet or OpenSim files."""
    from formcheck.export import export_tracks

    names = [name.strip().lower() for name in formats.split(",") if name.strip()]
    for path in export_tracks(results, out, names):
        sys.stdout.write(f"{path}\n")
    return 0
