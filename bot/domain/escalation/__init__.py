"""Escalation ladders."""
