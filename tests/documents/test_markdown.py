"""Markdown shows what people typed exactly as they typed it."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.documents.markdown import markdown, one_line


class Reader(MarkdownIt):
    """A CommonMark reader with GitHub's tables and strikethrough that shows URLs unchanged."""

    def normalizeLinkText(self, url: str) -> str:  # noqa: N802 - markdown-it calls it by this name
        """Return the URL unchanged."""
        return url


READER = Reader("commonmark").enable(["table", "strikethrough"])

#: Pieces with a meaning in Markdown, HTML or the markers of generated parts, and some letters.
PIECES = st.sampled_from(
    [
        *"\\`*_{}[]()<>#+-.!|~&;:=$\"'/ \n\r\t0123abc",
        *("  ", "    ", "1. ", "- ", "---", "===", "~~", "**", "```", "[ ] ", "| - |", ":-:", "[^1]"),
        *("<!--", "-->", "<!-- firstcheck:end summary -->", "<b>", "</p>", "&amp;", "&#60;", "![x](y)"),
        *("[x](javascript:alert(1))", "javascript:", "https://", "http://a.b/c_d_", "www.a.b", "a@b.c"),
        *("https://a.b/%20?x=1&y=2#z", "https://a.b/<c>", "ftp://a.b", "\x00", "\x1b", "\u2028", "\u202e"),
        *("\u200b", "\ufeff", "\xa0", "שלום", "ärger", "\ud800", "👩\u200d🚒"),
    ]
)
TYPED = st.one_of(st.text(), st.lists(PIECES).map("".join))

PLACES = {
    "paragraph": ("{}\n", ["paragraph_open", "inline", "paragraph_close"]),
    "second line": ("before\n{}\n", ["paragraph_open", "inline", "paragraph_close"]),
    "heading": ("# {}\n", ["heading_open", "inline", "heading_close"]),
    "list item": (
        "- {}\n",
        [
            "bullet_list_open",
            "list_item_open",
            "paragraph_open",
            "inline",
            "paragraph_close",
            "list_item_close",
            "bullet_list_close",
        ],
    ),
    "table cell": (
        "| a | b |\n|---|---|\n| {} | c |\n",
        ["table_open", "thead_open", "tr_open"]
        + ["th_open", "inline", "th_close"] * 2
        + ["tr_close", "thead_close", "tbody_open", "tr_open"]
        + ["td_open", "inline", "td_close"] * 2
        + ["tr_close", "tbody_close", "table_close"],
    ),
}


def inline(tokens: list[Token]) -> Iterator[Token]:
    """Yield the inline tokens."""
    for token in tokens:
        yield from token.children or []


@pytest.mark.parametrize("place", PLACES)
@given(typed=TYPED.filter(one_line))
def test_text_is_shown_as_it_was_typed(place: str, typed: str) -> None:
    """Wherever a template inserts text, the text is unchanged and adds no structure except http links."""
    document, blocks = PLACES[place]

    tokens = READER.parse(document.format(markdown(typed)))

    around = {"second line": ("before", ""), "table cell": ("ab", "c")}.get(place, ("", ""))
    rendered = "".join(token.content for token in inline(tokens))
    assert around[0] + one_line(typed) + around[1] == rendered
    assert blocks == [token.type for token in tokens]
    assert {"text", "link_open", "link_close", "softbreak", "text_special"} >= {
        t.type for t in inline(tokens)
    }
    assert all(
        str(t.attrs["href"]).startswith(("http://", "https://"))
        for t in inline(tokens)
        if t.type == "link_open"
    )


@given(typed=TYPED)
def test_text_becomes_one_line_of_valid_utf_8(typed: str) -> None:
    """Inserted text ends no list item, forges no marker and can be encoded."""
    written = markdown(typed)

    assert written.splitlines() in ([written], [])
    assert not written.startswith("<!--")
    assert written == written.encode().decode()


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("token_generation fails", "token_generation fails"),
        ("_private", "\\_private"),
        ("1. first", "1\\. first"),
        ("R&D, AT&T; &lt;", "R&D, AT\\&T; \\&lt;"),
        ("see https://a.b/c_d.", "see <https://a.b/c_d>."),
        ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
        ("a\n\n# b", "a \\# b"),
        ("evil\u202etxt", "eviltxt"),
    ],
)
def test_only_special_characters_are_escaped(typed: str, written: str) -> None:
    """People edit the document, so its source stays readable."""
    assert written == markdown(typed)
