"""The errors of the store.

StoreError
├── Conflict: the incident has changed; load it again and decide again
├── AlreadyDone: a change with this `once` key was written before
├── LeaseLost: another worker has claimed the job since
├── Unreadable: this version cannot read a stored event, effect or message
└── StoreUnusable: the database cannot be opened, read or written
    └── StoreTooNew: a newer version of Firstcheck wrote the database
"""

from bot.domain.errors import ActionableError


class StoreError(ActionableError):
    """An error of the store; its message is a sentence for the operator."""


class Conflict(StoreError):
    """The incident has changed, or a lookup key points elsewhere. Nothing was written."""


class AlreadyDone(StoreError):
    """A change with this `once` key was written before, to `incident`. Nothing was written now."""

    def __init__(self, incident: int) -> None:
        super().__init__(f"This request was already handled for INC-{incident}.")
        self.incident = incident


class LeaseLost(StoreError):
    """Another worker has claimed the job since, or it is done. Nothing was written."""


class Unreadable(StoreError):
    """This version cannot read a stored event, effect or message."""


class StoreUnusable(StoreError):
    """The database cannot be opened, read or written."""


class StoreTooNew(StoreUnusable):
    """A newer version of Firstcheck wrote the database."""
