"""Decisions: the events that follow from a command."""
