"""The live page's socket: pictures in and out, who may look, and that no camera stays open."""

from __future__ import annotations

import json
import struct
from contextlib import contextmanager

import cv2
import numpy as np
import pytest
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from formcheck.live.push import Pushed
from formcheck.live.sources import open_source
from formcheck.live.viewer import AHEAD
from formcheck.ui import live_board as board_module
from formcheck.ui import live_routes
from formcheck.ui.guard import MIDDLEWARE
from formcheck.ui.live_board import LiveBoard
from live_sources import NetworkCamera, free_port, pictures, until
from own_server import served

JPEG = cv2.imencode(".jpg", np.full((240, 320, 3), 130, np.uint8))[1].tobytes()


@pytest.fixture
def board(monkeypatch):
    own = LiveBoard()
    monkeypatch.setattr(live_routes, "live_board", lambda: own)
    yield own
    own.close()


@pytest.fixture
def port(board):
    """Serve our socket alone."""
    with served(Starlette(routes=live_routes.LIVE_ROUTES, middleware=MIDDLEWARE)) as free:
        yield free


@contextmanager
def viewer(port, token, **more):
    """Look at a session."""
    with connect(f"ws://127.0.0.1:{port}/formcheck/live/{token}", proxy=None, **more) as looking:
        yield looking


def closed(port, token, **more) -> tuple[int, str]:
    """Return the code and the words with which a viewer is turned away."""
    with viewer(port, token, **more) as looking, pytest.raises(ConnectionClosed) as stopped:
        next_of(looking, str)
    return stopped.value.rcvd.code, stopped.value.rcvd.reason


def sent(jpeg: bytes, taken: float) -> bytes:
    return struct.pack(">d", taken) + jpeg


def next_of(looking, kind):
    """Return the next message that is a picture (bytes) or a state (str)."""
    while True:
        message = looking.recv(timeout=60)
        if isinstance(message, kind):
            return message


def test_a_browser_s_pictures_come_back_with_states(port, board):
    showing = board.new(Pushed())
    with viewer(port, showing.token) as looking:
        state = json.loads(next_of(looking, str))
        assert {"stage", "headline", "numbers", "health"} <= set(state)
        for index in range(3):
            looking.send(sent(JPEG, 100 + index / 30))
            picture = next_of(looking, bytes)
            looking.send(str(index + 1))
            assert picture[4:6] == b"\xff\xd8"
        assert struct.unpack(">I", picture[:4])[0] >= 1
        looking.send("stop")
        while json.loads(next_of(looking, str))["stage"] != "over":
            pass
    assert not showing.running


def test_what_is_no_picture_is_left_out(port, board):
    showing = board.new(Pushed())
    with viewer(port, showing.token) as looking:
        for rubbish in (b"", b"12345678", b"x" * 5000, struct.pack(">d", np.nan) + b"GIF89a"):
            looking.send(rubbish)
        looking.send("999999999999999999999")
        looking.send("stop please")
        looking.send(sent(JPEG, np.nan))
        assert next_of(looking, bytes)[4:6] == b"\xff\xd8"


def test_other_sites_may_not_look(port, board):
    showing = board.new(Pushed())
    with pytest.raises(InvalidStatus, match="403"), viewer(port, showing.token, origin="http://evil.example"):
        pass
    assert showing.session is None


def test_our_own_page_may_look(port, board):
    showing = board.new(Pushed())
    with viewer(port, showing.token, origin=f"http://127.0.0.1:{port}") as looking:
        assert json.loads(next_of(looking, str))["stage"] == "connecting"


def test_an_unknown_session_is_said_to_be_over(port):
    assert "begin a new one" in closed(port, "0000")[1]


def test_a_browser_that_leaves_takes_its_session_along(port, board):
    showing = board.new(Pushed())
    with viewer(port, showing.token) as looking:
        looking.send(sent(JPEG, 1.0))
        next_of(looking, bytes)
    until(lambda: not showing.running)


def test_two_viewers_share_a_camera_and_the_last_one_closes_it(port, board, monkeypatch):
    monkeypatch.setattr(board_module, "UNWATCHED_S", 0.3)
    with NetworkCamera(pictures(30, (320, 240))) as camera:
        showing = board.new(open_source(camera.url, files=False))
        with viewer(port, showing.token) as first:
            next_of(first, bytes)
            again = board.new(open_source(camera.url, files=False))
            assert again is showing
            with viewer(port, showing.token) as second:
                next_of(second, bytes)
            assert showing.running
        until(lambda: not showing.running)
        assert camera.watchers == 1


def test_two_cameras_of_one_machine_are_two(port, board):
    with NetworkCamera(pictures(30, (320, 240))) as camera:
        showing = board.new(open_source(camera.url, files=False))
        with viewer(port, showing.token) as looking:
            next_of(looking, bytes)
            for other in (f"http://127.0.0.1:{free_port()}/video", f"{camera.url}?channel=2"):
                assert board.new(open_source(other, files=False)) is not showing


def test_a_slow_viewer_is_sent_no_more_than_it_takes(port, board):
    with NetworkCamera(pictures(30, (320, 240))) as camera:
        showing = board.new(open_source(camera.url))
        with viewer(port, showing.token) as looking:
            for _ in range(AHEAD):
                next_of(looking, bytes)
            before = showing.session.looked
            until(lambda: showing.session.looked > before + 20)  # it goes on without this viewer
            looking.send(str(AHEAD))
            next_of(looking, bytes)  # and shows it the newest when it is ready


def test_no_more_cameras_than_the_machine_can_follow(port, board, monkeypatch):
    monkeypatch.setattr(board_module, "MOST", 0)
    showing = board.new(Pushed())
    assert "Try again later" in closed(port, showing.token)[1]
