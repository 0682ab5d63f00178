"""Makes the key of a page in its pager, and reads the incident number from such a key."""

from bot.domain.incident.incident import Incident


def page_key(incident: Incident, version: int) -> str:
    """Return the key of a page: stable across attempts, unique to the escalation and the database."""
    declared = f"{incident.declared_at:%Y%m%dT%H%M%S%f}" if incident.declared_at else ""
    return f"firstcheck-{incident.number}-{declared}-{version}"


def incident_number(key: str) -> int | None:
    """Return the incident number in a page key, or None if Firstcheck did not make the key."""
    ours, _, rest = key.partition("-")
    number = rest.partition("-")[0]
    return int(number) if ours == "firstcheck" and number.isdecimal() and len(number) < 10 else None
