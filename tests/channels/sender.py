"""A shop that signs what it sends."""

import base64
import hashlib
import hmac
import json
import time

import httpx

from tests import shop

CLIENT = httpx.Client(  # one for all: reading certificates takes longer than a call
    trust_env=False, timeout=10, limits=httpx.Limits(max_keepalive_connections=0)
)


def order(**fields) -> dict:
    return {"type": "order.placed", "data": shop.incoming(**fields).to_payload()}


class Sender:
    def __init__(self, url: str, secret: str):
        self.url, self.secret = url, secret

    def headers(self, call_id: str, body: bytes, at: float | None = None) -> dict:
        stamp = str(int(time.time() if at is None else at))
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = f"{call_id}.{stamp}.".encode() + body
        mark = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        return {
            "webhook-id": call_id,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{mark}",
        }

    def send(self, body, call_id="call-1", **changed) -> httpx.Response:
        """Signed, then with the headers that are changed."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers = self.headers(call_id, body, changed.pop("at", None)) | changed
        return CLIENT.post(self.url, content=body, headers=headers)

    def stream(self, body: bytes, call_id="call-1") -> httpx.Response:
        """In chunks, without Content-Length."""
        parts = (body[start : start + 65_000] for start in range(0, len(body), 65_000))
        headers = self.headers(call_id, body)
        return CLIENT.post(self.url, content=parts, headers=headers)
