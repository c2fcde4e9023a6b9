"""Settings of the server that a browser visits: as production, without TLS, and with
its static files in a folder of the tests."""

import os

from oms.settings import *  # noqa: F403

STATIC_ROOT = os.environ["OMS_TEST_STATIC"]
