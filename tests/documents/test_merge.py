"""Drafting a document again loses neither people's edits nor newer facts."""

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
    """A part as a template renders it."""
    return f"<!-- firstcheck:begin {name} -->\n{body}\n<!-- firstcheck:end {name} -->\n"


def draft(*, impact: str = "none", timeline: str = "10:00 detected") -> str:
    """A document with two parts."""
    return f"{part('impact', impact)}\n{part('timeline', timeline)}"


def test_a_first_draft_has_stamped_parts() -> None:
    """Each part has a stamp, so that edits are noticed later."""
    document = merge("", part("impact", "none"))

    stamp = "140bedbf9c3f"
    expected = f"<!-- firstcheck:begin impact {stamp} -->\nnone\n<!-- firstcheck:end impact -->\n"
    assert expected == document


def test_an_unedited_part_is_updated() -> None:
    """A part that nobody edited shows the newer facts."""
    assert merge("", draft(impact="30%")) == merge(merge("", draft()), draft(impact="30%"))


def test_text_outside_the_parts_is_kept() -> None:
    """Text before, between and after the parts is kept."""
    between = merge("", draft()).replace(
        "<!-- firstcheck:begin timeline", "What users saw.\n\n<!-- firstcheck:begin timeline"
    )
    old = f"Reviewed by Ada.\n\n{between}\n## Lessons\n\nRead the settings first.\n"

    new = merge(old, draft(impact="30%"))

    assert old.replace("\nnone\n", "\n30%\n").splitlines()[6:] == new.splitlines()[6:]
    assert ["Reviewed by Ada.", ""] == new.splitlines()[:2]
    assert "\n30%\n" in new


def test_an_edited_part_is_kept_with_newer_facts_below_it() -> None:
    """Both the edited part and the newer facts are in the document."""
    old = merge("", draft()).replace("none", "none that we know of")

    new = merge(old, draft(impact="30%"))

    ours = new.index("<!-- firstcheck:begin impact ")
    newer = new.index("<!-- firstcheck:begin impact-newer ")
    timeline = new.index("<!-- firstcheck:begin timeline ")
    assert "none that we know of" in new[ours:newer]
    assert "**Newer facts.**" in new[newer:timeline]
    assert "\n30%\n" in new[newer:timeline]


def test_an_edited_part_is_not_touched_without_newer_facts() -> None:
    """Drafting again without newer facts changes nothing, even if newer facts were offered before."""
    edited = merge("", draft()).replace("none", "none that we know of")
    offered = merge(edited, draft(impact="30%"))

    assert edited == merge(edited, draft())
    assert offered == merge(offered, draft(impact="30%"))


def test_newer_facts_are_updated() -> None:
    """The document has the latest newer facts, not those of every draft."""
    edited = merge("", draft()).replace("none", "none that we know of")

    new = merge(merge(edited, draft(impact="30%")), draft(impact="40%"))

    assert merge(edited, draft(impact="40%")) == new


def test_newer_facts_that_people_removed_are_not_offered_again() -> None:
    """After people merged the newer facts and deleted that part, only later facts are offered."""
    edited = merge("", draft()).replace("none", "none that we know of")
    offered = merge(edited, draft(impact="30%"))
    start = offered.index("<!-- firstcheck:begin impact-newer")
    end = offered.index("<!-- firstcheck:end impact-newer -->\n")
    settled = offered[:start] + offered[end + len("<!-- firstcheck:end impact-newer -->\n") :]

    assert settled == merge(settled, draft(impact="30%"))
    assert "\n50%\n" in merge(settled, draft(impact="50%"))


def test_edited_newer_facts_are_kept() -> None:
    """A part with newer facts that people edited is kept like any other part."""
    edited = merge("", draft()).replace("none", "none that we know of")
    offered = merge(edited, draft(impact="30%")).replace("30%", "30% of Europe")

    new = merge(offered, draft(impact="40%"))

    assert ("none that we know of", "30% of Europe", "\n40%\n") == tuple(
        kept for kept in ("none that we know of", "30% of Europe", "\n40%\n") if kept in new
    )


def test_outdated_newer_facts_are_removed() -> None:
    """When people restore the generated part, it is updated and the newer facts below it are removed."""
    edited = merge("", draft()).replace("none", "none that we know of")
    returned = merge(edited, draft(impact="30%")).replace("none that we know of", "30%")

    new = merge(returned, draft(impact="40%"))

    assert "newer" not in new
    assert "30%" not in new


def test_a_missing_part_is_added_at_the_end() -> None:
    """If a template has a new part or a marker is broken, the part is added at the end."""
    old = merge("", part("impact", "none"))

    assert f"{old}\n{merge('', part('timeline', '10:00'))}" == merge(old, draft(timeline="10:00"))


def test_text_with_a_broken_marker_is_kept() -> None:
    """A part whose marker is broken counts as text that people wrote."""
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
def test_repeated_drafts_and_edits_lose_nothing(rounds: list[tuple[str, str, list[int]]]) -> None:
    """People add lines anywhere between drafts, and a draft without newer facts changes nothing."""
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


def test_white_space_and_line_ends_are_not_an_edit(tmp_path: Path) -> None:
    """An editor that trims lines or writes Windows line ends has not edited a part."""
    path = write(draft(), path_of(tmp_path, INCIDENT))
    path.write_bytes(path.read_bytes().replace(b"none\n", b"none  \n").replace(b"\n", b"\r\n"))

    write(draft(impact="30%"), path_of(tmp_path, INCIDENT))

    assert merge("", draft(impact="30%")) == path.read_text("utf-8")


def test_bytes_that_are_not_utf_8_are_kept(tmp_path: Path) -> None:
    """Text that an editor saved in Latin-1 is kept."""
    path = write(draft(), path_of(tmp_path, INCIDENT))
    path.write_bytes(path.read_bytes() + b"caf\xe9\n")

    write(draft(impact="30%"), path_of(tmp_path, INCIDENT))

    assert merge("", draft(impact="30%")).encode() + b"caf\xe9\n" == path.read_bytes()


def test_the_file_is_replaced_atomically(tmp_path: Path) -> None:
    """A reader that has the file open still reads the old document, and no temporary file is left."""
    path = write(draft(), path_of(tmp_path / "new" / "folder", INCIDENT))
    before = path.read_text("utf-8")

    with path.open(encoding="utf-8") as reader:
        write(draft(impact="30%"), path)

        assert before == reader.read()
    assert [path] == list(path.parent.iterdir())


def test_links_and_permissions_are_kept(tmp_path: Path) -> None:
    """A symbolic link to a file that the group can write is kept, and so are its permissions."""
    path, wiki = path_of(tmp_path, INCIDENT), tmp_path / "wiki.md"
    write(draft(), path).rename(wiki)
    wiki.chmod(0o664)
    path.symlink_to(wiki)

    write(draft(impact="30%"), path)

    assert path.is_symlink()
    assert (merge("", draft(impact="30%")), 0o664) == (wiki.read_text("utf-8"), wiki.stat().st_mode & 0o777)


def test_a_draft_without_newer_facts_does_not_touch_the_file(tmp_path: Path) -> None:
    """Writing a draft without newer facts does not change the file's modification time."""
    path = write(draft(), path_of(tmp_path, INCIDENT))
    os.utime(path, (1, 1))

    write(draft(), path_of(tmp_path, INCIDENT))

    assert 1 == path.stat().st_mtime


def test_a_folder_that_cannot_be_written_leaves_the_old_document(tmp_path: Path) -> None:
    """If the folder cannot be written, the error is raised, so that the caller can retry."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", "utf-8")

    with pytest.raises(OSError, match="file"):
        write(draft(), path_of(blocked, INCIDENT))


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_a_path_that_is_not_a_regular_file_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """A path such as /dev/null is refused, because a privileged user would replace it with a file."""
    make(tmp_path / "pm.md")

    with pytest.raises(OSError, match=r"pm\.md is not a regular file"):
        write(draft(), tmp_path / "pm.md")
    assert not (tmp_path / "pm.md").is_file()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Stack Outage", "INC-1-stack-outage.md"),
        ("Übergröße: 50% / ../../etc", "INC-1-ubergrosse-50-etc.md"),
        ("ログイン", "INC-1.md"),
        ("x" * 59 + " yz", f"INC-1-{'x' * 59}.md"),
    ],
)
def test_the_file_name_is_plain(tmp_path: Path, title: str, name: str) -> None:
    """The file name is short, in ASCII, and inside the folder."""
    assert tmp_path / name == path_of(tmp_path, Incident(number=1, title=title))
