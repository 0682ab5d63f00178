"""Promises of the postmortem's figures, whatever people record and in whatever order."""

from datetime import timedelta

from hypothesis import given

from bot.domain.insights.postmortem.facts import facts
from bot.domain.insights.postmortem.log import IncidentLog
from bot.domain.rules.evolve import fold
from bot.slack_markup import parse
from tests.domain.rules.test_properties import Life, lived, lives


@given(lives)
def test_figures_are_plausible(life: Life) -> None:
    """No length is negative, the impact starts with its first phase, and nobody is affected longer."""
    history = [event for _, event in lived(life)]
    incident = fold(7, history)
    if incident.version == 0:
        return
    log = IncidentLog(events=tuple(enumerate(history, 1)), names={}, read=parse)
    found = facts(incident, log, ())

    lengths = [*found.milestones.lengths.values(), found.affected, found.duration, found.time_on_refuted]
    lengths += [phase.length for phase in found.phases] + [row.spent for row in found.hypotheses]
    lengths += [length for _, length in found.severities]
    assert all(length >= timedelta() for length in lengths if length is not None)
    assert found.started_at
    assert all(found.started_at <= phase.began_at for phase in found.phases)
    last = max((phase.ended_at for phase in found.phases if phase.ended_at), default=None)
    if found.affected is not None and last:
        assert found.affected <= last - found.started_at + timedelta(seconds=1)
    assert found.share == "" or found.share in {phase.share for phase in found.phases}
    assert all(sentence.startswith("By its times, ") for sentence in found.milestones.contradictions)
