"""Receives acknowledgements from pagers."""

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

    It answers 200 to every event it understands, 401 without a valid signature or token, 404 for a pager that
    is not configured, and 500 if the acknowledgement could not be saved, so that the pager retries.
    """

    async def receive(request: Request) -> Response:
        name = request.path_params["pager"]
        kind, pager = pager_kind(name), pagers.get(name)
        if kind is None or pager is None:
            return JSONResponse(
                {"error": f"There is no pager {name!r} in firstcheck.yaml. Check the webhook's URL."}, 404
            )
        body = await request.body()
        try:
            acknowledgement = PAGERS[kind].acknowledged(pager, request.headers, body, recorder.clock())
        except UnverifiedRequest as error:
            return JSONResponse({"error": str(error)}, 401)
        number = incident_number(acknowledgement.key) if acknowledgement else None
        if acknowledgement is None or number is None:
            return JSONResponse({"acknowledged": False})
        try:
            command = commands.AcknowledgePage(by=acknowledgement.by, to=name, key=acknowledgement.key)
            await recorder.record(command, number)
        except Refused as refused:
            return JSONResponse({"acknowledged": False, "why": str(refused)})
        return JSONResponse({"acknowledged": True})

    return [Route("/pages/{pager}", receive, methods=["POST"])]
