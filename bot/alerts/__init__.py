"""Alerts from outside: intake and sources."""
