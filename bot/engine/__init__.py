"""Makes it happen: records decisions, performs effects; knows no Slack."""
