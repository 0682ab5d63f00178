"""Decisions: the events that result from a command."""
