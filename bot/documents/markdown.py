"""What people typed, as Markdown that shows exactly that.

Rules of CommonMark 0.31 (https://spec.commonmark.org/0.31.2/), of GitHub's tables, strikethrough and links
(https://github.github.com/gfm/) and of its `$mathematics$`.
"""

import re
import unicodedata

#: They turn the direction of all that follows them in the line.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SPECIAL = re.compile(
    r"""
      (?P<url>https?://[^\s<>|\\`"^{}]*[^\s<>|\\`"^{}.,;:!?'()\[\]*_~])
    | (?P<number>\A\d{1,9})(?=[.)])  # a numbered list
    | [\\`*\[\]<>|~$]                # always
    | (?<![^\W_])_ | _(?![^\W_])     # emphasis, which an underscore inside a word cannot be
    | &(?=\#?\w+;)                   # an entity
    | :(?=//)                        # a link of another kind than http
    | (?<!\S)\#                      # a heading, or the end of one
    | \A[-+=:]                       # a list, an underlined heading, a table
    """,
    re.VERBOSE,
)


def markdown(text: str) -> str:
    """Return one line of Markdown that shows `one_line(text)` and nothing else; http links can be clicked.

    It holds in a paragraph, a heading, a list item and, with a space before the next `|`, in a table cell.
    """
    return _SPECIAL.sub(_escaped, one_line(text))


def one_line(text: str) -> str:
    """Return the text with its white space folded and without characters that cannot be shown."""
    return " ".join("".join(_shown(character) for character in text).split())


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "Cs":  # half a character, which UTF-8 cannot hold
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category == "Cc" or character in _DIRECTIONS else character


def _escaped(found: re.Match[str]) -> str:
    if found["url"]:
        return f"<{found['url']}>"
    if found["number"]:
        return f"{found['number']}\\"
    return f"\\{found[0]}"
