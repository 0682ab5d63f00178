"""Parsing Slack's markup, for text that is shown outside Slack."""

from datetime import UTC, datetime

import pytest

from bot.domain.text.parts import Line, Link, Moment, Person, line, plain_text
from bot.domain.text.times import time_of_day
from bot.slack_markup import parse


@pytest.mark.parametrize(
    ("markup", "parts"),
    [
        ("ask <@U0ADA>", line("ask ", Person("U0ADA"))),
        ("<@U0BOB|bob>", line(Person("U0BOB", "bob"))),
        ("<https://a.b/c|the graph>", line(Link("https://a.b/c", "the graph"))),
        (
            "<!date^1708250400^{time}|10:00 UTC>",
            line(Moment(datetime(2024, 2, 18, 10, tzinfo=UTC), "10:00 UTC")),
        ),
        ("", ()),
    ],
)
def test_markup_is_read_as_parts(markup: str, parts: Line) -> None:
    """Mentions, links and dates become parts."""
    assert parts == parse(markup)


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<@U0ADA> and <@U0BOB|bob> and <@U0EVE>", "Ada and bob and U0EVE"),
        ("in <#C1|general>, <#C2>", "in #general, #C2"),
        ("<!here> <!subteam^S1|@sre> <!subteam^S0SENIORS>", "@here @sre the seniors"),
        ("<!subteam^S0PLATFORM>", "a user group"),
        ("<!date^1708250400^{time}|10:00 AM>", "10:00 AM"),
        ("<https://a.b/?x=1&amp;y=2>", "https://a.b/?x=1&y=2"),
        ("<https://a.b/c|the graph>", "the graph (https://a.b/c)"),
        ("<http://a.b|a.b> <mailto:x@a.b|x@a.b>", "http://a.b x@a.b"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2, &amp;lt;", "1 < 2 && 3 > 2, &lt;"),
        ("if a<b then <b>, <!DOCTYPE html>", "if a<b then <b>, <!DOCTYPE html>"),
    ],
)
def test_slack_markup_as_plain_text(markup: str, plain: str) -> None:
    """IDs become names where they are known, and what is not markup stays as it was typed."""
    assert plain == plain_text(parse(markup), {"U0ADA": "Ada", "S0SENIORS": "the seniors"})


def test_dates_follow_the_format_of_the_document() -> None:
    """A date is shown as its fallback text, or in the format that is given."""
    parts = parse("since <!date^1708250400^{time}|10:00 UTC>")

    assert "since 10:00 UTC" == plain_text(parts, {})
    assert "since 10:00 AM" == plain_text(parts, {}, time_of_day)
