"""Links that are safe to click."""

import re
from urllib.parse import quote

#: Characters that end or split a link in Slack and in Markdown, or that no URL may contain.
_UNSAFE = re.compile(r'[\s<>|"`\\^{}\x00-\x1f\x7f]')


def web_link(text: str) -> str:
    """Return an http or https URL with unsafe characters percent-encoded, or "" if `text` is not one."""
    url = text.strip()
    if not url.lower().startswith(("http://", "https://")):
        return ""
    return _UNSAFE.sub(lambda found: quote(found[0]), url)
