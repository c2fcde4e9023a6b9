"""Keys: shown once, limited, replaced and taken back (80, 81)."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from oms.core.api import keys, limits
from oms.core.api.keys import NewKey, create_keys, revoke_keys, rotate_key
from oms.core.models import ApiKey, ApiUse, Event
from tests.api.partner import Partner, make_key

pytestmark = pytest.mark.django_db


def test_a_key_is_shown_once_and_only_its_hash_is_kept(world):
    key = make_key("acme")

    kept = ApiKey.objects.get()
    assert key.secret.startswith("oms_live_")
    assert kept.digest == keys.digest_of(key.secret)
    assert kept.prefix == key.secret[:16]
    columns = [str(getattr(kept, f.attname)) for f in ApiKey._meta.concrete_fields]
    assert not any(key.secret in column for column in columns)
    assert not any(key.secret in str(event.data) for event in Event.objects.all())


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (NewKey("", ["orders:read"]), "name"),
        (NewKey("a", []), "scope"),
        (NewKey("a", ["orders"]), "orders is no scope"),
        (NewKey("a", ["orders:read"], channels=["nowhere"]), "nowhere"),
        (NewKey("a", ["orders:read"], locations=["XXX"]), "XXX"),
        (NewKey("a", ["orders:read"], expires_at=timezone.now()), "expired"),
        (NewKey("a", ["orders:read"], per_minute=0), "requests a minute"),
    ],
)
def test_a_key_that_cannot_be_is_refused(world, new, said):
    out = create_keys([new, NewKey("fine", ["orders:read"])], actor="t")

    assert said in out.refused[0][0]
    assert [key.name for key in out.done] == ["fine"]


def test_a_name_is_of_one_partner_for_good(world):
    first = make_key("acme")
    revoke_keys([first.pk], actor="t")

    wanted = [NewKey(name, ["orders:read"]) for name in (" acme ", "new", "new")]
    out = create_keys(wanted, actor="t")

    assert [key.name for key in out.done] == ["acme 2", "new", "new 2"]
    assert out.done[0].actor != first.actor
    with pytest.raises(IntegrityError, match="apikey_name_is_of_one_client"):
        ApiKey.objects.create(name="acme", digest="x", scopes=["jobs"])


def test_keys_of_one_name_do_not_share_their_notes(world):
    mine, other = Partner(name="acme"), Partner(name="acme")
    path = f"orders/{mine.create().number}/notes/"

    mine.post(path, {"text": "Mine"})

    assert [note["text"] for note in mine.get(path).json()["results"]] == ["Mine"]
    assert other.get(path).json()["results"] == []


def test_a_long_name_is_cut_for_its_number(world):
    names = [make_key("x" * 40).name for _ in range(3)]

    assert names == ["x" * 40, f"{'x' * 38} 2", f"{'x' * 38} 3"]


def test_the_number_of_statements_does_not_grow(world, statements):
    counts = statements.by_size(
        lambda n: [NewKey(f"k{i}", ["orders:read"], ["shop"]) for i in range(n)],
        lambda wanted: create_keys(wanted, actor="t"),
    )

    assert counts[1] == counts[100]


def test_80_no_wrong_expired_and_revoked_keys(world):
    def status(secret):
        partner = Partner(make_key())
        partner.client.credentials(HTTP_AUTHORIZATION=secret)
        answer = partner.get("orders/")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        return answer.status_code, answer.json()["code"]

    late, gone = make_key(), make_key()
    ApiKey.objects.filter(pk=late.pk).update(expires_at=timezone.now())
    revoke_keys([gone.pk], actor="t")

    assert status("") == (401, "unauthenticated")
    assert status("Basic YTpi") == (401, "unauthenticated")
    assert status("Bearer oms_live_ä") == (401, "unauthenticated")
    assert status(f"Bearer oms_live_{'x' * 43}") == (401, "unauthenticated")
    assert status(f"Bearer {late.secret}") == (401, "expired")
    assert status(f"Bearer {gone.secret}") == (401, "revoked")


def test_80_a_key_without_the_scope_is_refused_by_its_name(world):
    reader = Partner(scopes=["orders:read"])

    assert reader.get("orders/").status_code == 200
    answer = reader.post("orders/", {})
    assert answer.status_code == 403
    assert "orders:write" in answer.json()["detail"]


def test_81_the_request_over_the_limit_waits(world):
    partner = Partner(per_minute=2)

    first, second, third = (partner.get("orders/") for _ in range(3))

    assert first.headers["RateLimit-Policy"] == '"default";q=2;w=60'
    assert first.headers["RateLimit"].startswith('"default";r=1;t=')
    assert second.status_code == 200
    assert third.status_code == 429
    assert third.json()["code"] == "rate_limited"
    assert 0 < int(third.headers["Retry-After"]) <= 60
    assert third.headers["RateLimit"].startswith('"default";r=0')


def test_81_a_new_minute_begins_anew(world):
    partner = Partner(per_minute=1)
    partner.get("orders/")

    ApiUse.objects.update(began_at=timezone.now() - timedelta(seconds=61))

    assert partner.get("orders/").status_code == 200


def test_who_guesses_keys_is_slowed_down_and_others_are_not(world):
    right, wrong = Partner(), Partner()
    wrong.client.credentials(HTTP_AUTHORIZATION=f"Bearer oms_live_{'x' * 43}")

    answers = [wrong.get("orders/") for _ in range(limits.WRONG_KEYS + 1)]

    assert {a.status_code for a in answers[:-1]} == {401}
    assert answers[-1].status_code == 429
    assert right.get("orders/").status_code == 200


def test_a_rotated_key_works_until_the_overlap_is_over(world):
    old = make_key()
    new = rotate_key(old.pk, overlap=timedelta(hours=1), actor="t").one()

    assert Partner(old).get("orders/").status_code == 200
    assert Partner(new).get("orders/").status_code == 200
    kept = ApiKey.objects.get(pk=old.pk)
    assert kept.why_not(timezone.now() + timedelta(hours=2)) == "expired"
    assert new.client == kept.client
    assert new.scopes == kept.scopes


def test_a_dead_key_is_not_rotated_or_revoked_again(world):
    key = make_key()
    revoke_keys([key.pk], actor="t")

    assert "revoked" in revoke_keys([key.pk], actor="t").refused[key.pk][0]
    assert "revoked" in rotate_key(key.pk, actor="t").refused[key.pk][0]


def test_the_last_use_is_written_once_a_minute(world, statements):
    partner = Partner()
    partner.get("orders/")
    used = ApiKey.objects.get().last_used_at

    partner.get("orders/")

    assert used is not None
    assert ApiKey.objects.get().last_used_at == used


def test_a_sandbox_key_and_a_real_one_do_not_see_the_same(world):
    real, test = Partner(), Partner(is_sandbox=True)
    order = real.create()

    assert test.key.secret.startswith("oms_test_")
    assert test.get(f"orders/{order.number}/").status_code == 404
    world.channel.is_sandbox = True
    world.channel.save()
    assert test.get(f"orders/{order.number}/").status_code == 200
    assert real.get(f"orders/{order.number}/").status_code == 404


def test_the_command_prints_the_key_and_nothing_else(world, capsys):
    call_command("create_api_key", "acme", "--channel", "shop", "--sandbox")

    secret = capsys.readouterr().out.strip()
    key = ApiKey.objects.get()
    assert keys.FORM.fullmatch(secret)
    assert key.digest == keys.digest_of(secret)
    assert (key.is_sandbox, key.channels) == (True, ["shop"])
    assert "orders:write" in key.scopes


def test_the_command_says_what_is_wrong(world):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("create_api_key", "acme", "--channel", "nowhere")

    assert not ApiKey.objects.exists()
