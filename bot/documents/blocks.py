"""Markdown for messages of several lines inside a list item: code, lists and quotes are preserved."""

import re
from collections.abc import Iterator

from bot.documents.markdown import markdown, printable

#: The indentation of blocks that belong to a list item.
INDENT = "  "
_FENCE = "```"
_ITEM = re.compile(r"\s*(?:[•◦▪‣*-]\ufe0e?|(?P<number>\d{1,4})[.)])\s+(?P<text>\S.*)")
_QUOTE = re.compile(r"\s*>\s?(?P<text>.*)")


def first_line(text: str) -> str:
    """Return the beginning of a message that fits on the line of its list item, as Markdown, or ""."""
    start = text.partition(_FENCE)[0].strip().partition("\n")[0]
    return "" if _ITEM.fullmatch(start) or _QUOTE.fullmatch(start) else markdown(start)


def further_lines(text: str) -> str:
    """Return the rest of the message as indented blocks of Markdown, each after an empty line, or ""."""
    blocks: list[str] = []
    for position, part in enumerate(text.split(_FENCE)):
        if position % 2:
            blocks.append(_code(part))
            continue
        lines = [line for line in part.strip().splitlines() if line.strip()]
        if position == 0 and lines and first_line(text):
            lines = lines[1:]
        blocks += _prose(lines)
    return "".join(f"\n\n{block}" for block in blocks if block)


def _prose(lines: list[str]) -> Iterator[str]:
    """Yield paragraphs, lists and quotes. Items and quoted lines that follow each other are one block."""
    run: list[str] = []
    for line in lines:
        item, quote = _ITEM.fullmatch(line), _QUOTE.fullmatch(line)
        if item:
            mark = f"{item['number']}." if item["number"] else "-"
            run.append(f"{INDENT}{mark} {markdown(item['text'])}")
        elif quote:
            run.append(f"{INDENT}> {markdown(quote['text'])}\\" if quote["text"].strip() else f"{INDENT}>")
        else:
            yield "\n".join(run).removesuffix("\\")
            run = []
            yield f"{INDENT}{markdown(line)}"
    yield "\n".join(run).removesuffix("\\")


def _code(text: str) -> str:
    """Return a code block. Its fence is longer than any in the code, which therefore cannot end it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(len(_FENCE), longest + 1)
    lines = [printable(line).rstrip() for line in text.strip("\n").splitlines()]
    return "\n".join(f"{INDENT}{line}" for line in (fence, *lines, fence))
