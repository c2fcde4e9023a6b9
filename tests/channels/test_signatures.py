"""Signatures by the Standard Webhooks scheme: the example of its own libraries, and
what is no signature."""

import base64
from datetime import UTC, datetime

import pytest

from channels.signatures import SignatureError, verify

# https://github.com/standard-webhooks/standard-webhooks, the vector of its tests
KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": SIGNATURE,
}
NOW = datetime.fromtimestamp(1614265330, UTC)


def check(body=BODY, keys=(KEY,), **changed):
    headers = HEADERS | {f"webhook-{name}": value for name, value in changed.items()}
    return verify(headers, body, keys, now=NOW)


def test_the_vector_of_the_scheme_is_right():
    assert check() == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_one_of_several_signatures_and_keys_is_enough():
    assert check(signature=f"v1,AAAA v2,x {SIGNATURE} v1,BBBB", keys=[b"x" * 32, KEY])


@pytest.mark.parametrize(
    "changed",
    [
        {"body": BODY + b" "},
        {"keys": []},
        {"keys": [KEY[:-1] + b"x"]},
        {"id": "msg_other"},
        {"timestamp": "1614265331"},
        {"signature": SIGNATURE.replace("v1", "v2")},
        {"signature": SIGNATURE[:-1]},
        {"signature": SIGNATURE.swapcase()},
        {"signature": "v1,€ v1,\udcff"},
        {"signature": "v1," + "A" * 4_094},
    ],
    ids=str,
)
def test_any_other_is_refused(changed):
    with pytest.raises(SignatureError, match=r"does not match|too long"):
        check(**changed)


@pytest.mark.parametrize("moved", [-301, 301])
def test_the_window_is_five_minutes_to_either_side(moved):
    with pytest.raises(SignatureError, match="outside the window of 300 seconds"):
        check(timestamp=str(1614265330 + moved))
    with pytest.raises(SignatureError, match="does not match"):
        check(timestamp=str(1614265330 + moved - moved // 301))


@pytest.mark.parametrize("name", ["id", "timestamp", "signature"])
def test_a_header_that_is_missing_is_named(name):
    with pytest.raises(SignatureError, match=f"missing: webhook-{name}"):
        check(**{name: ""})
