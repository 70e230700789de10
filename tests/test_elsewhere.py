"""Everything the command line can, the app can, or says how to ask for it."""

from __future__ import annotations

import re

import pytest
import typer

import builders
from formcheck.cli.main import app
from formcheck.export.tracks import opensim_files
from formcheck.ui.parts.elsewhere import ELSEWHERE

IN_THE_APP = {
    "analyze", "compare", "app", "merge", "export", "live", "history", "practise", "plan", "drills", "drill", "progress",
}  # fmt: skip
COMMANDS = typer.main.get_command(app).commands
TOLD = " ".join(f"{command} {words}" for command, words in ELSEWHERE)


def test_every_command_is_in_the_app_or_named_there():
    named = set(re.findall(r"formcheck (\w+)", TOLD))
    print(sorted(COMMANDS))
    assert set(COMMANDS) <= named | IN_THE_APP
    assert named <= set(COMMANDS)


def options(command):
    return {name for each in COMMANDS[command].params for name in each.opts if name.startswith("--")}


@pytest.mark.parametrize("line", [command for command, _ in ELSEWHERE])
def test_every_option_that_is_named_exists(line):
    command = line.split()[1]
    assert set(re.findall(r"--[a-z-]+", line)) <= options(command)


@pytest.mark.parametrize("option", ["--source", "--practise"])
def test_options_of_live_that_the_page_lacks_are_named(option):
    assert option in TOLD


def test_a_side_clip_has_opensim_files_and_a_front_clip_none():
    files = opensim_files(builders.analysis(), "motion")
    assert set(files) == {"motion.trc", "motion.mot"}
    assert b"motion.trc" in files["motion.trc"] and b"endheader" in files["motion.mot"]
    assert opensim_files(builders.front_analysis(), "motion") == {}
