"""The state of an incident, folded from its events."""
