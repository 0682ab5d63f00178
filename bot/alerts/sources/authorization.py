"""Who may post alerts: whoever knows the source's secret; without one, only programs on this machine."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from ipaddress import ip_address

from bot.config.settings import AlertSecret

#: What a reverse proxy adds, or a browser: then the caller is not simply a program on this machine.
RELAYED = ("forwarded", "x-forwarded-for", "x-real-ip", "origin")
SIGNATURE = "x-signature-256"
WRONG = "The credentials are missing or wrong."


def refusal(secret: AlertSecret | None, headers: Mapping[str, str], client_host: str) -> str:
    """Return why this request may not send its body, or "" if it may: asked before a byte of it is read.

    `headers` are named in lower case. Any one configured secret is enough: bearer, basic, or a signature,
    of which only that it is there can be said yet; `forgery` says whether it is right.
    """
    if secret is None:
        return _from_elsewhere(headers, client_host)
    promised = bool(secret.secret) and SIGNATURE in headers
    return "" if promised or _is_known(secret, headers) else WRONG


def forgery(secret: AlertSecret | None, headers: Mapping[str, str], body: bytes) -> str:
    """Return why the body is not from whom `refusal` let in for a signature, or "" if it is.

    The signature is the HMAC-SHA256 of the raw body, in X-Signature-256 as `sha256=<hex>`.
    """
    if secret is None or _is_known(secret, headers) or _is_signed(headers, secret.secret, body):
        return ""
    return WRONG


def _is_known(secret: AlertSecret, headers: Mapping[str, str]) -> bool:
    """Whether the headers alone prove who asks."""
    by_token = bool(secret.bearer) and _is_bearer(headers, secret.bearer)
    by_password = bool(secret.user) and _is_basic(headers, f"{secret.user}:{secret.password}")
    return by_token or by_password


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
    return _equal_in_constant_time(_credentials(headers, "bearer"), token)


def _is_basic(headers: Mapping[str, str], user_and_password: str) -> bool:
    """Whether the request carries this `user:password`."""
    return _equal_in_constant_time(
        _credentials(headers, "basic"), base64.b64encode(user_and_password.encode()).decode()
    )


def _is_signed(headers: Mapping[str, str], key: str, body: bytes) -> bool:
    """Whether the body is signed with `key`; nothing is when there is none."""
    digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return bool(key) and _equal_in_constant_time(headers.get(SIGNATURE, ""), f"sha256={digest}")


def _credentials(headers: Mapping[str, str], scheme: str) -> str:
    """Return what follows the scheme in the Authorization header, or "" for another scheme."""
    given, _, credentials = headers.get("authorization", "").partition(" ")
    return credentials.strip() if given.lower() == scheme else ""


def _equal_in_constant_time(given: str, wanted: str) -> bool:
    """Compare in a time that does not tell how much of it was right."""
    return hmac.compare_digest(given.encode(), wanted.encode())
