"""Messages of several lines in the timeline of a postmortem."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.documents.blocks import first_line, further_lines


def source(text: str) -> str:
    """Return a list with this message as its first item."""
    return f"- 10:00: {first_line(text)} (ann){further_lines(text)}\n\n- 10:01: next\n"


def item(text: str) -> str:
    """Return the HTML of a list with this message as its first item."""
    return str(MarkdownIt().render(source(text)))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("restarted *auth*", "10:00: restarted *auth* (ann)"),
        ("look:\n```\nselect 1;\n  from t\n```", "<pre><code>select 1;\n  from t\n</code></pre>"),
        ("```key = 2023```", "<pre><code>key = 2023\n</code></pre>"),
        ("a ```b``` c", "<p>10:00: a (ann)</p>\n<pre><code>b\n</code></pre>\n<p>c</p>"),
        ("we saw:\n• 5xx\n• timeouts", "<ul>\n<li>5xx</li>\n<li>timeouts</li>\n</ul>"),
        ("• 5xx\n    ◦ EU\n        ▪︎ web-3", "<ul>\n<li>5xx</li>\n<li>EU</li>\n<li>web-3</li>\n</ul>"),
        ("1. stop it\n2. start it", "<ol>\n<li>stop it</li>\n<li>start it</li>\n</ol>"),
        (
            "they wrote:\n> it is down\n> for us",
            "<blockquote>\n<p>it is down<br />\nfor us</p>\n</blockquote>",
        ),
        ("one\n\ntwo", "<p>10:00: one (ann)</p>\n<p>two</p>"),
        ("x\n# no heading", "<p># no heading</p>"),
        ("x\n<script>", "<p>&lt;script&gt;</p>"),
    ],
)
def test_messages_stay_readable(text: str, html: str) -> None:
    """Code, lists, quotes and paragraphs are rendered as such, and other text literally."""
    assert html in item(text)


@given(st.text(st.sampled_from("ab`~-•>#1. \n\t<|*\\_[]()")))
def test_a_message_cannot_leave_its_item(text: str) -> None:
    """Whatever a message contains, the next item of the timeline stays an item of the same list."""
    html = item(text)
    assert "10:01: next" in html
    tokens = MarkdownIt().parse(source(text))
    top = [token.type for token in tokens if token.level == 0]
    assert ["bullet_list_open", "bullet_list_close"] == top
    assert 2 == sum(token.type == "list_item_open" and token.level == 1 for token in tokens)
