"""Slack: requests and events come in, messages and channels go out."""
