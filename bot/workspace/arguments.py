"""The arguments of a Web API call, wherever the client put them: query, form or JSON body."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from bot.workspace.errors import invalid


class Arguments:
    """Reads arguments by name and type; a wrong or missing one raises invalid_arguments with its place."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = dict(values)

    @classmethod
    async def of(cls, request: Request) -> "Arguments":
        """Collect the arguments of a request, body over query; raises invalid_json, json_not_object."""
        values: dict[str, Any] = dict(request.query_params)
        content_type = request.headers.get("content-type", "")
        if content_type.startswith("application/json"):
            body = await request.body()
            try:
                told = json.loads(body) if body else {}
            except ValueError as error:
                raise invalid("invalid_json", ["the body is no JSON"]) from error
            if not isinstance(told, dict):
                raise invalid("json_not_object", ["the body is no JSON object"])
            values |= told
        elif content_type:
            async with request.form() as form:
                values |= {name: value for name, value in form.items() if isinstance(value, str)}
        return cls(values)

    def has(self, name: str) -> bool:
        """Whether the argument was given, and not as null."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without a default it has to be given."""
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise invalid("invalid_arguments", [f"missing required field: {name}"])
            return default
        if isinstance(value, dict | list):
            raise invalid("invalid_arguments", [f"must be a string [json-pointer:/{name}]"])
        return str(value)

    def flag(self, name: str) -> bool:
        """Return a boolean, false when not given."""
        return str(self.values.get(name) or "").lower() in ("1", "true")

    def number(self, name: str, default: int, most: int) -> int:
        """Return a count between 1 and `most`."""
        try:
            return max(1, min(most, int(self.values.get(name) or default)))
        except ValueError as error:
            raise invalid("invalid_arguments", [f"must be an integer [json-pointer:/{name}]"]) from error

    def names(self, name: str) -> list[str]:
        """Return a list given as JSON list or separated by commas."""
        value = self.values.get(name) or []
        parts = value if isinstance(value, list) else str(value).split(",")
        return [str(part).strip() for part in parts if str(part).strip()]

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """Return a JSON value, given as such or as its text, None when not given; raises `error`."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as fault:
            raise invalid(error, [f"must be valid JSON [json-pointer:/{name}]"]) from fault
