"""A bounded dictionary keeps its newest entries."""

from bot.engine.bounded import BoundedDict


def test_the_entry_set_longest_ago_is_dropped() -> None:
    """Setting an entry again makes it the newest, so that another one is dropped."""
    cache = BoundedDict[str, int](2)
    cache["a"], cache["b"] = 1, 2
    cache["a"] = 3
    cache["c"] = 4

    assert {"a": 3, "c": 4} == cache
