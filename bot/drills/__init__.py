"""Rehearsals: scenarios as data, and the small real services they break."""
