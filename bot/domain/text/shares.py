"""Finds the share of users that a description of the impact gives: `30% of sign-ins`, `all users`."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

_FRACTIONS = {"half": 50.0, "a third": 33.3, "a quarter": 25.0, "two thirds": 66.7, "three quarters": 75.0}
_PERCENT = r"\d{1,3}(?:[.,]\d+)?\s?%"
_PEOPLE = (
    r"\b(?:users|customers|tenants|accounts|people|sites|visitors|merchants|shops|subscribers|organizations"
    r"|teams)\b"
)
_OF = re.compile(rf"(?<![\w.,])({_PERCENT}|{'|'.join(_FRACTIONS)})( of)? ", re.IGNORECASE)
_ALL = re.compile(r"(?<!of )\b(all|every)( of)? (?!alerts?\b|checks?\b|tests?\b)", re.IGNORECASE)
_COUNT = re.compile(rf"(?<![\w.,])\d[\d,.]*[km]? {_PEOPLE}", re.IGNORECASE)
_ALONE = re.compile(
    rf"(?:about |around |~|≈|up to |over )?({_PERCENT})(?: (?:are )?affected)?[.!]?", re.IGNORECASE
)
#: Words that follow the noun: "30% of sign-ins fail".
_VERBS = {
    *("fail", "fails", "failed", "failing", "are", "is", "were", "was", "can't", "cannot", "can", "could"),
    *(
        "couldn't",
        "get",
        "gets",
        "got",
        "see",
        "sees",
        "saw",
        "break",
        "breaks",
        "time",
        "times",
        "have",
        "has",
    ),
    *("had", "hang", "error", "return", "receive", "lose", "lost"),
}
#: The share of what works is not the share of users affected.
_WORKS = {
    "work",
    "works",
    "working",
    "succeed",
    "succeeds",
    "succeeded",
    "unaffected",
    "healthy",
    "recovered",
}
_WORKS_AGAIN = re.compile(
    r"(?:are|is|were|still|again) (?:\w+ )?(?:not|fine|ok|okay|back|served|up)\b|ok\b|fine\b"
)
_SUCCESS = re.compile(r"\b(?:availability|uptime|success rate)\b[^.;]{0,20}$", re.IGNORECASE)
_ENDS = {
    *_VERBS,
    *_WORKS,
    *("in", "on", "for", "to", "from", "with", "via", "through", "since", "until", "and", "or", "at", "by"),
    *(
        "who",
        "affected",
        "unable",
        "that",
        "because",
        "during",
        "now",
        "still",
        "than",
        "over",
        "under",
        "but",
    ),
}
_ARTICLES = {"the", "our", "its", "all", "their"}
#: A longer noun is a sentence.
MAX_NOUN = 4


def share_in(text: str) -> str:
    """Return the largest share of users that the text gives, in its words, or "" if it gives none.

    A percentage counts if it says of what: `30% of sign-ins`, but not in "CPU at 95%" and "availability is
    95%". A text that is only a percentage counts as well.
    """
    if alone := _ALONE.fullmatch(text.strip()):
        return alone[1].replace(" ", "")
    return worst_share(_shares(text))


def is_only_share(text: str) -> bool:
    """Return whether the text is only a percentage: `30%`, `about 5% affected`."""
    return _ALONE.fullmatch(text.strip()) is not None


def worst_share(shares: Iterable[str]) -> str:
    """Return the largest of the shares, or "" if there is none. Any percentage comes before a count."""
    return max(shares, key=_size, default="")


def _shares(text: str) -> Iterator[str]:
    """Yield each share of users in the text."""
    for found in (*_OF.finditer(text), *_ALL.finditer(text)):
        amount, of = found[1].replace(" %", "%"), found[2] or ""
        noun, after = _noun(text[found.end() :])
        is_subject = after[:1] and after[0] in _VERBS
        works = (after[:1] and after[0] in _WORKS) or _WORKS_AGAIN.match(" ".join(after))
        says_of_what = of or is_subject or re.search(_PEOPLE, noun, re.IGNORECASE)
        if noun and says_of_what and not works and not _SUCCESS.search(text[: found.start()]):
            yield f"{amount}{of} {noun}"
    yield from _COUNT.findall(text)


def _noun(text: str) -> tuple[str, list[str]]:
    """Return the noun that the text begins with, without articles, or "", and the words after it."""
    words = re.findall(r"[\w'’/-]+|[^\w\s]", text)
    while words and words[0].lower() in _ARTICLES:
        words.pop(0)
    noun = list(takewhile(lambda word: word[0].isalnum() and word.lower() not in _ENDS, words))
    after = [word.lower() for word in words[len(noun) :]]
    return (" ".join(noun) if len(noun) <= MAX_NOUN else ""), after


def _size(share: str) -> tuple[bool, float]:
    """Return whether a share is relative, and its size in percent or as a count."""
    lowered = share.lower()
    for words, percent in {"all": 100.0, "every": 100.0, **_FRACTIONS}.items():
        if lowered.startswith(f"{words} "):
            return True, percent
    number = re.match(r"(\d+(?:[.,]\d+)*)([km]?)", lowered)
    if number is None:
        return False, 0.0
    digits = number[1].replace(",", "." if "%" in share else "")
    value = float(digits) if digits.count(".") < 2 else 0.0
    return "%" in share, value * {"k": 1e3, "m": 1e6}.get(number[2], 1.0)
