"""Everything a runner reads is spelt right: by a dictionary and a list of our own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from formcheck.metrics import METRICS
from formcheck.metrics.norms import NORMS
from sentences import CODE, sentences_of

spellchecker = pytest.importorskip("spellchecker", reason="the test extra is not installed")

PACKAGE = Path(__file__).parents[1] / "src/formcheck"
WORD = re.compile(r"[A-Za-z][a-z]+(?:'[a-z]+)?")
OURS = set(Path(__file__).with_name("spelling_words.txt").read_text(encoding="utf-8").split())
"""Words of the trade and British spellings that the dictionary lacks: add yours there, one a line."""


def strings(value: Any) -> Iterator[str]:
    """Yield every text in a TOML table."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def words_of(text: str) -> set[str]:
    """Return the words of a text, in small letters and without a possessive."""
    return {re.sub(r"'s?$", "", word.lower()) for word in WORD.findall(text)}


def misspelt(texts: list[str]) -> dict[str, str]:
    """Return each unknown word with the text it stands in."""
    known = spellchecker.SpellChecker()
    found = {word: text for text in texts for word in words_of(text)}
    return {word: found[word] for word in known.unknown(found) if word not in OURS}


@pytest.mark.parametrize("path", sorted((PACKAGE / "coaching").rglob("*.toml")), ids=lambda path: path.name)
def test_texts_kept_as_data_are_spelt_right(path):
    texts = [
        text for text in strings(tomllib.loads(path.read_text(encoding="utf-8"))) if not CODE.search(text)
    ]
    assert misspelt(texts) == {}


def test_names_and_definitions_are_spelt_right():
    texts = [text for each in METRICS.values() for text in (each.name, each.definition)]
    assert misspelt([*texts, *(each.holds_for for each in NORMS.values())]) == {}


def test_sentences_in_the_code_are_spelt_right():
    texts = [text for path in sorted(PACKAGE.rglob("*.py")) for text in sentences_of(path)]
    assert len(texts) > 100
    assert misspelt(texts) == {}


def test_a_slip_would_be_noticed():
    assert set(misspelt(["Lift one knee to hip hieght, then the other."])) == {"hieght"}
