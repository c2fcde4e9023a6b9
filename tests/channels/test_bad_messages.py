"""Bad messages to the inbox: refused by position with a text, nothing changed, the good
ones of the same set kept."""

import pytest

from channels.models import InboundMessage
from channels.services.inbox import RawMessage, store_messages
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db

GOOD = RawMessage("M-1", {"lines": []})
NO_IDS = ["", None, 7, b"M-1", True, ["M-1"], {}, "M\x001", "M\ud800", "x" * 129]
NO_KINDS = ["", "gossip", None, 1, ["order"], {}, "or\x00der"]


def nested(levels):
    body = {}
    for _level in range(levels):
        body = {"in": body}
    return body


NO_BODIES = [
    None,
    "text",
    [1],
    7,
    {"a": "b\x00c"},
    {"a\x00b": 1},
    {"a": [{"b": "\x00"}]},
    {"a": "\ud800"},
    {"a": float("nan")},
    {"a": float("inf")},
    {"a": b"x"},
    {"a": {1, 2}},
    {("a", "b"): 1},
    nested(100_000),
]


def store(world, *messages):
    return store_messages(world.channel, messages, actor="t")


def is_refused_alone(world, bad):
    before = tables()
    alone = store(world, bad)
    assert (list(alone.refused), alone.done) == ([0], [])
    assert len(reasons(alone)[0]) > 20
    assert tables() == before
    out = store(world, bad, GOOD)
    assert list(out.refused) == [0]
    assert [row.external_id for row in out.done] == ["M-1"]
    return reasons(alone)[0]


@pytest.mark.parametrize("external_id", NO_IDS, ids=ascii)
def test_messages_without_a_usable_id_are_refused(world, external_id):
    text = is_refused_alone(world, GOOD._replace(external_id=external_id))

    assert text == (
        f"The message has no usable id ({external_id!r:.60}): a text of 1 to 128 "
        "characters is needed, none of them NUL. Send it again with its id."
    )


@pytest.mark.parametrize("kind", NO_KINDS, ids=ascii)
def test_messages_of_an_unknown_kind_are_refused(world, kind):
    text = is_refused_alone(world, RawMessage("M-0", {}, kind))

    assert text.startswith("Message M-0: kind ")


@pytest.mark.parametrize("position", range(len(NO_BODIES)))
def test_messages_with_a_bad_body_are_refused(world, position):
    text = is_refused_alone(world, RawMessage("M-0", NO_BODIES[position]))

    assert text == (
        "Message M-0: the body must be a JSON object without NUL characters. Send it "
        "again as one."
    )


def test_a_backslash_before_u0000_is_no_nul(world):
    body = {"a": r"C:\u0000", "b": "\\", "ü": "ß"}

    store(world, RawMessage("M-0", body)).one()

    assert InboundMessage.objects.get().payload == body


def test_a_message_that_is_here_already_is_refused(world):
    store(world, GOOD).one()
    before = tables()

    out = store(world, GOOD, GOOD._replace(payload={"other": 1}))

    text = f"Message M-1 of {world.channel} is here already; nothing to do."
    assert (out.done, reasons(out)) == ([], [text, text])
    assert tables() == before


def test_of_two_messages_with_one_id_in_a_set_the_first_is_kept(world):
    out = store(world, GOOD, GOOD._replace(payload={"other": 1}))

    assert list(out.refused) == [1]
    assert InboundMessage.objects.get().payload == GOOD.payload
