"""Escapes text that people typed, so that Markdown shows exactly that text.

It follows CommonMark 0.31 (https://spec.commonmark.org/0.31.2/), and GitHub's tables, strikethrough, links
(https://github.github.com/gfm/) and `$mathematics$`.
"""

import re
import unicodedata

#: Characters that change the text direction of the rest of the line.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SPECIAL = re.compile(
    r"""
      (?P<url>https?://[^\s<>|\\`"^{}]*[^\s<>|\\`"^{}.,;:!?'()\[\]*_~])
    | (?P<number>\A\d{1,9})(?=[.)])  # a numbered list
    | [\\`*\[\]<>|~$]                # always
    | (?<![^\W_])_ | _(?![^\W_])     # emphasis, except inside a word
    | &(?=\#?\w+;)                   # an entity
    | :(?=//)                        # a link that is not http
    | (?<!\S)\#                      # a heading, or the end of one
    | \A[-+=:]                       # a list, an underlined heading, a table
    """,
    re.VERBOSE,
)


def markdown(text: str) -> str:
    """Return a line of Markdown that shows exactly `one_line(text)`, with clickable http links.

    It is safe in a paragraph, a heading, a list item and, with a space before the next `|`, a table cell.
    """
    return _SPECIAL.sub(_escaped, one_line(text))


def one_line(text: str) -> str:
    """Return the text with white space collapsed and without unprintable characters."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """Return the text without unprintable characters, and with a space for each whitespace character."""
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "Cs":  # a lone surrogate, which UTF-8 cannot encode
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category == "Cc" or character in _DIRECTIONS else character


def _escaped(found: re.Match[str]) -> str:
    if found["url"]:
        return f"<{found['url']}>"
    if found["number"]:
        return f"{found['number']}\\"
    return f"\\{found[0]}"
