import pytest

from tests.api.partner import Partner


@pytest.fixture
def acme(world) -> Partner:
    """A partner who sees all real channels, and may do all there is."""
    return Partner()


@pytest.fixture
def berlin(world) -> Partner:
    """The warehouse's own key: no channel, one location."""
    scopes = ["shipments:read", "shipments:write"]
    return Partner(name="berlin", scopes=scopes, locations=["BER"])
