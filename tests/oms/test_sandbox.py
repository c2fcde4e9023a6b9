"""The sandbox is a gateway and a carrier that do what they are told, once a key."""

from urllib.error import HTTPError

import pytest


def answer_of(call, *args, **kwargs):
    """Status and error of what is not done."""
    with pytest.raises(HTTPError) as error:
        call(*args, **kwargs)
    return error.value.code, error.value.read().decode()


def capture(sandbox, key, amount, authorization):
    body = {"key": key, "amount": amount, "currency": "EUR"}
    return sandbox.do("gateway", "capture", authorization=authorization, **body)


def test_the_same_key_is_done_once(sandbox):
    held = sandbox.authorize("a", "10.00")

    first = capture(sandbox, "c", "6.00", held)
    again = capture(sandbox, "c", "6.00", held)

    assert first == again
    assert len(sandbox.ledger("gateway", "capture")) == 1
    assert sandbox.calls("gateway", "c")[0]["answer"] == first
    assert sandbox.calls("gateway", "d") == []
    assert answer_of(capture, sandbox, "c", "7.00", held)[0] == 402


@pytest.mark.parametrize(
    ("verb", "amount"), [("capture", "4.01"), ("void", "4.01"), ("refund", "6.01")]
)
def test_nothing_goes_beyond_an_authorization(sandbox, verb, amount):
    held = sandbox.authorize("a", "10.00")
    capture(sandbox, "c", "6.00", held)
    body = {"authorization": held, "currency": "EUR", "key": "x", "amount": amount}

    code, text = answer_of(sandbox.do, "gateway", verb, **body)

    assert (code, "left to" in text) == (402, True)
    assert sandbox.calls("gateway", "x") == []


def test_a_label_has_a_number_and_a_price(sandbox):
    label = sandbox.do("carrier", "label", key="l", price="7.10")

    assert label["tracking_number"].startswith("SBX")
    assert (label["price"], label["currency"]) == ("7.10", "EUR")


@pytest.mark.parametrize(("how", "code"), [("decline", 402), ("unavailable", 503)])
def test_it_says_no_as_often_as_it_was_told(sandbox, how, code):
    sandbox.behave("carrier", "label", how, times=2)

    for _ in range(2):
        assert answer_of(sandbox.do, "carrier", "label", key="l")[0] == code
    assert sandbox.ledger("carrier") == []
    assert sandbox.do("carrier", "label", key="l")["key"] == "l"


def test_it_lies_about_what_it_did(sandbox):
    sandbox.behave("carrier", "label", "lie")
    sandbox.behave("carrier", "label", "lie", lie_amount="9.99")

    assert answer_of(sandbox.do, "carrier", "label", key="a")[0] == 402
    assert sandbox.do("carrier", "label", key="b")["price"] == "9.99"
    assert len(sandbox.ledger("carrier", "label")) == 2


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/gateway/capture", {}, 400),
        ("/gateway/capture", {"key": "k", "amount": "x"}, 402),
        ("/gateway/steal", {"key": "k"}, 402),
        ("/behave", {"how": "sing"}, 400),
        ("/nowhere", {"key": "k"}, 404),
    ],
)
def test_nonsense_is_refused(sandbox, path, body, code):
    assert answer_of(sandbox._ask, path, body)[0] == code
