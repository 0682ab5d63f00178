"""The team, its people and the bot."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

TEAM_ID = "T0LOCAL"
TEAM_NAME = "Local workspace"
APP_ID = "A0FIRSTCHECK"
BOT_ID = "B0FIRSTCHECK"
BOT_USER_ID = "U0FIRSTCHECK"
BOT_NAME = "firstcheck"
VERIFICATION_TOKEN = "local-verification-token"  # noqa: S105 - made up; Slack still sends this deprecated token


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member of the workspace. `name` is the handle typed after an @, `tz` an IANA time zone."""

    id: str
    name: str
    real_name: str
    tz: str = "Etc/UTC"
    deleted: bool = False
    is_bot: bool = False
    #: Differs for people of another company in a channel shared through Slack Connect.
    team: str = TEAM_ID

    @property
    def email(self) -> str:
        """The address by which users.lookupByEmail finds this person."""
        return f"{self.name}@example.com"

    def as_json(self) -> dict[str, Any]:
        """Return the user object of users.info."""
        offset = datetime.now(ZoneInfo(self.tz)).utcoffset()
        profile = {
            "real_name": self.real_name,
            "display_name": self.name,
            "email": self.email,
            "team": self.team,
        }
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": profile | ({"bot_id": BOT_ID, "api_app_id": APP_ID} if self.is_bot else {}),
            "is_admin": False,
            "is_bot": self.is_bot,
            "is_restricted": False,
            "is_ultra_restricted": False,
        }


PEOPLE = (
    Person(id="U0ALICE", name="alice", real_name="Alice Okafor", tz="Europe/Berlin"),
    Person(id="U0BOB", name="bob", real_name="Bob Lindqvist", tz="America/New_York"),
    Person(id="U0CAROL", name="carol", real_name="Carol Nakamura", tz="Asia/Tokyo"),
    Person(id="U0DAVE", name="dave", real_name="Dave Fernandes", tz="Europe/London"),
    Person(id="U0ERIN", name="erin", real_name="Erin Novak", tz="America/Los_Angeles"),
)
BOT = Person(id=BOT_USER_ID, name=BOT_NAME, real_name="Firstcheck", is_bot=True)
