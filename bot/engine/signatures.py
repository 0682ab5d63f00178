"""Compares secrets and signatures of incoming requests."""

import hashlib
import hmac


def hex_hmac(secret: str, signed: bytes) -> str:
    """Return the HMAC-SHA256 of `signed` in hex."""
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def equal_in_constant_time(given: str, expected: str) -> bool:
    """Return whether both are equal. The time this takes does not depend on how much of `given` is right."""
    return hmac.compare_digest(given.encode(), expected.encode())
