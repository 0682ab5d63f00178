"""Slack's Web API: client, rate limits, error codes, users."""
