"""The door behind the web server of production."""

from tests import serving


class Server(serving.Server):
    """Its locks are waited for briefly."""

    def __init__(self, database: str):
        super().__init__(database, OMS_LOCK_TIMEOUT="300")
