"""Decisions: which events a command makes."""
