"""What a screen says and offers, as a test reads it."""

from bot.slack.views.blocks import Screen


def words(screen: Screen | None) -> str:
    """All that a screen says to people, one text a line; buttons as [text]."""
    if screen is None:
        return ""
    lines = []
    for block in screen.blocks:
        if block["type"] == "actions":
            lines.append(" ".join(f"[{element['text']['text']}]" for element in block["elements"]))
        else:
            texts = block.get("fields") or block.get("elements") or [block["text"]]
            lines += [text["text"] for text in texts]
    return "\n".join(lines)


def actions(screen: Screen | None) -> list[tuple[str, str]]:
    """The action id and the value of each button of a screen."""
    return [
        (element["action_id"], element["value"])
        for block in (screen.blocks if screen else ())
        if block["type"] == "actions"
        for element in block["elements"]
    ]
