"""Compares secrets and signatures of incoming requests."""

import hashlib
import hmac


def hex_hmac(secret: str, signed: bytes) -> str:
    """Return the HMAC-SHA256 of `signed` in hex."""
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def equal_in_constant_time(given: str, expected: str) -> bool:
    """Return whether the two are equal.

    The comparison takes the same time however much of `given` matches.
    """
    return hmac.compare_digest(given.encode(), expected.encode())
