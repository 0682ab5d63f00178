"""Text of people: times, Slack markup and secrets."""
