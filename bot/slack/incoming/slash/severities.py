"""Reads severities that people type, in a title or alone."""

import re
from collections.abc import Mapping

from bot.domain.alerts.routing import SEVERITY_WORDS, normalized
from bot.domain.errors import Refused
from bot.domain.vocabulary import Severity
from bot.slack.incoming.slash.arguments import first_word, split_option

_SEVERITY = re.compile(r"(?:sev-?|p|s)?([1-4])", re.IGNORECASE)
#: Marks that people put around a severity, and marks that end it.
_OPEN, _CLOSE = r"""[\[({<*_~`"'“”„«‘【「#]*""", r"""[\])}>*_~`"'“”«»’】」]*"""
#: A severity in a title with the marks around it: "SEV1:", "[sev 1]", "(p1)", "*Severity 1*", "--sev1".
_SEVERITY_IN_TEXT = re.compile(
    rf"(?<![\w.:/-])(?P<open>{_OPEN})-{{0,2}}"
    r"(?:(?:severity|priority|prio|sev)[:=\s]\s?)?(?P<code>(?:sev(?:erity)?[\s_.:=#-]{0,2}|p)[0-5])(?![^\W_])"
    rf"(?P<close>[?!]*{_CLOSE})"
    r"(?:[:;,!?|/>]+|\.+(?=\s|$)|\s+[–—|·>/-]+(?=\s)|(?<=[\])}>*~`\"'”»’】」])|—|(?![\w.-]))",
    re.IGNORECASE,
)
#: "[CRITICAL] logins fail", "Critical: logins fail".
_WORD_IN_FRONT = re.compile(r"\[(\w+)\]\s*|\((\w+)\)\s*|(\w+)(?::|\s[–—-])\s+")
#: Full-width letters, digits and marks of East Asian keyboards, and their ASCII counterparts.
_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
#: Severity words that count at the end of a title. Others, such as `error` and `page`, may be part of it.
_SEVERITY_AT_END = {"critical", "emergency", "fatal"}


def parse_severity(word: str, words: Mapping[str, Severity] = SEVERITY_WORDS) -> Severity | None:
    """Return the severity for "sev2", "SEV-2", "2", "p2" or one of `words`, else None."""
    if severity := words.get(normalized(word)):
        return severity
    found = _SEVERITY.fullmatch(word)
    return Severity(f"sev{found[1]}") if found else None


def split_severity(text: str, words: Mapping[str, Severity]) -> tuple[Severity | None, str]:
    """Return the severity in a title (`sev2`, `p2`, `severity:critical`) or None, and the title without it.

    A title that ends in `critical` has that severity and keeps the word: "the queue is critical".
    Raise Refused if `severity:` is followed by an unknown word.
    """
    option, rest = split_option(text, "severity")
    if option:
        if severity := parse_severity(option, words):
            return severity, rest
        names = ", ".join(dict.fromkeys((*Severity, *words)))
        raise Refused(f"Unknown severity {option!r}. Severities are: {names}.")
    severity, title = _split_code(text, words)
    if severity:
        return severity, title
    word = _WORD_IN_FRONT.match(text)
    if word and (lowered := next(filter(None, word.groups())).lower()) in _SEVERITY_AT_END & words.keys():
        return words[lowered], text[word.end() :]
    typed = text.split()
    last = typed[-1].lower() if typed else ""
    return (words.get(last) if last in _SEVERITY_AT_END else None), text


def split_severity_in_front(text: str, words: Mapping[str, Severity]) -> tuple[Severity | None, str]:
    """Return the severity that a text begins with ("sev1", "[SEV 1]", "critical:") or None, and the rest."""
    found = _SEVERITY_IN_TEXT.match(text.translate(_HALF_WIDTH))
    word, rest = (found["code"], text[found.end() :]) if found else first_word(text)
    word = word if found else word.strip("[](){}*_`\"'.,:;!")
    severity = parse_severity(f"sev{word[-1]}" if found else word, words)
    return severity, re.sub(r"^[-–—:,]\s+", "", rest.strip())


def _split_code(text: str, words: Mapping[str, Severity]) -> tuple[Severity | None, str]:
    """Return the severity code in a title or None, and the title without it and the marks around it.

    If the title begins or ends with further codes ("SEV1/SEV2 …"), they are removed as well, and the
    highest severity counts.
    """
    found = _SEVERITY_IN_TEXT.search(text.translate(_HALF_WIDTH))
    if not found:
        return None, text
    left, right = text[: found.start()].rstrip(), text[found.end() :].strip()
    opened, closed = found["open"].strip("#"), found["close"].strip("?!")
    if opened and not closed:  # "(P2, EU only)"
        left = f"{left} {opened}"
    elif left and closed and not opened:  # "(EU only, P2)"
        left = left.rstrip(" ,;–—-") + closed
    title = f"{left}{'' if opened and not closed else ' '}{right}" if left and right else left or right
    title = " ".join(title.split())
    title = title if right else title.rstrip(" ,;:–—|/·>-")
    severity = parse_severity("sev" + found["code"][-1], words)
    other = _SEVERITY_IN_TEXT.search(title.translate(_HALF_WIDTH))
    if severity and other and (not other.start() or other.end() == len(title)):
        further, title = _split_code(title, words)
        severity = min(severity, further) if further else severity
    return severity, title
