"""Corruptions of calls and of return messages: see `corruptions.py`."""

CALL = (
    "INSERT INTO channels_hookcall (created_at, updated_at, channel_id, call_id, body,"
    " received_at, status, note) SELECT now(), now(), min(id), 'c', '', now()"
    " - interval '1 hour', 'kept', '' FROM channels_channel"
)
MESSAGE = (
    "INSERT INTO channels_inboundmessage (created_at, updated_at, channel_id, kind,"
    " external_id, payload, status, error, received_at, processed_at) SELECT now(),"
    " now(), min(id), 'return', 'R-1', '{{}}', 'processed', '', now(), now()"
    " FROM channels_channel"
)

PLANTED = [("X1f", MESSAGE)]
WARNINGS = [("X1e", CALL)]
