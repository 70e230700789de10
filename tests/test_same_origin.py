"""Only FormCheck's own pages are answered: no other name, no other origin, no frame."""

from __future__ import annotations

import http.client
import sys
from pathlib import Path

import pytest
from websockets.sync.client import connect

from formcheck.live.same_origin import HEADERS, Address, refusal
from formcheck.ui import guard
from formcheck.ui.live_board import LiveBoard
from formcheck.ui.pages import live

sys.path.insert(0, str(Path(__file__).parent / "browser"))
from serving import serve

HERE = Address(8501)
OWN = {"host": "127.0.0.1:8501"}
BY_LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


def refused(headers, method="GET", address=HERE):
    """Return why a request is refused; a list stands for a header that comes several times."""
    lists = {name: each if isinstance(each, list) else [each] for name, each in headers.items()}
    return refusal(method, lambda name: lists.get(name, []), address)


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "LOCALHOST:8501", "[::1]:8501"])
def test_names_of_this_machine_are_answered(host):
    assert refused({"host": host}) is None
    assert refused({"host": host, "origin": f"http://{host}", "sec-fetch-site": "same-origin"}) is None


@pytest.mark.parametrize(
    "host",
    ["evil.example:8501", "127.0.0.1:8502", "127.0.0.1", "localhost", "[::1]", "", ":8501", "127.0.0.1:x",
     "localhost.evil.example:8501", "evil.example@127.0.0.1:8501", "127.0.0.1:8501@evil.example", "0.0.0.0:8501",
     "127.0.0.1:8501/x", "192.168.1.5:8501", "localhost.:8501", "foo.localhost:8501", "127.1:8501", "[::1",
     "2130706433:8501", "127.0.0.1:85 01", "127.0.0.1:8501,evil.example"],
)  # fmt: skip
def test_other_names_are_not(host):
    assert "does not answer to this name" in refused({"host": host})


def test_a_request_without_a_name_or_with_two_is_not_answered():
    assert refused({})
    assert refused({"host": ["127.0.0.1:8501", "evil.example"]})


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://127.0.0.1:3000", "http://localhost:8501", "null", "", "file://",
     "http://127.0.0.1:8501.evil.example", ["http://127.0.0.1:8501", "http://evil.example"]],
)  # fmt: skip
def test_other_origins_are_not_answered(origin):
    for method in ("GET", "POST", "PUT", "OPTIONS", "DELETE"):
        assert "only its own pages" in refused({**OWN, "origin": origin}, method)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_embeds_is_not_answered(site):
    for kind in ("image", "script", "iframe", "embed", "object", "empty", "video", "websocket"):
        mode = "navigate" if kind in ("iframe", "embed", "object") else "no-cors"
        assert refused({**OWN, "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": kind})


def test_a_link_opens_the_page_and_a_form_sends_nothing():
    assert refused({**OWN, **BY_LINK}) is None
    assert refused({**OWN, **BY_LINK}, "POST")


def test_a_name_given_by_the_owner_is_answered_with_any_port():
    proxied = Address(8501, ("form.example.org", "*.runners.example"))
    for host in ("form.example.org", "form.example.org:444", "a.runners.example"):
        assert refused({"host": host, "origin": f"https://{host}"}, "PUT", proxied) is None
    for host in ("runners.example", "notrunners.example", "127.0.0.1:8501", "example.org"):
        assert refused({"host": host}, "GET", proxied)


@pytest.mark.parametrize(
    ("address", "names", "alone"),
    [
        ("127.0.0.1", ["127.0.0.1", "localhost"], True),
        ("::1", [], True),
        ("0.0.0.0", [], False),
        (None, [], False),
        ("127.0.0.1", ["form.example.org"], False),
        ("127.0.0.1", ["*"], False),
    ],
)
def test_another_camera_is_off_where_others_can_come(monkeypatch, address, names, alone):
    options = {"server.address": address, "server.allowedHosts": names}
    board = LiveBoard()
    monkeypatch.setattr(guard.config, "get_option", options.__getitem__)
    monkeypatch.setattr(live, "live_board", lambda: board)
    assert guard.serves_this_machine_only() is alone
    assert ("machine" in live._cameras()) is alone
    board.other_cameras = True
    assert "machine" in live._cameras()
    board.close()


# --- the app, really started -------------------------------------------------------------

PATHS = (
    "/", "/live", "/progress", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/media/a.mp4",
    "/component/a/b", "/static/x.js", "/formcheck/clips/a/steps.csv", "/_stcore/upload_file/a/b", "/no/such",
)  # fmt: skip
SOCKETS = ("/_stcore/stream", "/formcheck/live/0000")


@pytest.fixture(scope="module", params=["streamlit run app.py", "formcheck app"])
def app(request):
    script = Path(__file__).parents[1] / "app.py"
    with serve(script if request.param.startswith("streamlit") else None) as running:
        yield running


def ask(app, method, path, **headers):
    """Send one request; return status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def hold_clips(app):
    """Return how many clips the server keeps."""
    return len(list(app.temporary.glob("formcheck-app-*/*/")))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_no_address_of_the_app_answers_another_name_or_origin(app, method):
    own = f"http://127.0.0.1:{app.port}"
    for path in (*PATHS, "/formcheck/upload"):
        for wrong in (
            {"Host": f"evil.example:{app.port}"},
            {"Host": f"evil.example:{app.port}", "Origin": f"http://evil.example:{app.port}"},
            {"Host": "127.0.0.1:1"},
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Origin": own, "Sec-Fetch-Site": "same-site"},
        ):
            status, headers, body = ask(app, method, path, **wrong, **{"X-FormCheck": "upload"})
            assert status == 403 and b"treamlit" not in body
            assert not [name for name in headers if name.lower().startswith("access-control")]
    assert hold_clips(app) == 0


def test_every_answer_forbids_framing(app):
    for path in PATHS:
        for headers in ({}, {"Host": "evil.example"}):
            told = ask(app, "GET", path, **headers)[1]
            for name, value in HEADERS.items():
                assert len(told.get_all(name)) == 1 and told[name].startswith(value), (path, name)


def test_the_app_answers_its_own_page(app):
    own = f"http://127.0.0.1:{app.port}"
    assert b"Streamlit" in ask(app, "GET", "/")[2]
    assert ask(app, "GET", "/_stcore/health", Origin=own)[0] == 200
    assert ask(app, "PUT", "/formcheck/upload", Origin=own, **{"X-FormCheck": "upload"})[0] == 200
    assert hold_clips(app) == 1
    for path in SOCKETS:
        connect(f"ws://127.0.0.1:{app.port}{path}", proxy=None, origin=own).close()


@pytest.mark.parametrize("path", SOCKETS)
@pytest.mark.parametrize(
    "wrong", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
def test_no_socket_opens_for_another_name_or_origin(app, path, wrong):
    own = {"Host": f"127.0.0.1:{app.port}", "Origin": f"http://127.0.0.1:{app.port}"}
    told = handshake(app.port, path, {**own, **wrong})
    assert b" 403 " in told.split(b"\r\n")[0]
    assert b" 101 " in handshake(app.port, path, own).split(b"\r\n")[0]


def handshake(port, path, headers):
    """Ask for a WebSocket; return how the answer begins."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.connect()
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", ""]
    connection.sock.sendall("\r\n".join(lines).encode())
    told = connection.sock.recv(4096)
    connection.close()
    return told
