"""The demo: incidents acted out in a local Slack workspace."""
