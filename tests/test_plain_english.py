"""Phrases that readers stumble over stay out of code, documents and everything a runner reads.

Each pattern is one that had to be rewritten in many places, with what to write instead. The
terms are the field's: a value is measured or missing, a user states something.
"""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GENERATED = {"docs/accuracy.md", "docs/rendered.md"}  # written by an earlier version, with its words
INSTEAD: dict[str, str] = {
    r"\buntold\b": "missing, or not stated",
    r"\b(is|are|was|be|been|not|nothing|what) told\b(?! apart| that)": "measured, given, stated or reported",
    r"\btold (by|as|in|exactly|less|from) (?!\w+ apart)": "measured, recognised or estimated from",
    r"\btells? (how|which|whether|nothing|the way)\b": "shows, or decides",
    r"\b(pictures|frames|images) of today\b|\bmodels? of today\b": "current",
    r"\btells? no\b": "shows no, or has no",
    r"\banew\b": "again, or updated",
    r"\bpictures (a|per) second\b": "frames a second",
    r"\b(this|it|that|\}) (is|are) none of\b": "is not one of",
    r"(?<!there )\bis no (kind|record|number|text|list|metric|analysis|video|date|day|picture|medical)\b": "is not a ...",
    r"\bbars? (is|are|was|were)? ?(met|missed)\b": "criterion met or missed",
    r"\bhardly to be (made out|seen|told)\b": "hard to see",
    r"\banybody's clip\b": "any clip",
    r"\bgo(es)? along with the runner\b": "moves with the runner",
    r"\blasting (keypoint )?errors?\b": "bias",
    r"\bexchanged (legs|sides|names)\b|\blegs'? (names )?exchanged\b": "swapped",
    r"\bpeople left out\b|\brunners left out\b": "held-out runners",
    r"\btoo little is seen of\b": "too little of it is visible",
    r"\bin good time\b": "what was measured",
    r"\bthe surroundings\b": "the background",
    r"\bcannot be told\b(?! apart)": "cannot be read, or is not clear",
    r"\bsay whose\b": "name the runner",
    r"\bgoing one way\b": "moving in one direction",
    r"\bone stretch\b": "one segment",
}


def texts() -> list[Path]:
    """Return the code, the texts kept as data and the documents that people read."""
    code = [*ROOT.glob("src/**/*.py"), *ROOT.glob("src/**/*.toml")]
    documents = [*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    return sorted(path for path in code + documents if str(path.relative_to(ROOT)) not in GENERATED)


def prose(path: Path) -> str:
    """Return the text of a document, or the comments and texts of a program without its names."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return "\n".join(each.string for each in tokens if each.type in (tokenize.COMMENT, tokenize.STRING))


def stumbles(text: str) -> list[str]:
    """Return the phrases to rewrite, with what to write instead; line breaks do not hide them."""
    flat = re.sub(r"\s*\n\s*#?\s*", " ", text)
    found = [
        (match.group(), better)
        for phrase, better in INSTEAD.items()
        for match in re.finditer(phrase, flat, re.I)
    ]
    return [f"{phrase!r}: write {better}" for phrase, better in found]


@pytest.mark.parametrize("path", texts(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_reads_stiffly(path):
    assert stumbles(prose(path)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Values that are\nnot told stay empty.",
        "Film with 60 pictures a second.",
        "This is none of the drills we know.",
        "Exchanged legs halve the cadence.",
    ],
)
def test_a_stiff_sentence_is_found(sentence):
    assert stumbles(sentence)


def test_legs_may_be_told_apart():
    assert stumbles("Left and right leg are told apart by their phase.") == []
