"""Data derived from an incident: coverage, timeline, postmortem facts, learning."""
