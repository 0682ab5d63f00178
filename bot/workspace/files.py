"""The files.* methods: the app asks for a URL, posts the content there, and then shares the file.

Source: docs.slack.dev/messaging/working-with-files#uploading_files
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.workspace import changes
from bot.workspace.arguments import Arguments
from bot.workspace.conversations import get_joined_channel
from bot.workspace.errors import SlackError
from bot.workspace.people import BOT_USER_ID
from bot.workspace.state import File, Json, State


def get_upload_url(state: State, args: Arguments) -> Json:
    """Perform files.getUploadURLExternal. The URL accepts the content of one file."""
    file = File(id=state.next_id("F"), name=args.text("filename"))
    state.files[file.id] = file
    return {"upload_url": f"{state.url}/files/{file.id}", "file_id": file.id}


def complete_upload(state: State, args: Arguments) -> Json:
    """Perform files.completeUploadExternal: share uploaded files in a channel, with a comment.

    Raise file_not_found for a file without content, or one that was shared already.
    """
    channel = get_joined_channel(state, Arguments({"channel": args.text("channel_id")}))
    shared = []
    for item in args.json_value("files") or []:
        file = state.files.get(str(item.get("id")))
        if file is None or file.content is None or file.is_shared:
            raise SlackError("file_not_found")
        file.title, file.is_shared = str(item.get("title") or file.name), True
        shared.append(file.as_json(state.url))
    comment = args.text("initial_comment", "")
    changes.post(state, channel, BOT_USER_ID, comment, bot=True, extra={"files": shared})
    return {"files": shared}


class FileServer:
    """Accepts the content of files, and serves it to the page."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def endpoint(self, request: Request) -> Response:
        """Store the content of a POST, or return the stored one."""
        file = self._state.files.get(request.path_params["file"])
        if file is None:
            return PlainTextResponse("no such file", 404)
        if request.method == "POST":
            file.content = await request.body()
            return PlainTextResponse(f"OK - {len(file.content)}")
        return PlainTextResponse(file.content or b"")
