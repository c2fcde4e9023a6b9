import pytest

from tests.api.partner import Partner


@pytest.fixture
def acme(world) -> Partner:
    """A partner who sees all real channels, and may do all there is."""
    return Partner()
