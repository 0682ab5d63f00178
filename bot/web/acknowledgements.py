"""Takes acknowledgements in: a pager tells that somebody who was paged has answered."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.config.escalation import Pager
from bot.domain import commands
from bot.domain.errors import Refused
from bot.domain.recipient import pager_kind
from bot.engine.record import Recorder
from bot.pagers import PAGERS
from bot.pagers.interface import UnverifiedRequest
from bot.pagers.page_key import incident_number


def routes(recorder: Recorder, pagers: Mapping[str, Pager]) -> list[Route]:
    """Return the route of `POST /pages/{pager}`, such as /pages/pagerduty:auth.

    200 for what was understood, also when it is about something else; 401 for what does not prove itself,
    404 for a pager that is not configured, and 500 when it could not be written, so that they try again.
    """

    async def take(request: Request) -> Response:
        name = request.path_params["pager"]
        kind, pager = pager_kind(name), pagers.get(name)
        if kind is None or pager is None:
            return JSONResponse({"error": f"There is no pager {name!r} in firstcheck.yaml."}, 404)
        body = await request.body()
        try:
            told = PAGERS[kind].acknowledged(pager, request.headers, body, recorder.clock())
        except UnverifiedRequest as no:
            return JSONResponse({"error": str(no)}, 401)
        number = incident_number(told.key) if told else None
        if told is None or number is None:
            return JSONResponse({"acknowledged": False})
        try:
            command = commands.AcknowledgePage(by=told.by, to=name, key=told.key)
            await recorder.record(command, number)
        except Refused as refused:
            return JSONResponse({"acknowledged": False, "why": str(refused)})
        return JSONResponse({"acknowledged": True})

    return [Route("/pages/{pager}", take, methods=["POST"])]
