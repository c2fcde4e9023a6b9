"""Secrets are sealed with a key that is made of SECRET_KEY."""

import pytest

from oms.core.sealed import seal, unseal


def test_what_was_sealed_is_opened_again_and_not_seen_before():
    sealed = seal(b"a key of 16 bytes")

    assert unseal(sealed) == b"a key of 16 bytes"
    assert "16 bytes" not in sealed
    assert seal(b"a key of 16 bytes") != sealed


def test_a_former_key_opens_until_it_is_dropped(settings):
    sealed = seal(b"secret")
    settings.SECRET_KEY, former = "another", settings.SECRET_KEY

    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal(sealed) == b"secret"

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="another key"):
        unseal(sealed)


def test_what_is_damaged_is_not_opened():
    for text in ("", "x", "ä", seal(b"secret")[:-4]):
        with pytest.raises(ValueError, match="another key"):
            unseal(text)
