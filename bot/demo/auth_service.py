"""A small auth service. It cannot sign tokens if its settings name a key that does not exist."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

KEYS: Mapping[str, bytes] = {"2024-01": b"the key of January 2024", "2023-11": b"the key of November 2023"}
#: The only user.
USER, PASSWORD = "ada", "lovelace"
CREDENTIALS = {"user": USER, "password": PASSWORD}
#: https://www.rfc-editor.org/rfc/rfc7518#section-3.1
ALGORITHMS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


@dataclass(frozen=True, kw_only=True)
class TokenSettings:
    """How tokens are signed. An operator can change these settings, and break logins."""

    algorithm: str = "HS256"
    issuer: str = "auth"
    ttl_seconds: int = 900
    signing_key_id: str = "2024-01"


class TokenProblem(Exception):
    """A token could not be signed, or is not valid; the message says why."""


class AuthService:
    """The service: `asgi` is the application, `settings` the current settings, `login_attempts` a metric.

    `clock` returns the time in UTC, and `admin_token` is the bearer token for changing settings.
    """

    def __init__(self, *, clock: Callable[[], datetime], admin_token: str) -> None:
        self._clock = clock
        self._admin = f"Bearer {admin_token}"
        self.settings = TokenSettings()
        self.redeployed_at = clock()
        self._registry = CollectorRegistry()
        self.login_attempts = Counter(
            "login_attempts", "Logins, by result.", ["result"], registry=self._registry
        )
        routes = [
            Route("/login", self._login, methods=["POST"]),
            Route("/verify", self._verify, methods=["POST"]),
            Route("/settings", self._show_settings),
            Route("/settings", self._change_settings, methods=["PUT"]),
            Route("/metrics", self._metrics),
            Route("/healthz", self._healthz),
        ]
        self.asgi = Starlette(routes=routes)

    def redeploy(self, settings: TokenSettings) -> None:
        """Use other settings from now on."""
        self.settings = settings
        self.redeployed_at = self._clock()

    def attempts(self, result: str) -> int:
        """Return the number of logins with a result: `ok`, `refused` (wrong password) or `failed`."""
        return int(self._registry.get_sample_value("login_attempts_total", {"result": result}) or 0)

    async def _login(self, request: Request) -> Response:
        credentials = await _object(request)
        given = str(credentials.get("password"))
        if credentials.get("user") != USER or not hmac.compare_digest(PASSWORD.encode(), given.encode()):
            self.login_attempts.labels(result="refused").inc()
            return JSONResponse({"error": "wrong user or password"}, 401)
        try:
            token = sign_token(self.settings, USER, self._clock())
        except TokenProblem as problem:
            self.login_attempts.labels(result="failed").inc()
            return JSONResponse({"error": f"token could not be signed: {problem}"}, 500)
        self.login_attempts.labels(result="ok").inc()
        return JSONResponse({"token": token})

    async def _verify(self, request: Request) -> Response:
        token = str((await _object(request)).get("token"))
        try:
            return JSONResponse({"user": verify_token(token, self.settings.issuer, self._clock())})
        except TokenProblem as problem:
            return JSONResponse({"error": str(problem)}, 401)

    async def _show_settings(self, _request: Request) -> Response:
        settings = {"token": asdict(self.settings), "redeployed_at": self.redeployed_at.isoformat()}
        return JSONResponse(settings)

    async def _change_settings(self, request: Request) -> Response:
        authorization = request.headers.get("authorization", "")
        if not hmac.compare_digest(authorization.encode(), self._admin.encode()):
            return JSONResponse({"error": "only an operator may change settings"}, 401)
        changes = (await _object(request)).get("token")
        types = {field.name: field.type for field in fields(TokenSettings)}
        if not isinstance(changes, dict) or any(
            types.get(name) is not type(value) for name, value in changes.items()
        ):
            return JSONResponse({"error": f'expected {{"token": {{…}}}} with any of {", ".join(types)}'}, 400)
        self.redeploy(replace(self.settings, **changes))
        return await self._show_settings(request)

    async def _metrics(self, _request: Request) -> Response:
        return Response(generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _healthz(self, _request: Request) -> Response:
        return PlainTextResponse("alive")


def sign_token(settings: TokenSettings, user: str, now: datetime) -> str:
    """Return a JSON Web Token (RFC 7519) for `user`. Raise TokenProblem if the settings prevent it."""
    if settings.signing_key_id not in KEYS:
        raise TokenProblem(f"no key {settings.signing_key_id!r}")
    if settings.algorithm not in ALGORITHMS:
        raise TokenProblem(f"no algorithm {settings.algorithm!r}")
    issued = int(now.timestamp())
    header = {"alg": settings.algorithm, "typ": "JWT", "kid": settings.signing_key_id}
    claims = {"iss": settings.issuer, "sub": user, "iat": issued, "exp": issued + settings.ttl_seconds}
    content = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
    return f"{content}.{_signature(content, settings.algorithm, settings.signing_key_id)}"


def verify_token(token: str, issuer: str, now: datetime) -> str:
    """Return the user of `token`. Raise TokenProblem if it is invalid or has expired."""
    content, _, signature = token.rpartition(".")
    try:
        header, claims = (json.loads(_decoded(part)) for part in content.split("."))
        expected = _signature(content, header["alg"], header["kid"])
        trusted = hmac.compare_digest(expected.encode(), signature.encode())
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TokenProblem("the token is not valid") from error
    if not trusted or claims["iss"] != issuer:
        raise TokenProblem("the token is not valid")
    if claims["exp"] <= now.timestamp():
        raise TokenProblem("the token has expired")
    return str(claims["sub"])


def _signature(content: str, algorithm: str, key_id: str) -> str:
    return _encoded(hmac.new(KEYS[key_id], content.encode(), ALGORITHMS[algorithm]).digest())


def _encoded(raw: bytes) -> str:
    """Return base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def _object(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body, or {} if it isn't one or the client disconnected."""
    try:
        content = json.loads(await request.body())
    except (ValueError, RecursionError, ClientDisconnect):
        return {}
    return content if isinstance(content, dict) else {}
