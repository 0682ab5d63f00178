"""What happens: decide, evolve, react, redraw."""
