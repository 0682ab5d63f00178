"""The facts of a postmortem."""
