"""How often somebody may ask: counted in PostgreSQL, for all processes together.

One upsert into a table that is not logged, so that no request waits for the disk.
Windows of a minute, from the first request on: the 1,001st of 1,000 is refused.
"""

import math
from datetime import timedelta
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _
from rest_framework.exceptions import Throttled

from oms.core.api.models import ApiKey

WINDOW = 60  # seconds
WRONG_KEYS = 30  # a minute, from one address
COUNT = """
    INSERT INTO core_apiuse AS u (subject, began_at, hits)
    VALUES (%(subject)s, statement_timestamp(), 1)
    ON CONFLICT (subject) DO UPDATE
    SET hits = CASE WHEN u.began_at > excluded.began_at - %(window)s
                    THEN u.hits + 1 ELSE 1 END,
        began_at = CASE WHEN u.began_at > excluded.began_at - %(window)s
                        THEN u.began_at ELSE excluded.began_at END
    RETURNING hits, began_at + %(window)s - statement_timestamp()"""


class Use(NamedTuple):
    hits: int
    seconds: int  # until the window is over


def count(subject: str) -> Use:
    """One more request of this one."""
    with connection.cursor() as cursor:
        window = timedelta(seconds=WINDOW)
        cursor.execute(COUNT, {"subject": subject, "window": window})
        hits, left = cursor.fetchone()
    return Use(hits, max(1, math.ceil(left.total_seconds())))


def admit(key: ApiKey) -> dict[str, str]:
    """Count a request of this key; the headers that say what is left. Raises
    Throttled."""
    use = count(f"key:{key.client}")
    left = max(0, key.per_minute - use.hits)
    headers = {
        "RateLimit-Policy": f'"default";q={key.per_minute};w={WINDOW}',
        "RateLimit": f'"default";r={left};t={use.seconds}',
    }
    if use.hits > key.per_minute:
        text = _("%(most)d requests a minute are allowed; wait %(seconds)d seconds.")
        facts = {"most": key.per_minute, "seconds": use.seconds}
        refused = Throttled(detail=text % facts)
        refused.wait, refused.headers = use.seconds, headers
        raise refused
    return headers


def refuse_guessing(address: str) -> None:
    """Count a wrong key from this address. Raises Throttled when there are many; right
    keys from the same address are never asked."""
    use = count(f"ip:{address}"[:64])
    if use.hits > WRONG_KEYS:
        refused = Throttled(detail=_("Too many wrong keys; wait a while."))
        refused.wait = use.seconds
        raise refused
