"""`formcheck merge`: a side view and a front or rear view of one runner in one report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("merge")(merge_command)


def merge_command(
    a: Annotated[Path, typer.Argument(help="A folder that formcheck analyze wrote.", show_default=False)],
    b: Annotated[Path, typer.Argument(help="The same runner from the other view.", show_default=False)],
    out: Annotated[Path, typer.Option("-o", "--out", help="Where analysis.json and report.html go.")] = Path(
        "merged"
    ),
) -> int:
    """Merge a side view with a front or rear view of one runner, or with the other side."""
    from formcheck.cli import printing
    from formcheck.export import load, to_json_text
    from formcheck.files.atomic import folder_atomically
    from formcheck.merge import merge
    from formcheck.report import Pictures, content, page

    merged = merge(load(a), load(b))
    clips = sorted(each["sha256"] or "" for each in merged.made_with["merged"])
    with folder_atomically(out, inputs=[a, b], made_of=[f"merged:{'+'.join(clips)}"]) as new:
        new.add("analysis.json").write_text(to_json_text(merged), encoding="utf-8")
        new.add("report.html").write_text(page(content(merged, Pictures())), encoding="utf-8")
    printing.print_analysis(merged, out)
    return 0
