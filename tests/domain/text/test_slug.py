"""Names of channels and files from titles in any language."""

import pytest

from bot.domain.text.slug import slug


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Logins fail", "logins-fail"),
        ("Straße fällt aus", "strasse-fallt-aus"),
        ("STRASSE", "strasse"),
        ("Łódź: płatności nie działają", "lodz-platnosci-nie-dzialaja"),
        ("Forespørsler fejler på Åbo", "foresporsler-fejler-pa-abo"),
        ("Æther œuvre þing", "aether-oeuvre-thing"),
        ("Çok yavaş ılık", "cok-yavas-ilik"),
        ("認証が失敗", ""),
        ("🔥🔥", ""),
        ("認証 auth 503", "auth-503"),
        (" -- ", ""),
    ],
)
def test_slug(title: str, name: str) -> None:
    """Letters of Latin alphabets are kept as ASCII, and everything else is a dash or nothing."""
    assert name == slug(title)
