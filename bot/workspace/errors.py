"""The errors that the workspace returns to the app."""

from typing import Any


class SlackError(Exception):
    """An error response. `error` is Slack's code, `extra` holds further fields of the response body."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra

    def as_json(self) -> dict[str, Any]:
        """Return the response body."""
        return {"ok": False, "error": self.error, **self.extra}


def validation_error(error: str, messages: list[str]) -> SlackError:
    """Return an error that lists every mistake in response_metadata, as Slack does."""
    return SlackError(error, response_metadata={"messages": [f"[ERROR] {message}" for message in messages]})
