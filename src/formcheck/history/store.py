"""The history of a runner's measurements: one SQLite file on this machine, readable by its owner only.

Records (records.py) are stored under a runner's name and returned oldest first. No video, no
keypoints. The file states its format and version; a newer or foreign file is refused.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from platformdirs import user_data_path

from formcheck.coaching import DrillCheck
from formcheck.coaching.practise import CourseRun, PracticeCourse
from formcheck.errors import CannotWrite, UnreadableInput, UsageError
from formcheck.files.typed import WrongContent, parse_json, read_as
from formcheck.history.records import (
    DrillDone,
    Kind,
    Practice,
    Record,
    Session,
    WatchRun,
    check_names,
    drill_done,
    from_plain,
    kind_of,
    session_of,
    to_plain,
)
from formcheck.types import Analysis

FORMAT, VERSION = "formcheck-history", 1
FOLDER = "FORMCHECK_DATA"  # environment variable: another folder for the history
FILE = "history.sqlite"
APPLICATION_ID = 0x46434B48  # "FCKH" in the file header: a history, not the database of another program
PATIENCE_S = 15.0  # to wait while another FormCheck process writes
LONGEST_NAME = 60
LARGEST_EXPORT_BYTES = 50_000_000
SCHEMA = """
CREATE TABLE runner (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
CREATE TABLE record (
    runner INTEGER NOT NULL REFERENCES runner ON DELETE CASCADE,
    kind TEXT NOT NULL, key TEXT NOT NULL, happened TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (runner, kind, key)
);
"""


def history_file() -> Path:
    """Return the path of the history on this machine."""
    folder = os.environ.get(FOLDER)
    return Path(folder).expanduser() / FILE if folder else user_data_path("formcheck") / FILE


class History:
    """The stored records of all runners of this machine; use it in a `with` block."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or history_file()
        with self._told():
            _create(self.path)
            self._base = sqlite3.connect(self.path, timeout=PATIENCE_S, isolation_level=None)
        try:
            with self._told():
                self._prepare()
                self.path.chmod(0o600)  # only after the file is known to be a history
        except BaseException:
            self._base.close()
            raise

    def __enter__(self) -> History:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()

    def add(self, analysis: Analysis, name: str, when: datetime | None = None) -> Session:
        """Store an analysis' numbers under a name; the same clip replaces its earlier numbers.

        Parameters
        ----------
        when : time of the run; by default now, or the day this clip was first stored
        """
        if analysis.refusal:
            raise UsageError(f"There is nothing to keep of {analysis.clip.name}: {analysis.refusal.reason}")
        session = session_of(analysis, when or datetime.now(UTC))
        self.put(session, name, keep_day=when is None)
        return session

    def add_drill(self, check: DrillCheck, name: str, when: datetime | None = None) -> DrillDone:
        """Store a checked drill under a name; the same clip replaces its earlier count."""
        done = drill_done(check, when or datetime.now(UTC))
        self.put(done, name, keep_day=when is None)
        return done

    def put(self, record: Record, name: str, *, keep_day: bool = False) -> None:
        """Store any record; one with the same key is replaced, and its date is kept if asked."""
        self.put_all([record], name, keep_day=keep_day)

    def put_all(self, records: Iterable[Record], name: str, *, keep_day: bool = False) -> None:
        """Store several records, all or none."""
        happened = "record.happened" if keep_day else "excluded.happened"
        rows = [
            (kind_of(each), each.key, sortable_time(each.when), json.dumps(to_plain(each), allow_nan=False))
            for each in records
        ]
        with self._writing():
            runner = self._runner(name)
            self._base.executemany(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                f"body = excluded.body, happened = {happened}",
                [(runner, *row) for row in rows],
            )

    def names(self) -> list[str]:
        """Return the names that have records, in alphabetical order."""
        with self._told():
            return [name for (name,) in self._base.execute("SELECT name FROM runner ORDER BY key")]

    def sessions(self, name: str) -> list[Session]:
        """Return a runner's measured clips, oldest first."""
        return [each for each in self._records(name, "session") if isinstance(each, Session)]

    def drills(self, name: str) -> list[DrillDone]:
        """Return a runner's checked drills, oldest first."""
        return [each for each in self._records(name, "drill") if isinstance(each, DrillDone)]

    def practised(self, name: str) -> list[Practice]:
        """Return the cues a runner practised, oldest first."""
        return [each for each in self._records(name, "practice") if isinstance(each, Practice)]

    def courses(self, name: str) -> list[PracticeCourse]:
        """Return a runner's courses of practice, oldest first."""
        return [each for each in self._records(name, "course") if isinstance(each, PracticeCourse)]

    def course_runs(self, name: str) -> list[CourseRun]:
        """Return the sessions of a runner's courses that were run, oldest first."""
        return [each for each in self._records(name, "course_run") if isinstance(each, CourseRun)]

    def watch_runs(self, name: str) -> list[WatchRun]:
        """Return a runner's runs as recorded by the watch, oldest first."""
        return [each for each in self._records(name, "watch") if isinstance(each, WatchRun)]

    def export(self, name: str) -> str:
        """Return everything stored under a name as JSON text that `take_in` can read."""
        with self._told():
            rows = self._base.execute(
                "SELECT kind, happened, body FROM record JOIN runner ON runner.id = runner "
                "WHERE runner.key = ? ORDER BY happened, kind, record.key",
                (key_of(name),),
            ).fetchall()
        records = [{"kind": kind, "when": when, **json.loads(body)} for kind, when, body in rows]
        document = {"format": FORMAT, "version": VERSION, "name": display_name(name), "records": records}
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

    def take_in(self, text: str, name: str | None = None) -> int:
        """Store the contents of an export, under its own name or another; return the number of records.

        Raises
        ------
        UnreadableInput
            If the text is not a complete export, or is a newer one. In that case nothing is stored.
        """
        told, records = read_export(text)
        self.put_all(records, name or told)
        return len(records)

    def delete(self, name: str) -> bool:
        """Remove everything stored under a name from the file; return whether there was anything."""
        with self._writing():
            gone = self._base.execute("DELETE FROM runner WHERE key = ?", (key_of(name),)).rowcount
        with self._told():
            self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone > 0

    def _records(self, name: str, kind: Kind) -> Iterator[Record]:
        with self._told():
            rows = self._base.execute(
                "SELECT happened, body FROM record JOIN runner ON runner.id = runner "
                "WHERE runner.key = ? AND kind = ? ORDER BY happened, record.key",
                (key_of(name), kind),
            ).fetchall()
            found = [from_plain(kind, local(when), parse_json(body)) for when, body in rows]
        yield from found

    def _runner(self, name: str) -> int:
        if not display_name(name):
            raise UsageError("Say under which name the numbers are to be kept.")
        self._base.execute(
            "INSERT OR IGNORE INTO runner (key, name) VALUES (?, ?)", (key_of(name), display_name(name))
        )
        found = self._base.execute("SELECT id FROM runner WHERE key = ?", (key_of(name),)).fetchone()
        return int(found[0])

    def _prepare(self) -> None:
        """Initialise a new file; refuse a foreign file or one newer than this version."""
        self._base.execute("PRAGMA foreign_keys = ON")
        self._base.execute("PRAGMA secure_delete = ON")
        if self._is_new():
            with suppress(sqlite3.OperationalError):  # another process is doing the same
                self._base.execute("PRAGMA journal_mode = WAL")
            with self._writing():
                if self._is_new():  # another process may have been first
                    for statement in SCHEMA.strip().split(";")[:-1]:
                        self._base.execute(statement)
                    self._base.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    self._base.execute(f"PRAGMA user_version = {VERSION}")
        version = self._pragma("user_version")
        if self._pragma("application_id") != APPLICATION_ID:
            raise UnreadableInput(f"{self.path} is another program's database. {self._way_out()}")
        if version > VERSION:
            raise UnreadableInput(
                f"{self.path} was written by a newer FormCheck (version {version} of the format, this one knows "
                f"{VERSION}). Install the newer FormCheck; nothing was changed."
            )

    def _is_new(self) -> bool:
        tables = self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return tables == 0 and self._pragma("user_version") == 0

    def _pragma(self, name: str) -> int:
        return int(self._base.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Run the block as one transaction: all of it or nothing."""
        with self._told():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._base.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._base.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn an error of SQLite or the system into a sentence."""
        try:
            yield
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", None)
            busy, full = code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED), code == sqlite3.SQLITE_FULL
            raise CannotWrite(self._sentence(str(error), busy=busy, full=full)) from error
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            raise CannotWrite(self._sentence(error.strerror or str(error), full=full)) from error
        except (sqlite3.DatabaseError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise UnreadableInput(f"The history at {self.path} is damaged. {self._way_out()}") from error

    def _sentence(self, reason: str, *, busy: bool = False, full: bool = False) -> str:
        """Return what went wrong with the file, and what to do."""
        if busy:
            return "Another FormCheck is writing to the history. Try again in a moment."
        if full:
            return f"The disk is full; nothing was added to {self.path}. Free some space and try again."
        return f"The history at {self.path} cannot be used ({reason}). Name another folder in {FOLDER}."

    def _way_out(self) -> str:
        return f"Move the file away and FormCheck starts a new one, or name another folder in {FOLDER}."


def read_export(text: str) -> tuple[str, list[Record]]:
    """Return the name and the records of an export.

    Raises
    ------
    UnreadableInput
    """
    try:
        document = parse_json(text) if len(text) <= LARGEST_EXPORT_BYTES else None
    except WrongContent:
        document = None
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise UnreadableInput("This is not a history that FormCheck exported.")
    if document.get("version") != VERSION:
        raise UnreadableInput(
            "This history was exported by another version of FormCheck; install the newer one."
        )
    try:
        name = read_as(str, document.get("name"), "the name")
        records = read_as(tuple[Mapping[str, Any], ...], document.get("records"), "the list of records")
        return name, [_exported(each) for each in records]
    except WrongContent as error:
        raise UnreadableInput(
            f"This exported history is damaged; nothing of it was kept. Export it again. (Found: {error}.)"
        ) from error


def _exported(each: Mapping[str, Any]) -> Record:
    body = {name: value for name, value in each.items() if name not in ("kind", "when")}
    when = read_as(str, each.get("when"), "the time of a record")
    try:
        moment = datetime.fromisoformat(when).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise WrongContent(f"the time of a record is {when[:40]!r}") from error
    record = from_plain(read_as(str, each.get("kind"), "the kind of a record"), moment, body)
    check_names(record)
    return record


def sortable_time(when: datetime) -> str:
    """Return a time as text that sorts chronologically; without a time zone it is taken as local."""
    return when.astimezone(UTC).isoformat(timespec="seconds")


def local(text: str) -> datetime:
    """Return the time of a stamp in this machine's zone, so that it falls on the runner's own day."""
    return datetime.fromisoformat(text).astimezone()


def display_name(name: str) -> str:
    """Return a name fit for display: one line, no control characters, not long."""
    kept = "".join(" " if sign.isspace() else sign for sign in name)
    signs = (sign for sign in kept if unicodedata.category(sign)[0] != "C")
    return " ".join("".join(signs).split())[:LONGEST_NAME].strip()


def key_of(name: str) -> str:
    """Return a key that is the same for all spellings of a name."""
    return unicodedata.normalize("NFKC", display_name(name)).casefold()


def _create(path: Path) -> None:
    """Create the file, readable by its owner only, if it does not exist."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
