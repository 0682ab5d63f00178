"""Helpers for the documentation tests: the repository's files, and Markdown tables, code and links."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
GUIDES = ROOT / "docs" / "guides"
PAGES = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))

_MARKDOWN = MarkdownIt().enable("table")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell of a table: its text, its Markdown source, and each piece of inline code in it."""

    text: str
    markdown: str
    code: tuple[str, ...]


def files() -> list[Path]:
    """Return every file that git tracks and that exists."""
    order = ("git", "ls-files", "-z")
    listed = subprocess.run(order, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def headings(page: Path) -> list[str]:
    """Return the headings of a page, in order."""
    tokens = _MARKDOWN.parse(page.read_text())
    return [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]


def under(page: Path, heading: str) -> list[Token]:
    """Return the tokens of a section: from its heading to the next heading of any level."""
    tokens = _MARKDOWN.parse(page.read_text())
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    begin = next(at for at in starts if tokens[at + 1].content == heading)
    return tokens[begin + 3 : next((at for at in starts if at > begin), None)]


def rows(page: Path, heading: str) -> list[list[Cell]]:
    """Return the rows of the tables in a section, without the header rows."""
    found: list[list[Cell]] = []
    tokens = under(page, heading)
    for at, token in enumerate(tokens):
        if token.type == "tr_open":
            found.append([])
        elif token.type == "td_open":
            found[-1].append(_cell(tokens[at + 1]))
    return [row for row in found if row]


def _cell(inline: Token) -> Cell:
    children = inline.children or []
    code = tuple(child.content for child in children if child.type == "code_inline")
    text = "".join(child.content for child in children)
    return Cell(text=text, markdown=inline.content, code=code)


def named(page: Path, heading: str) -> list[str]:
    """Return the inline code in the first column of the tables in a section, sorted."""
    return sorted(name for row in rows(page, heading) for name in row[0].code)


def blocks(page: Path, language: str) -> list[str]:
    """Return the code blocks in that language."""
    tokens = _MARKDOWN.parse(page.read_text())
    return [token.content for token in tokens if token.type == "fence" and token.info == language]


def quoted(page: Path) -> Iterator[str]:
    """Yield each piece of inline code on a page."""
    for token in _MARKDOWN.parse(page.read_text()):
        yield from (child.content for child in token.children or () if child.type == "code_inline")


def links(page: Path) -> Iterator[str]:
    """Yield the targets of the links and images on a page."""
    for token in _MARKDOWN.parse(page.read_text()):
        for child in token.children or ():
            target = child.attrGet("href") or child.attrGet("src")
            if target:
                yield str(target)
