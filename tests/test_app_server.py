"""The app's own addresses: uploads stream to disk, results go out by token only."""

from __future__ import annotations

import errno
import http.client
import json
import socket
import time
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette

from formcheck.ui import server
from formcheck.ui.clips import ClipStore
from formcheck.ui.guard import MIDDLEWARE
from own_server import served

OURS = {server.ASKED_BY_US: "upload"}


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """Serve our routes alone, with a store of their own and a small limit."""
    store = ClipStore(tmp_path_factory.mktemp("clips"))
    patch = pytest.MonkeyPatch()
    patch.setattr(server, "store", lambda: store)
    patch.setattr(server, "LARGEST_UPLOAD", 1 << 20)
    patch.setattr(server, "STALLED_UPLOAD_S", 0.5)
    with served(Starlette(routes=server.ROUTES, middleware=MIDDLEWARE)) as port:
        yield SimpleNamespace(port=port, store=store)
    patch.undo()


def ask(serving, method, path, body=None, headers=None):
    """Send one request; return status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=10)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def upload(serving, body, **headers):
    return ask(serving, "PUT", server.UPLOAD_PATH, body, {**OURS, **headers})


def folders(serving):
    return len(list(serving.store.root.iterdir()))


def test_an_upload_lands_in_a_folder_of_its_own_for_us_alone(serving):
    status, _, body = upload(serving, b"moving pictures")
    held = serving.store.find(json.loads(body)["token"])
    assert status == 200 and held is not None
    assert held.video.read_bytes() == b"moving pictures"
    assert held.video.stat().st_mode & 0o077 == 0


def test_too_much_is_refused_and_leaves_nothing(serving):
    before = folders(serving)
    status, _, body = upload(serving, b"x" * ((1 << 20) + 1))
    assert status == 413 and "Cut out" in json.loads(body)["error"]
    assert folders(serving) == before


def test_too_much_without_saying_so_is_refused_as_well(serving):
    before = folders(serving)
    status, _, _ = upload(serving, iter([b"x" * 65536] * 17))
    assert status == 413
    assert folders(serving) == before


@pytest.mark.parametrize(
    "headers",
    [
        {server.ASKED_BY_US: ""},
        {"Origin": "http://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_other_sites_cannot_upload(serving, headers):
    before = folders(serving)
    assert upload(serving, b"x", **headers)[0] == 403
    assert folders(serving) == before


@contextmanager
def unfinished_upload(serving):
    """Promise 1000 bytes and send 10."""
    with socket.create_connection(("127.0.0.1", serving.port), timeout=10) as sending:
        head = f"PUT {server.UPLOAD_PATH} HTTP/1.1\r\nHost: 127.0.0.1:{serving.port}\r\n"
        sending.sendall(f"{head}{server.ASKED_BY_US}: upload\r\nContent-Length: 1000\r\n\r\n".encode())
        sending.sendall(b"0123456789")
        with sending.makefile("rb") as answer:
            yield answer


def test_an_upload_that_stands_still_is_dropped(serving):
    before = folders(serving)
    with unfinished_upload(serving) as answer:
        told = answer.read()
    assert b" 408 " in told and b"stood still" in told
    assert folders(serving) == before


def test_an_upload_that_goes_on_for_too_long_is_dropped(serving, monkeypatch):
    before = folders(serving)
    monkeypatch.setattr(server, "STALLED_UPLOAD_S", 60)
    monkeypatch.setattr(server, "LONGEST_UPLOAD_S", 0.5)
    with unfinished_upload(serving) as answer:
        assert b" 408 " in answer.read()
    assert folders(serving) == before


@pytest.mark.parametrize(
    ("fault", "said"), [(errno.ENOSPC, "is full"), (errno.EACCES, "cannot store the clip")]
)
def test_a_disk_that_takes_nothing_is_said_and_nothing_is_left(serving, monkeypatch, fault, said):
    before = folders(serving)

    async def full(*_):
        raise OSError(fault, "told by the system")

    monkeypatch.setattr(server, "_stream_to", full)
    status, _, body = upload(serving, b"x")
    assert status == 507 and said in json.loads(body)["error"]
    assert folders(serving) == before


def test_a_long_upload_is_not_swept_away_while_it_comes(serving):
    status, _, body = upload(serving, iter([b"x"] * 3))
    held = serving.store.find(json.loads(body)["token"])
    assert status == 200 and time.monotonic() - held.alive < 5


def test_results_are_served_in_parts_and_not_stored_on_the_way(serving):
    held = serving.store.new()
    held.results.mkdir()
    (held.results / "annotated.mp4").write_bytes(bytes(range(100)))
    path = server.link(held.token, "annotated.mp4")
    status, headers, body = ask(serving, "GET", path, headers={"Range": "bytes=10-19"})
    assert status == 206 and body == bytes(range(10, 20))
    assert "no-store" in headers["Cache-Control"]


def test_a_report_is_saved_and_never_run_beside_the_app(serving):
    held = serving.store.new()
    held.results.mkdir()
    (held.results / "report.html").write_text("<script>alert(1)</script>")
    _, headers, _ = ask(serving, "GET", server.link(held.token, "report.html"))
    assert headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in headers["Content-Security-Policy"]


def test_a_deleted_clips_links_are_dead(serving):
    held = serving.store.new()
    held.results.mkdir()
    (held.results / "steps.csv").write_text("side\n")
    path = server.link(held.token, "steps.csv")
    assert ask(serving, "GET", path)[0] == 200
    serving.store.delete(held.token)
    assert ask(serving, "GET", path)[0] == 404


@pytest.mark.parametrize("name", ["../clip", "..%2fclip", "clip", "keyframes/../../clip", "%2e%2e/clip"])
def test_nothing_but_results_goes_out(serving, name):
    held = serving.store.new()
    held.video.write_bytes(b"secret")
    assert b"secret" not in ask(serving, "GET", f"{server.CLIPS_PATH}/{held.token}/{name}")[2]
