"""Firstcheck: an incident bot for Slack."""
