"""Messages of an incident's channel, as its transcript keeps them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message in its latest wording, identified by `(channel, ts)`.

    `incident` is 0 as long as only an edit or a deletion of the message has arrived.
    """

    incident: int
    channel: str
    ts: str
    thread_ts: str = ""
    user: str = ""
    text: str = ""
    #: Former texts, oldest first. Of many, the first and the latest are kept.
    former: tuple[str, ...] = ()
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    files: tuple[str, ...] = ()

    @property
    def current_text(self) -> str:
        """The latest text, or that the message was deleted."""
        return "(message deleted)" if self.deleted_at else self.text

    @property
    def ref(self) -> str:
        """The ref of a note that marks this message."""
        return f"{self.channel}/{self.ts}"
