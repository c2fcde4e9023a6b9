"""Secrets of other systems, sealed before they are stored.

The key is derived from SECRET_KEY; SECRET_KEY_FALLBACKS still open what they sealed.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    digest = hashlib.sha256(b"oms.core.sealed:" + key.encode()).digest()
    return base64.urlsafe_b64encode(digest)


def seal(secret: bytes) -> str:
    return _fernet().encrypt(secret).decode()


def unseal(text: str) -> bytes:
    """Raises ValueError where no key of ours has sealed it."""
    try:
        return _fernet().decrypt(text.encode())
    except InvalidToken as error:
        raise ValueError("sealed by another key") from error
