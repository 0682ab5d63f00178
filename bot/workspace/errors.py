"""What the workspace answers when it refuses."""

from typing import Any


class SlackError(Exception):
    """A refusal in Slack's own words: `error` is its code, `extra` what goes beside it in the answer."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"ok": False, "error": self.error, **self.extra}


def invalid(error: str, messages: list[str]) -> SlackError:
    """Refuse with the places of the mistakes, as Slack lists them in response_metadata."""
    return SlackError(error, response_metadata={"messages": [f"[ERROR] {message}" for message in messages]})
