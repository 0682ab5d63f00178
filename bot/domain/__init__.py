"""The model of an incident, in pure code that imports only the standard library."""
