"""Files that FormCheck writes and reads: results folder, analysis.json, tables, OpenSim files."""

from formcheck.export.loading import load
from formcheck.export.record import FORMAT, VERSION, to_json, to_json_text
from formcheck.export.results import write_results
from formcheck.export.tracks import EXPORTS, export_tracks

__all__ = [
    "EXPORTS",
    "FORMAT",
    "VERSION",
    "export_tracks",
    "load",
    "to_json",
    "to_json_text",
    "write_results",
]
