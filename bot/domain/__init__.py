"""What an incident is: pure code, standard library only."""
