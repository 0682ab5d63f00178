"""What is still missing for the postmortem of an incident."""

from collections.abc import Iterator

from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import TaskState


def gaps(incident: Incident) -> Iterator[tuple[str, str]]:
    """Yield each missing fact in words, and the command that adds it."""
    if not incident.impact.summary:
        yield "the impact", "impact"
    if incident.investigation.cause is None:
        yield "the cause", "cause"
    if not incident.impact.resolution:
        yield "what fixed it", "resolve"
    for task in incident.follow_up.tasks.values():
        lacks = [word for word, value in (("owner", task.owner), ("due date", task.due)) if not value]
        if task.state is TaskState.OPEN and lacks:
            yield f"the {' and the '.join(lacks)} of task {task.number}", f"task {task.number}"
