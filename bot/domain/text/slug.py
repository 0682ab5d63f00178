"""Titles as names of files and channels."""

import re
import unicodedata


def slug(text: str) -> str:
    """Return `text` in lowercase ASCII letters, digits and dashes, or "" if none of it can be kept."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
