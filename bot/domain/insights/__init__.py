"""What can be derived from an incident: coverage, timeline, postmortem facts, learning."""
