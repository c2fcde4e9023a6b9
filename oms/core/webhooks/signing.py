"""Secrets of endpoints and what they sign, by Standard Webhooks 1.0."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
KEY_BYTES = 32


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def text_of(key: bytes) -> str:
    """As the partner gets it."""
    return PREFIX + base64.b64encode(key).decode()


def headers(
    message_id: str, body: bytes, keys: Iterable[bytes], at: datetime
) -> dict[str, str]:
    """A signature by each key, so that a partner can change to a new one in peace."""
    stamp = str(int(at.timestamp()))
    signed = f"{message_id}.{stamp}.".encode() + body
    signatures = (hmac.digest(key, signed, hashlib.sha256) for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(
            f"v1,{base64.b64encode(each).decode()}" for each in signatures
        ),
    }
