"""Lines of text as parts."""

from datetime import UTC, datetime

from bot.domain.text.parts import Link, Person, line, moment_beside, plain_text

TEN = datetime(2024, 2, 18, 10, 0, tzinfo=UTC)


def test_a_line_as_plain_text() -> None:
    """People are shown by name, by label or by ID, and links with their labels."""
    parts = line(
        Person("U1"), ", ", Person("U2", "bob"), ", ", Person("U3"), ": ", Link("https://a.b", "graph")
    )

    assert "Ada, bob, U3: graph (https://a.b)" == plain_text(parts, {"U1": "Ada"})


def test_an_unknown_group_has_no_id_in_plain_text() -> None:
    """The ID of a user group means nothing outside Slack."""
    assert "a user group" == plain_text(line(Person("S0SENIORS")), {})


def test_a_moment_has_its_date_only_when_the_day_differs() -> None:
    """A time on the same day (UTC) is shown without its date."""
    assert "10:00 UTC" == moment_beside(TEN, TEN.replace(hour=23)).text
    assert "2024-02-18 10:00 UTC" == moment_beside(TEN, TEN.replace(day=19)).text
