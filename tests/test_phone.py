"""Codes and keys of `formcheck app --phone`: one code, one phone, few tries."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import ssl
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from rich.console import Console
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from formcheck.cli.main import run
from formcheck.errors import UsageError
from formcheck.ui import phone as phone_module
from formcheck.ui import phone_gate
from formcheck.ui.launch import announce, phone_settings
from formcheck.ui.network import address_in_the_network
from formcheck.ui.parts import history
from formcheck.ui.parts import phone as card
from formcheck.ui.phone import (
    CODE_LIFE_S,
    ENTER_PATH,
    KEY_LIFE_S,
    LENGTH,
    SIGNS,
    TRIES_OF_ALL,
    TRIES_OF_ONE,
    WINDOW_S,
    PhoneAccess,
    PhoneKey,
    spaced,
)
from formcheck.ui.phone_gate import COOKIE, CodeFirst
from formcheck.ui.qr import qr_modules, qr_svg, qr_text
from own_server import served

PHONE, STRANGER, LAPTOP = "192.168.1.20", "192.168.1.66", "127.0.0.1"
URL = "http://192.168.1.5:8501"


class Clock:
    """A clock that tests set."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def access(clock):
    return PhoneAccess(URL, clock=clock)


def wrong_of(code):
    """Return another code of the same length."""
    return ("3" if code[0] == "2" else "2") + code[1:]


# Codes and keys


def test_a_code_has_forty_bits_and_no_signs_that_look_alike(access):
    assert len(access.code) == LENGTH and set(access.code) <= set(SIGNS)
    assert LENGTH * np.log2(len(SIGNS)) > 39
    assert not set("0O1IL") & set(SIGNS)
    assert len({PhoneAccess(URL).code for _ in range(50)}) == 50


@pytest.mark.parametrize("typed", [str.lower, spaced, lambda code: f" {code[:4]}-{code[4:]}\n", str])
def test_the_code_is_understood_as_people_type_it(access, typed):
    assert isinstance(access.enter(typed(access.code), PHONE), PhoneKey)


def test_a_code_lets_one_phone_in(access):
    code = access.code
    assert isinstance(access.enter(code, PHONE), PhoneKey)
    assert access.code is None and access.link is None
    assert access.enter(code, STRANGER) == "wrong"
    assert access.enter("", STRANGER) == "wrong"  # no code is not an empty code
    assert access.phones == 1


def test_a_key_opens_only_from_where_it_was_given_to(access):
    key = access.enter(access.code, PHONE)
    assert access.knows(key.secret, PHONE)
    assert not access.knows(key.secret, STRANGER)
    assert not access.knows("", PHONE) and not access.knows(key.secret[:-1], PHONE)
    assert not access.knows("ключ", PHONE)


def test_an_old_code_and_an_old_key_open_nothing(access, clock):
    key = access.enter(access.code, PHONE)
    access.renew()
    code = access.code
    clock.now += CODE_LIFE_S
    assert access.code is None and access.enter(code, STRANGER) == "wrong"
    assert access.knows(key.secret, PHONE)
    clock.now += KEY_LIFE_S
    assert not access.knows(key.secret, PHONE) and access.phones == 0


def test_a_new_code_replaces_the_old_one_and_phones_stay(access):
    key, old = access.enter(access.code, PHONE), None
    access.renew()
    old = access.code
    access.renew()
    assert access.enter(old, STRANGER) == "wrong"
    assert access.knows(key.secret, PHONE)


def test_phones_can_be_turned_away(access):
    key = access.enter(access.code, PHONE)
    access.dismiss()
    assert not access.knows(key.secret, PHONE)


def test_after_a_few_wrong_codes_the_right_one_is_refused_for_a_minute(access, clock):
    code = access.code
    tries = [access.enter(wrong_of(code), STRANGER) for _ in range(TRIES_OF_ONE)]
    assert tries == ["wrong"] * TRIES_OF_ONE
    assert access.enter(code, STRANGER) == "too many"
    assert access.code == code  # the stranger has not used it up
    clock.now += WINDOW_S
    assert isinstance(access.enter(code, STRANGER), PhoneKey)


def test_a_stranger_who_tries_does_not_keep_the_phone_out(access):
    code = access.code
    for _ in range(3 * TRIES_OF_ONE):
        access.enter(wrong_of(code), STRANGER)
    assert isinstance(access.enter(code, PHONE), PhoneKey)


def test_many_addresses_together_get_few_tries(access):
    code = access.code
    got = [access.enter(wrong_of(code), f"10.0.0.{k}") for k in range(200)]
    assert got.count("wrong") == TRIES_OF_ALL
    lifetime_tries = TRIES_OF_ALL * CODE_LIFE_S / WINDOW_S
    assert lifetime_tries / len(SIGNS) ** LENGTH < 1e-8  # chance to hit a code before it is too old


# The gate


@dataclass
class Answer:
    """What came back from the gate, or from behind it."""

    status: int
    headers: Headers
    text: str

    @property
    def key(self):
        """The cookie it sets."""
        return self.headers["set-cookie"].partition("=")[2].partition(";")[0]


async def _inside(scope, receive, send):
    """Stand for the app behind the gate: say what kind of visitor it sees."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse(f"inside {Headers(scope=scope)['x-formcheck-visitor']}")(scope, receive, send)


def sent(access, address, scope, body=b""):
    """Send one request through the gate; return the messages that come back."""
    messages = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        messages.append(message)

    everything = {"client": (address, 40000), "server": ("192.168.1.5", 8501), "query_string": b"", **scope}
    asyncio.run(CodeFirst(_inside, access)(everything, receive, send))
    return messages


def ask(access, address, path="/", method="GET", *, body="", **headers):
    """Send one HTTP request through the gate."""
    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    content = body if isinstance(body, bytes) else body.encode()
    start, *rest = sent(
        access, address, {"type": "http", "method": method, "path": path, "headers": lines}, content
    )
    text = b"".join(each.get("body", b"") for each in rest).decode()
    return Answer(start["status"], Headers(raw=start["headers"]), text)


def type_in(access, address, code):
    return ask(access, address, ENTER_PATH, "POST", body=code)


def socket_opens(access, address, **headers):
    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    (answer,) = sent(access, address, {"type": "websocket", "path": "/_stcore/stream", "headers": lines})
    return answer["type"] == "websocket.accept"


@pytest.mark.parametrize(
    "path",
    ["/", "/progress", "/_stcore/health", "/_stcore/host-config", "/formcheck/clips/0/analysis.json", "/x"],
)
def test_a_stranger_gets_the_page_for_the_code_and_nothing_else(access, path):
    answer = ask(access, STRANGER, path)
    assert answer.status == 403
    assert "inside" not in answer.text and "<title>FormCheck</title>" in answer.text
    assert access.code not in answer.text


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "OPTIONS", "PATCH"])
def test_a_stranger_sends_nothing(access, method):
    assert ask(access, STRANGER, "/formcheck/upload", method, body="x", x_formcheck="upload").status == 403


def test_a_stranger_opens_no_socket(access):
    assert not socket_opens(access, STRANGER)
    assert not socket_opens(access, STRANGER, cookie=f"{COOKIE}=guess")


def test_the_right_code_opens_and_the_phone_is_marked_as_one(access):
    assert type_in(access, PHONE, wrong_of(access.code)).status == 403
    answer = type_in(access, PHONE, access.code)
    assert answer.status == 200
    said = answer.headers["set-cookie"]
    assert "HttpOnly" in said and "SameSite=strict" in said and "Path=/" in said and "Secure" not in said
    cookie = f"other=1; {COOKIE}={answer.key}"
    assert ask(access, PHONE, cookie=cookie).text == "inside phone"
    assert ask(access, PHONE, cookie=cookie, x_formcheck_visitor="laptop").text == "inside phone"
    assert socket_opens(access, PHONE, cookie=cookie)


def test_the_key_of_a_phone_opens_nothing_for_another_machine(access):
    key = type_in(access, PHONE, access.code).key
    assert ask(access, STRANGER, cookie=f"{COOKIE}={key}").status == 403


def test_over_https_the_key_is_sent_over_https_only():
    access = PhoneAccess(URL.replace("http", "https"), secure=True)
    assert "Secure" in type_in(access, PHONE, access.code).headers["set-cookie"]


def test_this_machine_passes_unless_somebody_asks_through_it(access):
    assert ask(access, LAPTOP).text == "inside laptop"
    assert ask(access, LAPTOP, x_formcheck_visitor="phone").text == "inside laptop"
    assert ask(access, LAPTOP, x_forwarded_for=STRANGER).status == 403


@pytest.mark.parametrize(
    "header", ["x_forwarded_for", "forwarded", "x_real_ip", "x_formcheck_visitor", "host"]
)
def test_nobody_becomes_this_machine_by_saying_so(access, header):
    assert ask(access, STRANGER, **{header: LAPTOP}).status == 403


def test_too_many_wrong_codes_are_answered_so(access):
    answers = [type_in(access, STRANGER, "AAAAAAAA").status for _ in range(TRIES_OF_ONE + 2)]
    assert answers == [403] * TRIES_OF_ONE + [429] * 2


@pytest.mark.parametrize("body", [b"\xff\x00", b"", b"2" * 100])
def test_what_cannot_be_a_code_is_none(access, body):
    assert type_in(access, PHONE, body).status == 403


def test_a_code_with_much_behind_it_is_none(access):
    assert type_in(access, PHONE, access.code + " " * 100).status == 403


def test_the_page_for_the_code_runs_its_own_script_only(access):
    answer = ask(access, STRANGER, ENTER_PATH)
    policy = answer.headers["content-security-policy"]
    (nonce,) = set(re.findall(r'nonce="([^"]+)"', answer.text))
    assert answer.status == 200 and "default-src 'none'" in policy and f"'nonce-{nonce}'" in policy
    assert "$" not in answer.text and answer.headers["cache-control"] == "no-store"
    assert nonce not in ask(access, STRANGER, ENTER_PATH).text


# What is shown


def test_a_camera_reads_the_qr_code_of_the_card(access):
    modules = qr_modules(access.link)
    picture = np.kron(np.where(modules, 0, 255), np.ones((6, 6))).astype(np.uint8)
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == f"{URL}{ENTER_PATH}#{access.code}"
    drawn = qr_svg(access.link, "code")
    assert drawn.count("M") == modules.sum() + 1


def test_the_qr_code_in_the_terminal_is_the_same_code(access):
    modules = qr_modules(access.link)
    lines = qr_text(access.link).split("\n")
    upper = np.array([[sign in "▀█" for sign in line] for line in lines])
    lower = np.array([[sign in "▄█" for sign in line] for line in lines])
    light = np.empty((2 * len(lines), len(modules)), bool)
    light[::2], light[1::2] = upper, lower
    assert np.array_equal(~light[: len(modules)], modules)


def test_the_card_shows_a_code_until_it_is_used(access):
    assert spaced(access.code) in card.card_html(access)
    access.enter(access.code, PHONE)
    assert "<svg" not in card.card_html(access) and "One phone is connected." in card.card_html(access)


def test_the_terminal_says_address_and_code(access, capsys):
    announce(access, None, Console(highlight=False, markup=False, width=200))
    said = capsys.readouterr().out
    assert URL in said and spaced(access.code) in said and "not encrypted" in said


def test_a_phone_sees_nothing_that_is_kept_under_a_name(access, monkeypatch):
    monkeypatch.setattr(phone_module.phone_offer(), "access", access)
    assert phone_gate.hidden_pages() == frozenset()
    for place in (phone_gate, history):
        monkeypatch.setattr(place, "visitor_is_a_phone", lambda: True)
    assert phone_gate.hidden_pages() == {"progress", "live"}
    assert not history.available() and history.shelf("Somebody") == history.Shelf()


# Starting


def test_without_phone_its_options_are_refused(capsys):
    assert run(["app", "--https"]) == 2 and run(["app", "--address", "192.168.1.5"]) == 2
    assert "--phone" in capsys.readouterr().err


@pytest.mark.parametrize("wanted", ["127.0.0.1", "0.0.0.0", "laptop", "198.51.100.7", "::1"])
def test_only_an_address_of_this_machine_in_a_network_is_taken(wanted):
    with pytest.raises(UsageError):
        address_in_the_network(wanted)


def test_a_phone_may_name_this_machines_address_and_no_other():
    settings = phone_settings("192.168.1.5", None)
    assert "192.168.1.5" in settings["server.allowedHosts"] and "*" not in settings["server.allowedHosts"]
    assert "server.sslCertFile" not in settings


def test_the_certificate_is_good_for_the_address_and_its_key_for_us_alone(tmp_path):
    pytest.importorskip("cryptography")
    from formcheck.ui.certificate import make_certificate

    made = make_certificate(tmp_path, "127.0.0.2")
    assert os.stat(made.key).st_mode & 0o077 == 0
    assert re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", made.fingerprint)
    trusting = ssl.create_default_context(cafile=str(made.certificate))
    trusting.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    greeting = Starlette(routes=[Route("/", lambda request: PlainTextResponse("Hello."))])
    with served(greeting, ssl_certfile=str(made.certificate), ssl_keyfile=str(made.key)) as port:
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=trusting, timeout=10)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
