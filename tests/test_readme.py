"""README and docs name what is there: every command, every sample, no link into nothing."""

import re

import pytest
import typer

from clips import ROOT
from formcheck.cli.main import app

PAGES = [ROOT / "README.md", ROOT / "models" / "README.md", ROOT / "sample_videos" / "README.md"]
PAGES += sorted((ROOT / "docs").glob("*.md"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands


@pytest.mark.parametrize("command", COMMANDS)
def test_readme_names_every_command(command):
    assert re.search(rf"`(formcheck )?{command}\b", README)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def options_of(command):
    """Return the options of a command and of its parts."""
    own = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    return own.union(*(options_of(part) for part in getattr(command, "commands", {}).values()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_options_in_the_documents_exist(page):
    """`formcheck batch ... --jobs` is written as it can be typed."""
    written = re.findall(r"formcheck ([a-z]+)\b([^`\n|#]*)", page.read_text(encoding="utf-8"))
    for command, rest in [(command, rest) for command, rest in written if command in COMMANDS]:
        known = options_of(COMMANDS[command])
        assert set(re.findall(r"(?<!\S)\[?(--[a-z-]+)", rest)) <= known, (command, rest)


def test_readme_lists_every_document():
    assert [
        page.name for page in PAGES if str(page.relative_to(ROOT)) not in README and page.parent != ROOT
    ] == []


def test_every_sample_is_described():
    text = (ROOT / "sample_videos" / "README.md").read_text(encoding="utf-8")
    assert [
        clip.name for clip in (ROOT / "sample_videos").glob("*.mp4") if f"`{clip.name}`" not in text
    ] == []
