"""Messages and channels in Slack."""
