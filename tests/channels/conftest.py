import pytest

from channels.services import door
from tests.channels.sender import Sender


@pytest.fixture
def sender(world, live_server):
    """The shop of `world`, which knows its secret."""
    secret = door.make_secret(world.channel, actor="user:mia")
    return Sender(f"{live_server.url}/hooks/{world.channel.code}/", secret)
