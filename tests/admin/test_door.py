"""The door and the listings in the back office."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from channels.models import Channel, ChannelSecret, HookCall, Listing
from channels.services import door
from channels.services.listings import map_skus
from oms.core.models import Event
from oms.core.panels import page_url


@pytest.fixture
def tool(world):
    return reverse(
        "admin:channels_channel_tool", args=[world.channel.pk, "make-secret"]
    )


def page(office, row):
    return office.get(page_url(type(row), row.pk)).content.decode()


def test_a_secret_is_made_by_post_and_shown_once(office, world, tool):
    assert office.get(tool).status_code == 200
    assert not ChannelSecret.objects.exists()

    answer = office.post(tool, {"old_until": ""})

    [secret] = set(re.findall(r"whsec_[\w+/=]+", answer.content.decode()))
    assert "no-store" in answer["Cache-Control"]
    [row] = ChannelSecret.objects.all()
    assert door.keys_of([row])
    assert secret[6:] not in row.sealed
    assert "whsec_" not in page(office, world.channel)
    event = Event.objects.get(action="channel.secret_made")
    assert (event.actor, event.subject_id) == ("user:admin", world.channel.pk)
    assert "whsec" not in str(event.data)


def test_older_secrets_end_at_once_or_when_it_is_said(office, tool):
    for until in ("", "2999-01-01T10:00", ""):
        office.post(tool, {"old_until": until})

    ends = [row.ends_at for row in ChannelSecret.objects.order_by("pk")]
    now = timezone.now()
    assert [end and end <= now for end in ends] == [True, True, None]


@pytest.mark.parametrize("until", ["2020-01-01T10:00", "soon"])
def test_an_end_that_is_none_is_refused(office, tool, until):
    answer = office.post(tool, {"old_until": until})

    assert answer.context["form"].errors
    assert not ChannelSecret.objects.exists()


def test_who_may_not_make_secrets_does_not(client, world, tool):
    world.mia.is_staff = True
    world.mia.save()
    client.force_login(world.mia)

    assert client.post(tool, {"old_until": ""}).status_code in {403, 404}
    assert not ChannelSecret.objects.exists()


def test_a_call_is_shown_as_text_and_not_as_markup(office, world):
    body = b'{"type": "<script>x</script>\xff"}'
    door.take_call(world.channel, "call-1", body, at=timezone.now())

    text = page(office, HookCall.objects.get())

    assert "&lt;script&gt;x&lt;/script&gt;\\xff" in text
    assert "<script>x" not in text


def test_the_channel_and_the_listing_explain_what_is_shown(office, world):
    said = {"TEE": world.shirt, "CARD": world.giftcard}
    map_skus(world.channel, said, actor="t")
    listing = Listing.objects.get(sku="TEE")
    url = page_url(Listing, listing.pk)
    facts = {"product": world.shirt.pk, "buffer": "10", "percent": "50", "most": "90"}

    assert office.post(url, facts).status_code == 302

    listing.refresh_from_db()
    assert (listing.buffer, listing.percent, listing.most) == (10, 50, 90)
    for text in (page(office, world.channel), page(office, listing)):
        cells = re.findall(r"<td[^>]*>(.*?)</td>", text, re.DOTALL)
        plain = [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]
        start = plain.index("TEE")
        assert plain[start + 2 : start + 7] == ["90", "210", "10", "50 %", "90"]
    assert "keeps no stock" in page(office, Channel.objects.get(pk=world.channel.pk))


@pytest.mark.parametrize(("field", "value"), [("percent", "0"), ("buffer", "-1")])
def test_a_bad_limit_is_told_beside_its_field(office, world, field, value):
    listing = map_skus(world.channel, {"TEE": world.shirt}, actor="t").one()
    facts = {"product": world.shirt.pk, "buffer": "0", "percent": "100", "most": ""}

    answer = office.post(page_url(Listing, listing.pk), facts | {field: value})

    assert field in answer.context["adminform"].form.errors
