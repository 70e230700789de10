"""Mutation testing of the science modules: does a test notice when a formula is wrong?

Cosmic Ray knows the mistakes (an operator exchanged, a number one off, a condition turned
round). This script draws some of them, by a seed, plants each in a copy of the package and
runs the tests of its module, file by file, until one fails. The checkout itself is never changed.
"""

from __future__ import annotations

import argparse
import ast
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path("src/formcheck")
EQUIVALENT = Path(__file__).with_name("mutants_equivalent.toml")
PAGE = ROOT / "docs" / "contributing.md"
BEGIN, END = "<!-- mutants: written by scripts/mutants -->", "<!-- end of mutants -->"
LOG = "tests.log"
NOTHING_RUN = 5  # pytest's code where all tests of a file are left out: the slow ones, those of the browser
LIMIT_S = 300  # of processor time for one file of tests: more is an endless loop, which is noticed
WAITING_S = 6.0 * LIMIT_S  # of wall time: more is a program that waits for ever

SIDE, FRONT = "test_truth_side.py", "test_truth_frontal.py"
CLOCK, CERTAIN = "test_truth_clock.py", "test_certainty.py"
SCENE = ("test_truth_picture.py", "test_segment.py", "test_activity.py", "test_scene.py")
ROWS = ("test_metrics_document.py", "test_truth_ranges.py", CERTAIN)  # what the rows of the table say
TESTS: dict[str, tuple[str, ...]] = {
    # module or folder below src/formcheck: the tests that state its truth, quickest first
    "biomechanics.py": ("test_biomechanics.py", SIDE, FRONT),
    "metrics/norms.py": ("test_norms.py", *ROWS),
    "metrics/metric.py": (*ROWS, "test_norms.py", SIDE),
    "metrics/table.py": (*ROWS, SIDE),
    "metrics/trends.py": ("test_truth_uncertainty.py",),
    "metrics/compare.py": ("test_truth_uncertainty.py", "test_compare.py"),
    "metrics/joint_curves.py": ("test_truth_exports.py",),
    "metrics/uncertainty.py": ("test_truth_uncertainty.py", "test_uncertainty.py", SIDE),
    "metrics/clock.py": (CLOCK, SIDE, FRONT, "test_metrics.py"),
    "metrics/cadence.py": (CLOCK, SIDE, *ROWS, "test_metrics.py"),
    "metrics/frontal.py": (FRONT, CLOCK, *ROWS, "test_metrics_frontal.py"),
    "metrics/document.py": ("test_metrics_document.py",),
    "metrics": (SIDE, CLOCK, FRONT, *ROWS, "test_metrics.py"),
    "motion/standing.py": ("test_standing.py",),
    "motion/interpolation.py": ("test_interpolation.py",),
    "motion/rhythm.py": ("test_truth_scene.py", CLOCK),
    "motion": ("test_truth_filter.py", "test_signals.py", "test_interpolation.py"),
    "gait/rules.py": ("test_gait.py", "test_truth_rules.py", CLOCK),
    "gait/profile.py": ("test_contact_profile.py", CLOCK),
    "gait/kinogram.py": ("test_kinogram.py",),
    "gait": (
        "test_truth_gait.py",
        "test_truth_signals.py",
        "test_contact_net.py",
        "test_contact_profile.py",
        "test_gait.py",
        CLOCK,
    ),
    "scene/crosscheck.py": ("test_truth_picture.py", "test_timebase.py"),
    "scene/pace.py": ("test_truth_scene.py", "test_truth_picture.py", "test_pace.py"),
    "scene/setting.py": ("test_truth_scene.py", "test_truth_picture.py", "test_setting.py"),
    "scene": ("test_truth_scene.py", *SCENE),
    "coaching/drillcheck": ("test_truth_drills.py", "test_drill_check.py"),
    "coaching/advice.py": ("test_truth_ranges.py", "test_coaching.py"),
    "coaching/texts.py": ("test_coaching.py", "test_targets.py"),
    "coaching/library.py": ("test_drill_library.py",),
    "coaching/targets.py": ("test_truth_coaching.py", "test_targets.py"),
    "coaching/practise.py": ("test_truth_coaching.py", "test_practise.py"),
    "coaching/summary.py": ("test_summary.py",),
    "coaching/document.py": ("test_coaching.py",),
    "coaching": ("test_truth_coaching.py", "test_plan.py", "test_cli_plan.py"),
}
LEFT_OUT = (
    "RemoveDecorator",  # a cache that is gone changes the time, not the number
    "_Is",  # nobody writes `is` for `<` by mistake
    "ExceptionReplacer",  # only what is caught, which no number depends on
)


@dataclass(frozen=True)
class Mutant:
    """One mistake, planted in one place of one module."""

    module: str  # below src/formcheck
    line: int
    before: str  # the line as it is, without indentation
    after: str
    source: str  # the whole module with the mistake

    @property
    def name(self) -> str:
        """Where it is and what it changes."""
        return f"{self.module}:{self.line}  {self.before}  →  {self.after}"


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant."""

    mutant: Mutant
    noticed_by: str | None  # the file of tests
    seconds: float


def modules() -> list[str]:
    """Return the modules in scope, below src/formcheck."""
    scope = (ROOT / PACKAGE / name for name in ("metrics", "motion", "gait", "scene", "coaching"))
    found = [path for folder in scope for path in sorted(folder.rglob("*.py"))]
    return [str(path.relative_to(ROOT / PACKAGE)) for path in (ROOT / PACKAGE / "biomechanics.py", *found)]


def tests_of(module: str) -> list[str]:
    """Return the tests of a module: the longest entry that its path begins with, then all that import it."""
    fitting = [name for name in TESTS if module == name or module.startswith(f"{name}/")]
    listed = TESTS[max(fitting, key=len)]
    name = "formcheck." + module.removesuffix(".py").replace("/", ".")
    return [*listed, *(path for path in test_files() if path not in listed and name in imports(path))]


@cache
def test_files() -> list[str]:
    """Return the names of all files of tests."""
    return sorted(path.name for path in (ROOT / "tests").glob("test_*.py"))


@cache
def imports(name: str) -> set[str]:
    """Return the modules that a file of tests imports by name."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / "tests" / name).read_text())):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def drawn(module: str, choices: Sequence[tuple[object, int]], rng: random.Random) -> Mutant | None:
    """Return one of the mistakes that one place allows, drawn at random; None if none of them is Python."""
    from cosmic_ray.mutating import mutate_code

    source = (ROOT / PACKAGE / module).read_text()
    for operator, occurrence in rng.sample(choices, len(choices)):
        mutated = mutate_code(source, operator, occurrence) or ""
        changed = [
            k for k, pair in enumerate(zip(source.splitlines(), mutated.splitlines())) if pair[0] != pair[1]
        ]
        if changed and compiles(mutated):
            before, after = (text.splitlines()[changed[0]].strip() for text in (source, mutated))
            return Mutant(module, changed[0] + 1, before, after, mutated)
    return None


def places(module: str) -> dict[tuple[int, int], list[tuple[object, int]]]:
    """Return the (operator, occurrence) of Cosmic Ray for each place (line, column), annotations left out."""
    import parso  # noqa: F401  (Cosmic Ray's own import order is circular)
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    source = (ROOT / PACKAGE / module).read_text()
    tree, found = get_ast(source), defaultdict(list)
    never = list(annotations(source))
    for name in operator_names():
        operator_class = get_operator(name)
        if operator_class.arguments() or any(word in name for word in LEFT_OUT):
            continue
        operator = operator_class()
        positions = (at for node in ast_nodes(tree) for at in operator.mutation_positions(node))
        for occurrence, (start, _) in enumerate(positions):
            if not any(first <= start < last for first, last in never):
                found[start].append((operator, occurrence))
    return found


def annotations(source: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where type annotations begin and end, as (line, column)."""
    for node in ast.walk(ast.parse(source)):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if part is not None:
                yield (part.lineno, part.col_offset), (part.end_lineno, part.end_col_offset)


def compiles(source: str) -> bool:
    """Return whether this is Python at all."""
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def copied(made: Path) -> Path:
    """Return this process's own copy of the project, in which the package may be changed; all else is linked."""
    folder = made / str(os.getpid())
    if folder.exists():
        return folder
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.name not in ("src", ".git", ".venv"):
            (folder / path.name).symlink_to(path)
    if (ROOT / "models").is_dir() and not (folder / PACKAGE / "models").exists():
        (folder / PACKAGE / "models").symlink_to(ROOT / "models")
    return folder


def run_tests(folder: Path, name: str) -> None:
    """Run a file of tests until one fails, and leave with pytest's code; in a process of its own."""
    import resource

    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S))
    os.chdir(folder)
    sys.path[:0] = [str(folder / "src")]
    os.environ["PYTHONPATH"] = str(folder / "src")  # for the programs that tests start
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"tests/{name}"])))


def passes(folder: Path, name: str) -> bool:
    """Return whether a file of tests passes in this copy; an endless loop does not."""
    child = multiprocessing.get_context("fork").Process(target=run_tests, args=(folder, name))
    child.start()
    child.join(WAITING_S)
    if child.is_alive():
        child.kill()
        child.join()
    return child.exitcode in (0, NOTHING_RUN)


@cache
def must_pass(folder: Path, name: str) -> None:
    """Refuse a file of tests that fails without any mutant: it notices nothing."""
    if not passes(folder, name):
        raise SystemExit(f"{(folder / LOG).read_text()}\nThese tests fail without any mutant.")


def tried(mutant: Mutant, made: Path) -> Outcome:
    """Plant a mutant, run its tests, and take it out again."""
    folder, began = copied(made), time.monotonic()
    path = folder / PACKAGE / mutant.module
    whole = path.read_text()
    path.write_text(mutant.source)
    try:
        noticed_by = next((name for name in tests_of(mutant.module) if not passes(folder, name)), None)
    finally:
        path.write_text(whole)
    if noticed_by:
        must_pass(folder, noticed_by)
    return Outcome(mutant, noticed_by, time.monotonic() - began)


def equivalent(mutant: Mutant, known: Sequence[dict[str, str]]) -> bool:
    """Return whether a mutant is named as one that changes nothing."""
    return any(
        (e["module"], e["before"], e["after"]) == (mutant.module, mutant.before, mutant.after) for e in known
    )


def table(outcomes: Sequence[Outcome], known: Sequence[dict[str, str]]) -> str:
    """Return the score by folder as a Markdown table."""
    rows = defaultdict(lambda: [0, 0, 0])
    for each in outcomes:
        alike = not each.noticed_by and equivalent(each.mutant, known)
        for name in (area(each.mutant.module), "all"):
            rows[name] = [a + b for a, b in zip(rows[name], (1, bool(each.noticed_by), alike), strict=True)]
    lines = ["| modules | mutants | noticed | change nothing | share noticed |", "|---|---|---|---|---|"]
    for name, (count, killed, alike) in rows.items():
        share = 100 * killed / (count - alike) if count > alike else 100.0
        lines.append(f"| {name} | {count} | {killed} | {alike} | {share:.0f} % |")
    last = next(k for k, line in enumerate(lines) if line.startswith("| all"))
    return "\n".join([*lines[:last], *lines[last + 1 :], lines[last]])


def written(text: str) -> None:
    """Put the score into the page for contributors."""
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}")


def asked() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=int, default=12, help="how many mutants to draw from each area")
    parser.add_argument(
        "--seed", type=int, default=1, help="the same seed draws the same mutants of the same code"
    )
    parser.add_argument("--only", default="", help="only modules below src/formcheck whose path begins so")
    parser.add_argument("--jobs", type=int, default=2, help="how many mutants to try at a time")
    parser.add_argument("--write", action="store_true", help="write the score into docs/contributing.md")
    return parser.parse_args()


def sampled(ask: argparse.Namespace) -> tuple[list[Mutant], int]:
    """Return the mutants that a seed draws from each area, and how many places there are in all."""
    areas = defaultdict(list)
    for name in modules():
        if name.startswith(ask.only):
            areas[area(name)] += [(name, *place) for place in sorted(places(name).items())]
    sample: list[Mutant] = []
    for folder, every in areas.items():
        rng = random.Random(f"{ask.seed} {folder}")  # its own, so that `--only` draws the same ones
        chosen = sorted(rng.sample(every, min(ask.sample, len(every))), key=lambda place: place[:2])
        mutants = (drawn(name, choices, rng) for name, _, choices in chosen)
        sample += [mutant for mutant in mutants if mutant is not None]
    return sample, sum(map(len, areas.values()))


def area(module: str) -> str:
    """Return the folder of the package, or the single module, that a module counts for."""
    return module.split("/")[0].removesuffix(".py")


def outcomes_of(sample: Sequence[Mutant], known: Sequence[dict[str, str]], jobs: int) -> Iterator[Outcome]:
    """Try each mutant and tell at once; tests that fail without any mutant end it."""
    with (
        tempfile.TemporaryDirectory(prefix="formcheck-mutants-") as made,
        ProcessPoolExecutor(jobs, multiprocessing.get_context("fork")) as pool,
    ):
        for outcome in pool.map(tried, sample, [Path(made)] * len(sample)):
            alike = "same" if equivalent(outcome.mutant, known) else "SURVIVED"
            told = f"noticed by {outcome.noticed_by}" if outcome.noticed_by else alike
            print(f"{outcome.seconds:5.0f} s  {outcome.mutant.name}\n         {told}", flush=True)
            yield outcome


def main() -> None:
    """Draw, plant, test and tell."""
    ask = asked()
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    import pytest  # noqa: F401  (loaded once, before the processes that run tests part from this one)
    import scipy.interpolate
    import scipy.linalg
    import scipy.signal
    import scipy.special  # noqa: F401

    known = tomllib.loads(EQUIVALENT.read_text())["equivalent"]
    sample, count = sampled(ask)
    print(f"{len(sample)} mutants of {count} places, seed {ask.seed}", flush=True)
    text = table(list(outcomes_of(sample, known, ask.jobs)), known)
    print(text)
    if ask.write:
        only = f" --only {ask.only}" if ask.only else ""
        command = f"scripts/mutants --sample {ask.sample} --seed {ask.seed}{only}"
        written(f"\n`{command}`, of {count} places:\n\n{text}\n")


if __name__ == "__main__":
    main()
