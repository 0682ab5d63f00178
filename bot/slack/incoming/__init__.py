"""Requests and events from Slack."""
