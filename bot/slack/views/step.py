"""A step of the runbook: why it comes now, where to look, what the probe saw, and how it ended."""

from collections.abc import Iterator

from bot.domain.incident.incident import Incident
from bot.domain.incident.step_evidence import Rank
from bot.domain.incident.step_state import StepState
from bot.domain.runbooks.runbook import Past, Step
from bot.domain.text.times import duration, moment
from bot.domain.vocabulary import ProbeVerdict, StepOutcome
from bot.slack.mrkdwn import escape, escape_line, from_markdown, mention, one_line, with_code
from bot.slack.views.blocks import Block, Screen, actions, button, context, screen, section
from bot.slack.views.wording import VERDICTS, recipient, seen, sentence, with_area

TAKE = "step.take"
FOUND = "step.found"
CLEAR = "step.clear"
SKIP = "step.skip"
PROBE = "step.probe"

#: How each outcome is told: its mark and its word.
OUTCOMES = {
    StepOutcome.CLEAR: ("✓", "clear"),
    StepOutcome.FOUND: ("🎯", "found the cause"),
    StepOutcome.SKIPPED: ("–", "skipped"),
}

#: How what the probe of another step saw is told: its mark and its words.
PROBED = {
    ProbeVerdict.WRONG: ("⚠", "its probe saw something wrong"),
    ProbeVerdict.CLEAR: ("✓", "its probe saw nothing wrong"),
    ProbeVerdict.FAILED: ("?", "its probe failed, so look yourself"),
}
#: What a step takes where a probe does the looking.
PROBE_LOOKS = "a probe looks, seconds"
#: What is read of why it failed.
LONGEST_WHY = 150


def step(incident: Incident, step: Step) -> Screen:
    """Return the step with its buttons, small where its probe was clear, or one line once it is finished."""
    state = incident.investigation.state_of(step.id)
    name = escape_line(step.title)
    if state.outcome:
        line = finished(name, state.outcome, state)
        return screen(line, section(line))
    if state.probe_verdict is ProbeVerdict.CLEAR and not state.taken_by:
        # Nobody has to look here, and the eye goes on; who does all the same sees where to look.
        return screen(
            f"✓ {name}: the probe saw nothing wrong",
            section(f"*{name}*\n{probed(state)}"),
            context(*_looked(state)),
            _last(incident, step),
            actions(*_buttons(incident, step, state)),
        )
    return screen(
        f"Check: {name}",
        section(f"*{name}*\n{why(incident, step)}{_taken(state)}"),
        *(section(text) for text in _help(step, state)),
        _around(incident, step),
        _last(incident, step),
        actions(*_buttons(incident, step, state)),
    )


def ended(incident: Incident, step_id: str) -> str:
    """Return which step ended and how, as mrkdwn."""
    found = incident.investigation.step(step_id)
    outcome = incident.investigation.state_of(step_id).outcome
    mark, word = OUTCOMES[outcome] if outcome else ("", "open")
    return f"{mark} “{escape_line(found.title if found else step_id)}”: {word}".strip()


def why(incident: Incident, step: Step) -> str:
    """Return why this step comes now, with its area and its cost, as mrkdwn."""
    steps = incident.investigation.steps_in_order
    position = next((n for n, other in enumerate(steps, 1) if other.id == step.id), len(steps))
    probe_failed = incident.investigation.state_of(step.id).probe_verdict is ProbeVerdict.FAILED
    bearing = incident.investigation.step_evidence[step.id]
    if bearing.why and not (step.always_first and bearing.rank >= Rank.ORDINARY):
        reason = bearing.why
    elif step.always_first:
        reason = "always checked first"
    elif step.past and not probe_failed:
        likeliest = "likeliest for its cost, " if position == 1 and not step.past.times else ""
        spent = PROBE_LOOKS if step.probe else f"about {_round(step.minutes)}"
        return f"{_place(position, len(steps))}: {likeliest}{_taught(step.past)}, {spent} ({step.area})"
    elif step.past:
        reason = _taught(step.past)
    elif position == 1:
        reason = "cheapest and likeliest"
    else:
        reason = "likeliest of what is left for what it costs"
    cost = PROBE_LOOKS if step.probe and not probe_failed else f"~{step.minutes:g} min"
    return f"{_place(position, len(steps))}: {reason} ({step.area}, {cost})"


def _place(position: int, steps: int) -> str:
    return "First" if position == 1 else f"Step {position} of {steps}"


def _taught(past: Past) -> str:
    """Say how often it was the cause."""
    was = "the cause" if past.times else "not found to be the cause"
    if past.incidents == 1:
        return f"{was} in the one such incident before"
    return f"{was} in {past.times or 'any'} of {past.incidents} such incidents"


def _round(minutes: float) -> str:
    return "1 minute" if minutes < 1.5 else f"{minutes:.0f} minutes"


def _taken(state: StepState) -> str:
    on_it = f"has been on it since {moment(state.taken_at)}" if state.taken_at else "is on it"
    return f"\n{mention(state.taken_by)} {on_it}" if state.taken_by else ""


def _help(step: Step, state: StepState) -> Iterator[str]:
    if state.probe_verdict:
        yield probed(state)
    if step.look:
        yield f"*Look*\n{from_markdown(step.look.strip())}"
    if step.fix:
        who = f" (to be done by {mention(step.fix_by)})" if step.fix_by else ""
        yield f"*If this is the cause*{who}\n{from_markdown(step.fix.strip())}"


def probed(state: StepState) -> str:
    """Return what the step's probe saw, as mrkdwn."""
    evidence = with_code(state.probe_evidence)
    match state.probe_verdict:
        case ProbeVerdict.WRONG:
            first, line, rest = (evidence or "The probe saw something wrong.").partition("\n")
            return f"⚠ {_bold(first)}{line}{rest}"
        case ProbeVerdict.CLEAR:
            return f"✓ The probe saw nothing wrong{': ' + evidence if evidence else '.'}"
        case _:
            failed = sentence(f"The probe failed{': ' + evidence if evidence else ''}")
            return f"{failed} That is evidence of nothing; look yourself."


def _looked(state: StepState) -> Iterator[str]:
    """When its probe looked last: it may see the same again, and who had it look sees that it did."""
    if state.probed_at:
        yield f"Probed {moment(state.probed_at, to_the_second=True)}"


def _bold(text: str) -> str:
    """A line in bold; Slack would end it at an asterisk within."""
    return text if "*" in text else f"*{text}*"


def _around(incident: Incident, step: Step) -> Block:
    """What the step is typed as, when it was probed, what is ruled out, and what is next."""
    ended = [
        f"{OUTCOMES[outcome][0]} {escape_line(other.title)}"
        for other in incident.investigation.steps_in_order
        if (outcome := incident.investigation.state_of(other.id).outcome)
    ]
    ended += [
        f"{VERDICTS[known.verdict]} hypothesis {known.number}, {known.verdict} ({known.area})"
        for known in incident.investigation.hypotheses.values()
        if known.verdict
    ]
    found = [f"Step `{escape(step.id)}`", *_looked(incident.investigation.state_of(step.id))]
    found += ["So far: " + " · ".join(ended)] if ended else []
    found += ["\n".join(lines)] if (lines := list(_probes(incident, step))) else []
    coming = next((other for other in incident.investigation.free_steps if other.id != step.id), None)
    found += [f"Next: {with_area(coming)}"] if coming else []
    return context(*found)


def _probes(incident: Incident, step: Step) -> Iterator[str]:
    """What the probes of the other steps saw that stand open, a line each in the order of the runbook."""
    for other in incident.investigation.runbook.steps if incident.investigation.runbook else ():
        state = incident.investigation.state_of(other.id)
        if other.id == step.id or state.outcome or not state.probe_verdict:
            continue
        mark, told = PROBED[state.probe_verdict]
        why = (
            f": {escape(one_line(state.probe_evidence)[:LONGEST_WHY])}"
            if state.probe_verdict is ProbeVerdict.FAILED
            else ""
        )
        yield f"{mark} {with_area(other)}: {told}{why}"


def _last(incident: Incident, step: Step) -> Block | None:
    """Who helps when the runbook ends with this step and without a cause."""
    left = [other.id for other in incident.investigation.steps_left]
    if not incident.investigation.runbook_escalation or left != [step.id]:
        return None
    whom = ", ".join(map(recipient, incident.investigation.runbook_escalation))
    return context(f"It is the last step: if it is clear as well, call in {whom}.")


def _buttons(incident: Incident, step: Step, state: StepState) -> Iterator[Block]:
    if incident.status.is_over:
        return
    value = f"{incident.number} {step.id}"
    if step in incident.investigation.free_steps and incident.investigation.cause is None:
        yield button("I'm on it", TAKE, value)
    if state.probe_verdict is ProbeVerdict.CLEAR:
        sure = "The probe saw nothing wrong here. Is this the cause all the same?"
        yield button("Found it", FOUND, value, confirm=sure)
    else:
        yield button("Found it", FOUND, value, style="primary")
    yield button("Clear", CLEAR, value)
    yield button("Skip…", SKIP, value)
    if step.probe:
        yield button("Probe again" if state.probe_verdict else "Run probe", PROBE, value)


def finished(name: str, outcome: StepOutcome, state: StepState) -> str:
    """Return how the step ended in one line, as mrkdwn."""
    mark, word = OUTCOMES[outcome]
    evidence = seen(state.evidence, state.evidence_by, state.by)
    when = f" {moment(state.at)}" if state.at else ""
    took = f", took {duration(state.at - state.taken_at)}" if state.at and state.taken_at else ""
    return f"{mark} “{name}”: {word}{evidence} — by {mention(state.by)}{when}{took}"
