"""How people talk to it: Slack in, Slack out."""
