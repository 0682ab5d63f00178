"""The rules for commands and events: decide, evolve, react, redraw."""
