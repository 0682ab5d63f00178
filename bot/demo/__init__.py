"""The demo: plays incidents in a local Slack workspace."""
