"""Slack's markup as plain text, for what is read outside Slack."""

import pytest

from bot.domain.text.slack_markup import to_plain_text
from bot.domain.text.times import time_of_day


@pytest.mark.parametrize(
    ("markup", "read"),
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
def test_slack_markup_reads_as_plain_text(markup: str, read: str) -> None:
    """Outside Slack nobody knows an id; what is no markup stays as it was typed."""
    assert read == to_plain_text(markup, {"U0ADA": "Ada", "S0SENIORS": "the seniors"})


def test_a_moment_is_told_as_the_document_tells_them() -> None:
    """One clock in one document; elsewhere the words that stand in for it."""
    markup = "since <!date^1708250400^{time}|10:00 UTC>"

    assert "since 10:00 UTC" == to_plain_text(markup, {})
    assert "since 10:00 AM" == to_plain_text(markup, {}, time_of_day)
