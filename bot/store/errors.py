"""What the store may say no with.

StoreError
├── Conflict: the incident moved on; load it again and decide again
├── AlreadyDone: what `once` names was done before
├── LeaseLost: another worker has claimed the job since
├── Unreadable: what is stored cannot be understood by this version
└── StoreUnusable: the database cannot be opened, read or written
    └── StoreTooNew: a newer version of Firstcheck wrote it
"""

from bot.domain.errors import ActionableError


class StoreError(ActionableError):
    """Something about what is remembered; the message is a sentence for whoever runs Firstcheck."""


class Conflict(StoreError):
    """The incident moved on, or a lookup key points elsewhere: nothing was written, load and decide again."""


class AlreadyDone(StoreError):
    """What `once` names was done before, and nothing was written; `incident` says for which one."""

    def __init__(self, incident: int) -> None:
        super().__init__(f"That was done before, for INC-{incident}.")
        self.incident = incident


class LeaseLost(StoreError):
    """Another worker has claimed the job since, or it is done: nothing was written."""


class Unreadable(StoreError):
    """A stored event or effect that this version does not understand."""


class StoreUnusable(StoreError):
    """The database cannot be opened, read or written."""


class StoreTooNew(StoreUnusable):
    """A newer version of Firstcheck wrote the database."""
