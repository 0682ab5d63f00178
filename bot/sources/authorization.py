"""Who may post alerts: whoever knows the source's secret; without one, only programs on this machine."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from ipaddress import ip_address

from bot.config import AlertSecret

#: What a reverse proxy adds, or a browser: then the caller is not simply a program on this machine.
RELAYED = ("forwarded", "x-forwarded-for", "x-real-ip", "origin")
SIGNATURE = "x-signature-256"


def refusal(secret: AlertSecret | None, headers: Mapping[str, str], client_host: str, body: bytes) -> str:
    """Return why this request may not post alerts, or "" if it may.

    `headers` are named in lower case. Any one configured secret is enough: bearer, basic, or an
    HMAC-SHA256 of the raw body in X-Signature-256 as `sha256=<hex>`.
    """
    if secret is None:
        return _from_elsewhere(headers, client_host)
    wanted = []
    if secret.bearer:
        wanted.append(_is_bearer(headers, secret.bearer))
    if secret.user:
        wanted.append(_is_basic(headers, f"{secret.user}:{secret.password}"))
    if secret.secret:
        wanted.append(_is_signed(headers, secret.secret, body))
    return "" if any(wanted) else "The credentials are missing or wrong."


def _from_elsewhere(headers: Mapping[str, str], client_host: str) -> str:
    """Return why the caller is not taken for a program on this machine."""
    if any(name in headers for name in RELAYED) or not _is_loopback(client_host):
        return "No secret is configured for this source, so only programs on this machine may post to it."
    return ""


def _is_loopback(host: str) -> bool:
    """Whether `host` is an address of this machine that no other reaches."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_bearer(headers: Mapping[str, str], token: str) -> bool:
    """Whether the request carries this bearer token."""
    return _same(_credentials(headers, "bearer"), token)


def _is_basic(headers: Mapping[str, str], user_and_password: str) -> bool:
    """Whether the request carries this `user:password`."""
    return _same(_credentials(headers, "basic"), base64.b64encode(user_and_password.encode()).decode())


def _is_signed(headers: Mapping[str, str], key: str, body: bytes) -> bool:
    """Whether the body is signed with `key`."""
    return _same(
        headers.get(SIGNATURE, ""), "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    )


def _credentials(headers: Mapping[str, str], scheme: str) -> str:
    """Return what follows the scheme in the Authorization header, or "" for another scheme."""
    given, _, credentials = headers.get("authorization", "").partition(" ")
    return credentials.strip() if given.lower() == scheme else ""


def _same(given: str, wanted: str) -> bool:
    """Compare in a time that does not tell how much of it was right."""
    return hmac.compare_digest(given.encode(), wanted.encode())
