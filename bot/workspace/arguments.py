"""Reads the arguments of a Web API call from the query string, a form or a JSON body."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from bot.workspace.errors import validation_error


class Arguments:
    """The arguments of one call. A wrong or missing argument raises invalid_arguments."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = dict(values)

    @classmethod
    async def from_request(cls, request: Request) -> "Arguments":
        """Return the arguments of a request; the body overrides the query.

        Raise invalid_json or json_not_object if the JSON body cannot be used.
        """
        values: dict[str, Any] = dict(request.query_params)
        content_type = request.headers.get("content-type", "")
        if content_type.startswith("application/json"):
            body = await request.body()
            try:
                parsed = json.loads(body) if body else {}
            except ValueError as error:
                raise validation_error("invalid_json", ["the body is not valid JSON"]) from error
            if not isinstance(parsed, dict):
                raise validation_error("json_not_object", ["the body is not a JSON object"])
            values |= parsed
        elif content_type:
            async with request.form() as form:
                values |= {name: value for name, value in form.items() if isinstance(value, str)}
        return cls(values)

    def has(self, name: str) -> bool:
        """Return whether the argument was given and is not null."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """Return an argument as text. Without a `default` it is required."""
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise validation_error("invalid_arguments", [f"missing required field: {name}"])
            return default
        if isinstance(value, dict | list):
            raise validation_error("invalid_arguments", [f"must be a string [json-pointer:/{name}]"])
        return str(value)

    def boolean(self, name: str) -> bool:
        """Return a boolean argument (default false)."""
        return str(self.values.get(name) or "").lower() in ("1", "true")

    def count(self, name: str, default: int, maximum: int) -> int:
        """Return a whole number, clamped to the range from 1 to `maximum`."""
        try:
            return max(1, min(maximum, int(self.values.get(name) or default)))
        except ValueError as error:
            raise validation_error(
                "invalid_arguments", [f"must be an integer [json-pointer:/{name}]"]
            ) from error

    def text_list(self, name: str) -> list[str]:
        """Return a list of texts, given as a JSON array or separated by commas."""
        value = self.values.get(name) or []
        parts = value if isinstance(value, list) else str(value).split(",")
        return [str(part).strip() for part in parts if str(part).strip()]

    def json_value(self, name: str, error_code: str = "invalid_arguments") -> Any:
        """Return a JSON value, which may be encoded as text. Raise `error_code` if it is invalid."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as error:
            raise validation_error(error_code, [f"must be valid JSON [json-pointer:/{name}]"]) from error
