"""The texts and buttons of a screen, in a form that tests can compare."""

from bot.slack.views.blocks import Block, Screen


def words(screen: Screen | None) -> str:
    """Return all texts of a screen, one per line, with buttons as [text]."""
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
    """Return the action ID and value of each button, or the selected value of a menu."""
    return [
        (element["action_id"], _value(element, block))
        for block in (screen.blocks if screen else ())
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def _label(element: Block) -> str:
    """Return the label of a button or a menu."""
    label = element.get("text") or element.get("placeholder") or element["initial_option"]["text"]
    return str(label["text"])


def _value(element: Block, block: Block) -> str:
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    return str(element.get("value") or block["block_id"])
