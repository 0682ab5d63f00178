"""What a screen says and offers, as a test reads it."""

from bot.slack.views.blocks import Block, Screen


def words(screen: Screen | None) -> str:
    """All that a screen says to people, one text a line; buttons as [text]."""
    if screen is None:
        return ""
    lines = []
    for block in screen.blocks:
        if block["type"] == "actions":
            lines.append(" ".join(f"[{_label(element)}]" for element in block["elements"]))
        else:
            texts = block.get("fields") or block.get("elements") or [block["text"]]
            lines += [text["text"] for text in texts]
    return "\n".join(lines)


def actions(screen: Screen | None) -> list[tuple[str, str]]:
    """The action id and the value of each button of a screen; of a menu, the value it stands at."""
    return [
        (element["action_id"], _value(element, block))
        for block in (screen.blocks if screen else ())
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def _label(element: Block) -> str:
    """What is written on a button or a menu."""
    shown = element.get("text") or element.get("placeholder") or element["initial_option"]["text"]
    return str(shown["text"])


def _value(element: Block, block: Block) -> str:
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    return str(element.get("value") or block["block_id"])
