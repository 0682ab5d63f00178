"""Performers of effects outside Slack."""
