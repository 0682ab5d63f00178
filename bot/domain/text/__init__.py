"""Text: its parts, times, names and secrets."""
