"""Runbooks and their steps."""
