"""Checks who may post alerts: senders with the source's secret, or by default programs on this machine."""

import base64
from collections.abc import Mapping
from ipaddress import ip_address

from bot.config.settings import AlertSecret
from bot.engine.signatures import equal_in_constant_time, hex_hmac

#: Headers of reverse proxies, CDNs, tunnels and browsers, and the prefixes of such headers. A request
#: with one of them does not come directly from a local program.
RELAYED = (
    *("via", "forwarded", "x-real-ip", "true-client-ip", "x-client-ip", "client-ip", "x-cluster-client-ip"),
    *(
        "fastly-client-ip",
        "fly-client-ip",
        "x-remote-ip",
        "x-remote-addr",
        "x-proxyuser-ip",
        "wl-proxy-client-ip",
    ),
    *("proxy-connection", "cdn-loop", "x-amzn-trace-id", "x-original-url", "x-original-host", "max-forwards"),
    *("origin", "referer"),
)
RELAYED_PREFIXES = (
    *("x-forwarded", "cf-", "fastly-", "fly-", "x-azure-", "x-envoy-", "x-appengine-", "x-arr-", "x-vercel-"),
    *("x-original-forwarded", "x-proxy-", "ngrok-", "tailscale-", "sec-fetch-", "akamai-", "x-akamai-"),
)
SIGNATURE = "x-signature-256"
INVALID = (
    "The credentials are missing or wrong. Send the ones that are configured for this source under `alerts`"
    " in firstcheck.yaml."
)

NOT_OPEN = (
    "No secret is configured for this source. Add one under `alerts` in firstcheck.yaml. To let programs on"
    " Firstcheck's machine post without one, add `alerts: {open: loopback}`."
)


def header_error(
    secret: AlertSecret | None, headers: Mapping[str, str], client_host: str, *, open_to_loopback: bool = True
) -> str:
    """Return why the request is unauthorized, or "". Called before the body is read.

    `headers` have lower-case names. One of the configured secrets is enough: bearer token, password, or
    signature. A signature only has to be present here; `signature_error` checks it with the body. Without
    a configured secret, programs on this machine may post if `open_to_loopback` is set.
    """
    if secret is None:
        return _remote_error(headers, client_host) if open_to_loopback else NOT_OPEN
    has_signature = bool(secret.secret) and SIGNATURE in headers
    return "" if has_signature or _has_credentials(secret, headers) else INVALID


def signature_error(secret: AlertSecret | None, headers: Mapping[str, str], body: bytes) -> str:
    """Return why the signature of a request that passed `header_error` is wrong, or "".

    The signature is the HMAC-SHA256 of the raw body, in X-Signature-256 as `sha256=<hex>`.
    """
    if secret is None or _has_credentials(secret, headers) or _is_signed(headers, secret.secret, body):
        return ""
    return INVALID


def _has_credentials(secret: AlertSecret, headers: Mapping[str, str]) -> bool:
    """Return whether the headers have the right bearer token or password."""
    by_token = bool(secret.bearer) and _is_bearer(headers, secret.bearer)
    by_password = bool(secret.user and secret.password) and _is_basic(
        headers, f"{secret.user}:{secret.password}"
    )
    return by_token or by_password


def _remote_error(headers: Mapping[str, str], client_host: str) -> str:
    """Return an error if the request may come from another machine, or ""."""
    if any(name in RELAYED or name.startswith(RELAYED_PREFIXES) for name in headers) or not _is_loopback(
        client_host
    ):
        return (
            "No secret is configured for this source, so only programs on this machine may post to it."
            " Add one under `alerts` in firstcheck.yaml."
        )
    return ""


def _is_loopback(host: str) -> bool:
    """Return whether `host` is a loopback address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_bearer(headers: Mapping[str, str], token: str) -> bool:
    """Return whether the request has this bearer token."""
    return equal_in_constant_time(_credentials(headers, "bearer"), token)


def _is_basic(headers: Mapping[str, str], user_and_password: str) -> bool:
    """Return whether the request has this `user:password`."""
    return equal_in_constant_time(
        _credentials(headers, "basic"), base64.b64encode(user_and_password.encode()).decode()
    )


def _is_signed(headers: Mapping[str, str], key: str, body: bytes) -> bool:
    """Return whether the body is signed with `key`; False if the key is empty."""
    expected = f"sha256={hex_hmac(key, body)}"
    return bool(key) and equal_in_constant_time(headers.get(SIGNATURE, ""), expected)


def _credentials(headers: Mapping[str, str], scheme: str) -> str:
    """Return the credentials in the Authorization header, or "" if it has another scheme."""
    given, _, credentials = headers.get("authorization", "").partition(" ")
    return credentials.strip() if given.lower() == scheme else ""
