"""What can be read off an incident: coverage, timeline, postmortem facts, learning."""
