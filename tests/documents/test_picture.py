"""The picture of an incident beside its postmortem."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

from bot.config.settings import Settings
from bot.documents.drafting import save
from bot.documents.picture import LABELS, MIN_BAND, WIDTH, picture
from bot.domain.insights.postmortem.facts import PostmortemFacts

SVG = "{http://www.w3.org/2000/svg}"


def drawn(facts: PostmortemFacts) -> Element:
    """Return the picture as XML."""
    return fromstring(picture(facts))  # noqa: S314 - our own output


def bands(root: Element) -> list[tuple[str, float, float]]:
    """Return the label, the left end and the width of each band."""
    rects = [rect for rect in root.iter(f"{SVG}rect") if rect.find(f"{SVG}title") is not None]
    return [
        (str(rect.findtext(f"{SVG}title")), float(rect.attrib["x"]), float(rect.attrib["width"]))
        for rect in rects
    ]


def test_bands_lie_where_their_times_are(outage: PostmortemFacts) -> None:
    """The impact spans the whole picture, and hypotheses start and end at their times."""
    found = bands(drawn(outage))
    span = WIDTH - LABELS - 20
    hypothesis, shown = outage.hypotheses[0], found[1]

    assert outage.started_at
    assert outage.ended_at
    assert (LABELS, span) == found[0][1:]
    assert shown[0].startswith("1 (refuted): ")
    begin = (hypothesis.opened_at - outage.started_at) / (outage.ended_at - outage.started_at)
    assert abs(shown[1] - LABELS - begin * span) < 1


def test_milestones_are_marked(outage: PostmortemFacts) -> None:
    """The picture names the detection, the cause and the end with their times."""
    texts = [text.text for text in drawn(outage).iter(f"{SVG}text")]

    assert {"detected 10:00", "cause found 13:00", "resolved 14:00"} <= set(texts)


def test_a_short_band_can_be_seen(outage: PostmortemFacts) -> None:
    """A hypothesis of a few seconds in an outage of hours still has a band."""
    short = replace(outage.hypotheses[0], spent=timedelta(seconds=3))

    assert MIN_BAND == bands(drawn(replace(outage, hypotheses=(short,))))[1][2]


def test_words_of_people_are_escaped(outage: PostmortemFacts) -> None:
    """What people typed cannot add anything to the picture."""
    hostile = replace(outage, title="</title><script>alert(1)</script>")

    assert "<script>" not in picture(hostile)
    assert "INC-1 </title><script>alert(1)</script>" == drawn(hostile).findtext(f"{SVG}title")


def test_a_new_incident_has_no_picture(just_declared: PostmortemFacts) -> None:
    """There is nothing to draw before anything happened."""
    assert "" == picture(replace(just_declared, phases=()))


def test_the_picture_lies_beside_the_document(outage: PostmortemFacts, tmp_path: Path) -> None:
    """The document shows the picture by its name."""
    path = save(outage, Settings(), tmp_path / "INC-1.md")

    assert "](INC-1.svg)" in path.read_text()
    assert (tmp_path / "INC-1.svg").read_text() == picture(outage)
