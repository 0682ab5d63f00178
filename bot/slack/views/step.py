"""A step of the runbook: why it comes now, how to check it, its probe's result, and its outcome."""

from collections.abc import Iterator

from bot.domain.incident.incident import Incident
from bot.domain.incident.step_state import StepState
from bot.domain.incident.step_weights import Rank
from bot.domain.runbooks.runbook import Past, Step
from bot.domain.text.times import duration
from bot.domain.vocabulary import ProbeVerdict, StepOutcome
from bot.slack.dates import moment
from bot.slack.mrkdwn import escape, escape_line, from_markdown, mention, one_line, with_code
from bot.slack.views.blocks import Block, Screen, actions, button, context, paragraph, screen, section
from bot.slack.views.next_action import fixer
from bot.slack.views.wording import VERDICTS, in_brackets, minutes_of_work, numbered, numbered_title, sentence

TAKE = "step.take"
FOUND = "step.found"
CLEAR = "step.clear"
SKIP = "step.skip"
PROBE = "step.probe"

#: The mark and the words for each outcome.
OUTCOMES = {
    StepOutcome.CLEAR: ("✓", "clear"),
    StepOutcome.FOUND: ("🎯", "found the cause"),
    StepOutcome.SKIPPED: ("–", "skipped"),
}

#: The mark and the words for the probe result of another step.
PROBED = {
    ProbeVerdict.WRONG: ("⚠", "the probe found a problem"),
    ProbeVerdict.CLEAR: ("✓", "the probe is OK"),
    ProbeVerdict.FAILED: ("?", "the probe could not run, check by hand"),
}
#: The time a probe needs.
PROBE_TIME = "a few seconds (probe)"
#: Characters of a probe's error that are shown beside another step.
MAX_ERROR = 150


def step(incident: Incident, step: Step) -> Screen:
    """Return the step with its buttons, shortened if its probe is OK, or one line once it is finished.

    The fix stays visible below a step that found the cause.
    """
    state = incident.investigation.state_of(step.id)
    name = escape_line(step.title)
    if state.outcome:
        text = finished(numbered_title(incident, step), state.outcome, state)
        if state.outcome is StepOutcome.FOUND and step.fix.strip():
            return screen(
                text, section(text), section(f"*Fix*{fixer(step)}\n{from_markdown(step.fix.strip())}")
            )
        return paragraph(text)
    if state.probe_verdict is ProbeVerdict.CLEAR and not state.taken_by:
        # There is nothing to do here. Anyone who checks it anyway takes the step and sees all of it.
        text = f"✓ {name}: probe OK"
        blocks = [
            section(f"*{name}*\n{probe_result(state)}"),
            context(_number(incident, step), *_probe_time(state)),
        ]
    else:
        text, first = f"Check: {name}", f"*{name}*\n{why(incident, step)}{_taken(state)}"
        blocks = [*map(section, (first, *_instructions(step, state))), _around(incident, step)]
    return screen(text, *blocks, _last(incident, step), actions(*_buttons(incident, step, state)))


def ended(incident: Incident, step_id: str) -> str:
    """Return a step's title and outcome, as mrkdwn."""
    step = incident.investigation.step(step_id)
    outcome = incident.investigation.state_of(step_id).outcome
    mark, word = OUTCOMES[outcome] if outcome else ("", "open")
    title = numbered_title(incident, step) if step else escape_line(step_id)
    return f"{mark} “{title}”: {word}".strip()


def why(incident: Incident, step: Step) -> str:
    """Return the step's number, area and cost, and why it comes now, as mrkdwn."""
    probe_failed = incident.investigation.state_of(step.id).probe_verdict is ProbeVerdict.FAILED
    time = PROBE_TIME if step.probe and not probe_failed else minutes_of_work(step.minutes)
    return f"{_number(incident, step)} · {step.area} · {time} · {_reason(incident, step)}"


def _number(incident: Incident, step: Step) -> str:
    """Return the step's number, which stays the same when the order changes."""
    investigation = incident.investigation
    return f"Step {investigation.number_of(step)} of {len(investigation.numbered_steps)}"


def _reason(incident: Incident, step: Step) -> str:
    """Return why the step comes now."""
    is_first = incident.investigation.steps_in_order[:1] == (step,)
    evidence = incident.investigation.step_evidence[step.id]
    if evidence.why and not (step.always_first and evidence.rank >= Rank.ORDINARY):
        return evidence.why
    if step.always_first:
        return "always checked first"
    if step.past:
        never_yet_first = is_first and not step.past.times
        return f"quickest likely cause, {_history(step.past)}" if never_yet_first else _history(step.past)
    return "quickest likely cause" if is_first else "quickest likely cause left"


def _history(past: Past) -> str:
    """Return how often the step was the cause in closed incidents."""
    result = "the cause" if past.times else "not found to be the cause"
    if past.incidents == 1:
        return f"{result} in the only similar incident"
    return f"{result} in {past.times or 'any'} of {past.incidents} similar incidents"


def _taken(state: StepState) -> str:
    since = f"has been checking this since {moment(state.taken_at)}" if state.taken_at else "is checking this"
    return f"\n{mention(state.taken_by)} {since}" if state.taken_by else ""


def _instructions(step: Step, state: StepState) -> Iterator[str]:
    if state.probe_verdict:
        yield probe_result(state)
    if step.look:
        yield f"*How to check*\n{from_markdown(step.look.strip())}"
    if step.fix:
        yield f"*If this is the cause*{fixer(step)}\n{from_markdown(step.fix.strip())}"


def probe_result(state: StepState) -> str:
    """Return the result of the step's probe, as mrkdwn."""
    evidence = with_code(state.probe_evidence)
    match state.probe_verdict:
        case ProbeVerdict.WRONG:
            first, line, rest = (evidence or "The probe found a problem.").partition("\n")
            return f"⚠ {_bold(first)}{line}{rest}"
        case ProbeVerdict.CLEAR:
            return f"✓ Probe OK{': ' + evidence if evidence else '.'}"
        case _:
            error = sentence(f"The probe could not run{': ' + evidence if evidence else ''}")
            return f"{error} That proves nothing either way; please check by hand."


def _probe_time(state: StepState) -> Iterator[str]:
    """Yield when the probe ran last, so that a repeat with the same result is visible."""
    if state.probed_at:
        yield f"Probe ran at {moment(state.probed_at, to_the_second=True)}"


def _bold(text: str) -> str:
    """Return a line in bold, or unchanged if it has an asterisk, at which Slack would end the bold."""
    return text if "*" in text else f"*{text}*"


def _around(incident: Incident, step: Step) -> Block:
    """Return the step's ID, its probe's time, the settled checks, other probe results, and the next step."""
    texts = [f"Step `{escape(step.id)}`", *_probe_time(incident.investigation.state_of(step.id))]
    if settled := " · ".join(_settled(incident)):
        texts.append(f"So far: {settled}")
    if probes := "\n".join(_other_probes(incident, step)):
        texts.append(probes)
    following = [other for other in incident.investigation.free_steps if other.id != step.id]
    texts += [f"Next: {numbered(incident, other)}" for other in following[:1]]
    return context(*texts)


def _settled(incident: Incident) -> Iterator[str]:
    """Yield each finished step and each settled hypothesis with its outcome."""
    for step in incident.investigation.steps_in_order:
        if outcome := incident.investigation.state_of(step.id).outcome:
            yield f"{OUTCOMES[outcome][0]} {escape_line(step.title)}"
    for hypothesis in incident.investigation.hypotheses.values():
        if hypothesis.verdict:
            mark, verdict = VERDICTS[hypothesis.verdict]
            yield f"{mark} hypothesis {hypothesis.number} {verdict} ({hypothesis.area})"


def _other_probes(incident: Incident, step: Step) -> Iterator[str]:
    """Yield the probe results of the other unfinished steps, a line each in the order of the runbook."""
    for other in incident.investigation.runbook.steps if incident.investigation.runbook else ():
        state = incident.investigation.state_of(other.id)
        if other.id == step.id or state.outcome or not state.probe_verdict:
            continue
        mark, result = PROBED[state.probe_verdict]
        failed = state.probe_verdict is ProbeVerdict.FAILED
        error = f": {escape(one_line(state.probe_evidence)[:MAX_ERROR])}" if failed else ""
        yield f"{mark} {numbered(incident, other)}: {result}{error}"


def _last(incident: Incident, step: Step) -> Block | None:
    """Return who to escalate to if this last step finds no cause."""
    steps_left = [other.id for other in incident.investigation.steps_left]
    if not incident.investigation.runbook_escalation or steps_left != [step.id]:
        return None
    recipients = ", ".join(map(mention, incident.investigation.runbook_escalation))
    return context(f"This is the last step. If it's clear too, escalate to {recipients}.")


def _buttons(incident: Incident, step: Step, state: StepState) -> Iterator[Block]:
    if incident.status.is_over:
        return
    value = f"{incident.number} {step.id}"
    if step in incident.investigation.free_steps and incident.investigation.cause is None:
        yield button("Take step", TAKE, value)
    if state.probe_verdict is ProbeVerdict.CLEAR:
        confirm = "The probe found no problem here. Mark this step as the cause anyway?"
        yield button("Mark as cause", FOUND, value, confirm=confirm)
    else:
        yield button("Mark as cause", FOUND, value, style="primary")
    yield button("Mark as clear", CLEAR, value)
    yield button("Skip…", SKIP, value)
    if step.probe:
        yield button("Run probe again" if state.probe_verdict else "Run probe", PROBE, value)


def finished(name: str, outcome: StepOutcome, state: StepState) -> str:
    """Return the outcome of a step in one line, as mrkdwn."""
    mark, word = OUTCOMES[outcome]
    evidence = in_brackets(state.evidence, state.evidence_by, state.by)
    when = f", {moment(state.at)}" if state.at else ""
    took = f", took {duration(state.at - state.taken_at)}" if state.at and state.taken_at else ""
    return f"{mark} “{name}”: {word}{evidence} — {mention(state.by)}{when}{took}"
