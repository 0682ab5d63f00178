"""Drafting again and again loses nothing that people wrote, and nothing that is new."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents import path_of, write
from bot.documents.merge import merge
from bot.domain.incident.incident import Incident

INCIDENT = Incident(number=1, title="Stack Outage")


def part(name: str, body: str) -> str:
    """A part as a template gives it."""
    return f"<!-- firstcheck:begin {name} -->\n{body}\n<!-- firstcheck:end {name} -->\n"


def draft(*, impact: str = "none", timeline: str = "10:00 detected") -> str:
    """A document of two parts."""
    return f"{part('impact', impact)}\n{part('timeline', timeline)}"


def test_a_first_draft_stands_in_stamped_parts() -> None:
    """The stamp tells later whether anybody edited the part."""
    document = merge("", part("impact", "none"))

    stamp = "140bedbf9c3f"
    expected = f"<!-- firstcheck:begin impact {stamp} -->\nnone\n<!-- firstcheck:end impact -->\n"
    assert expected == document


def test_a_part_nobody_edited_is_brought_up_to_date() -> None:
    """The common case: the facts changed, nobody wrote anything."""
    assert merge("", draft(impact="30%")) == merge(merge("", draft()), draft(impact="30%"))


def test_text_between_the_parts_stays() -> None:
    """Before, between and after them, whatever it is."""
    between = merge("", draft()).replace(
        "<!-- firstcheck:begin timeline", "What we felt.\n\n<!-- firstcheck:begin timeline"
    )
    old = f"Reviewed by Ada.\n\n{between}\n## Lessons\n\nRead the settings first.\n"

    new = merge(old, draft(impact="30%"))

    assert old.replace("\nnone\n", "\n30%\n").splitlines()[6:] == new.splitlines()[6:]
    assert ["Reviewed by Ada.", ""] == new.splitlines()[:2]
    assert "\n30%\n" in new


def test_an_edited_part_stays_and_newer_facts_stand_below_it() -> None:
    """Neither the person's words nor the news are lost."""
    old = merge("", draft()).replace("none", "none that we know of")

    new = merge(old, draft(impact="30%"))

    ours = new.index("<!-- firstcheck:begin impact ")
    newer = new.index("<!-- firstcheck:begin impact-newer ")
    timeline = new.index("<!-- firstcheck:begin timeline ")
    assert "none that we know of" in new[ours:newer]
    assert "**Newer facts.**" in new[newer:timeline]
    assert "\n30%\n" in new[newer:timeline]


def test_an_edited_part_is_left_alone_while_the_facts_are_the_same() -> None:
    """Drafting again without news changes nothing, also after the news were offered once."""
    edited = merge("", draft()).replace("none", "none that we know of")
    offered = merge(edited, draft(impact="30%"))

    assert edited == merge(edited, draft())
    assert offered == merge(offered, draft(impact="30%"))


def test_newer_facts_are_themselves_brought_up_to_date() -> None:
    """One offer, the latest, not one for each draft."""
    edited = merge("", draft()).replace("none", "none that we know of")

    new = merge(merge(edited, draft(impact="30%")), draft(impact="40%"))

    assert merge(edited, draft(impact="40%")) == new


def test_newer_facts_that_people_took_over_are_not_offered_again() -> None:
    """They merged them into their text and deleted the offer."""
    edited = merge("", draft()).replace("none", "none that we know of")
    offered = merge(edited, draft(impact="30%"))
    start = offered.index("<!-- firstcheck:begin impact-newer")
    end = offered.index("<!-- firstcheck:end impact-newer -->\n")
    settled = offered[:start] + offered[end + len("<!-- firstcheck:end impact-newer -->\n") :]

    assert settled == merge(settled, draft(impact="30%"))
    assert "\n50%\n" in merge(settled, draft(impact="50%"))


def test_an_edited_offer_stays_too() -> None:
    """People write wherever they like."""
    edited = merge("", draft()).replace("none", "none that we know of")
    offered = merge(edited, draft(impact="30%")).replace("30%", "30% of Europe")

    new = merge(offered, draft(impact="40%"))

    assert ("none that we know of", "30% of Europe", "\n40%\n") == tuple(
        kept for kept in ("none that we know of", "30% of Europe", "\n40%\n") if kept in new
    )


def test_an_outdated_offer_goes_when_people_return_to_our_text() -> None:
    """The part says the newest itself, so the offer would say old news."""
    edited = merge("", draft()).replace("none", "none that we know of")
    returned = merge(edited, draft(impact="30%")).replace("none that we know of", "30%")

    new = merge(returned, draft(impact="40%"))

    assert "newer" not in new
    assert "30%" not in new


def test_a_part_that_is_missing_comes_at_the_end() -> None:
    """A template that gained a part, or a person who broke a mark: no facts are lost."""
    old = merge("", part("impact", "none"))

    assert f"{old}\n{merge('', part('timeline', '10:00'))}" == merge(old, draft(timeline="10:00"))


def test_a_broken_mark_makes_our_text_theirs() -> None:
    """What stood in the part stays where it is."""
    broken = merge("", draft()).replace("<!-- firstcheck:end impact -->", "")

    new = merge(broken, draft(impact="30%"))

    assert broken.rstrip() == new[: len(broken.rstrip())]
    assert "\n30%\n" in new


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["none", "30%", "40%"]),
            st.sampled_from(["10:00 detected", "10:00 detected\n10:15 noted"]),
            st.lists(st.integers(0, 40), max_size=3),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_however_often_people_and_we_write_nothing_is_lost(rounds: list[tuple[str, str, list[int]]]) -> None:
    """Each round we draft, then people add lines anywhere; drafting twice is drafting once."""
    document, written = "", list[str]()
    for impact, timeline, places in rounds:
        fresh = draft(impact=impact, timeline=timeline)
        document = merge(document, fresh)

        assert document == merge(document, fresh)
        assert {*written, impact, *timeline.splitlines()} <= set(document.splitlines())
        for place in places:
            written.append(f"a line of Ada's, number {len(written)}")
            lines = document.splitlines()
            document = "\n".join([*lines[:place], written[-1], *lines[place:]])


def test_white_space_and_line_ends_of_an_editor_are_no_edit(tmp_path: Path) -> None:
    """Editors trim lines, and some write the line ends of Windows."""
    path = write(draft(), path_of(tmp_path, INCIDENT))
    path.write_bytes(path.read_bytes().replace(b"none\n", b"none  \n").replace(b"\n", b"\r\n"))

    write(draft(impact="30%"), path_of(tmp_path, INCIDENT))

    assert merge("", draft(impact="30%")) == path.read_text("utf-8")


def test_bytes_that_are_not_utf_8_go_back_as_they_came(tmp_path: Path) -> None:
    """An old editor may save in Latin-1; that is no reason to lose the text."""
    path = write(draft(), path_of(tmp_path, INCIDENT))
    path.write_bytes(path.read_bytes() + b"caf\xe9\n")

    write(draft(impact="30%"), path_of(tmp_path, INCIDENT))

    assert merge("", draft(impact="30%")).encode() + b"caf\xe9\n" == path.read_bytes()


def test_the_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    """Whoever has it open keeps reading the whole old one, and no draft is left lying about."""
    path = write(draft(), path_of(tmp_path / "new" / "folder", INCIDENT))
    before = path.read_text("utf-8")

    with path.open(encoding="utf-8") as reader:
        write(draft(impact="30%"), path)

        assert before == reader.read()
    assert [path] == list(path.parent.iterdir())


def test_what_people_made_of_the_file_stays(tmp_path: Path) -> None:
    """It lies in the wiki's folder, which the team may write, and a link leads there."""
    path, wiki = path_of(tmp_path, INCIDENT), tmp_path / "wiki.md"
    write(draft(), path).rename(wiki)
    wiki.chmod(0o664)
    path.symlink_to(wiki)

    write(draft(impact="30%"), path)

    assert path.is_symlink()
    assert (merge("", draft(impact="30%")), 0o664) == (wiki.read_text("utf-8"), wiki.stat().st_mode & 0o777)


def test_a_draft_without_news_does_not_touch_the_file(tmp_path: Path) -> None:
    """Its time of change stays that of the last news."""
    path = write(draft(), path_of(tmp_path, INCIDENT))
    os.utime(path, (1, 1))

    write(draft(), path_of(tmp_path, INCIDENT))

    assert 1 == path.stat().st_mtime


def test_a_folder_that_cannot_be_written_leaves_the_old_document(tmp_path: Path) -> None:
    """The caller learns of it and tries again."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", "utf-8")

    with pytest.raises(OSError, match="file"):
        write(draft(), path_of(blocked, INCIDENT))


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_what_is_no_file_is_left_alone(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """As with `--out /dev/null`: who may write everywhere would put a file in its place."""
    make(tmp_path / "pm.md")

    with pytest.raises(OSError, match=r"pm\.md is no file: the postmortem would take its place"):
        write(draft(), tmp_path / "pm.md")
    assert not (tmp_path / "pm.md").is_file()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Stack Outage", "INC-1-stack-outage.md"),
        ("Übergröße: 50% / ../../etc", "INC-1-ubergroe-50-etc.md"),
        ("ログイン", "INC-1.md"),
        ("x" * 59 + " yz", f"INC-1-{'x' * 59}.md"),
    ],
)
def test_the_name_of_the_file_is_plain(tmp_path: Path, title: str, name: str) -> None:
    """ASCII, short, and inside the folder."""
    assert tmp_path / name == path_of(tmp_path, Incident(number=1, title=title))
