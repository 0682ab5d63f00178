"""Turns titles into file and channel names."""

import re
import unicodedata

#: Letters that Unicode doesn't decompose into an ASCII letter and a mark.
_LETTERS = str.maketrans("øłđðħı", "olddhi") | {0xDF: "ss", 0xE6: "ae", 0x153: "oe", 0xFE: "th"}  # ß æ œ þ


def slug(text: str) -> str:
    """Return `text` in lowercase ASCII letters, digits and dashes, or "" if none of it can be kept."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
