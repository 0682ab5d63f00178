"""Records decisions as events and performs effects, without knowing Slack."""
