"""What a demo keeps beside its database, in `demo.json` (0600): the secrets that its people and programs sign in with.

They are made before the database knows them, so that a start that is cut short can be begun again.
"""

import dataclasses
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

#: Roles as jawort.staff.permissions names them; that module cannot be imported before Django is ready.
STAFF = [
    ("Alma Winter", "agent", "alma"),
    ("Emre Sommer", "agent", "emre"),
    ("Bruno Herbst", "supervisor", "bruno"),
    ("Dana Lenz", "data_protection_officer", "dana"),
    ("Ada Jahn", "administrator", "ada"),
]
BUSINESS = "Werkstatt Lindenhof"
#: The number at the platform, as its documentation makes them up; reserved for fiction by the Bundesnetzagentur.
PHONE_NUMBER_ID = "106540352242922"
WABA_ID = "102290129340398"
PORTFOLIO = "506914307656634"
DISPLAY_NUMBER = "+49 30 23125000"
#: A demo moves the clock and lets anybody in: it must never run on somebody else's data.
STRANGER = (
    "This database belongs to an installation or to another demo: name an empty one in DATABASE_URL, "
    "or choose a new --data-dir and leave DATABASE_URL unset."
)
DOMAIN = "werkstatt-lindenhof.example"  # .example is reserved for fiction (RFC 2606)
_WORDS = "Bremse Felge Glocke Kette Klingel Korb Lenker Linde Nabe Pedal Ritzel Sattel Schlauch Speiche Ventil Zange"


@dataclass(slots=True)
class SignIn:
    """One fictional member of the staff."""

    name: str
    role: str
    email: str
    password: str
    api_token: str = ""


@dataclass(slots=True)
class Notes:
    """All of it. `told` says how far the demo data are: "", "begun" or "whole"."""

    app_secret: str
    verify_token: str
    access_token: str
    sign_ins: list[SignIn]
    installed: bool = False
    told: str = ""
    #: The code of the opt-in link on the website, by language.
    widgets: dict[str, str] = field(default_factory=dict)
    path: Path = field(default=Path(), compare=False)

    @classmethod
    def made(cls, path: Path) -> "Notes":
        """Fresh ones, not written yet."""
        people = [SignIn(name, role, f"{local}@{DOMAIN}", password()) for name, role, local in STAFF]
        return cls(secrets.token_hex(16), secrets.token_urlsafe(16), secrets.token_urlsafe(24), people, path=path)

    @classmethod
    def read(cls, path: Path) -> "Notes | None":
        """Those in `path`, None if there are none."""
        try:
            given = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        given["sign_ins"] = [SignIn(**one) for one in given["sign_ins"]]
        return cls(**given, path=path)

    def write(self) -> None:
        """Store them, whole or not at all."""
        given = dataclasses.asdict(self)
        del given["path"]
        draft = self.path.with_name(self.path.name + ".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(given, file, ensure_ascii=False, indent=1)
        draft.replace(self.path)

    def token_of(self, role: str) -> str:
        """The API token of the first with this role."""
        return next(one.api_token for one in self.sign_ins if one.role == role)


def notes_of(data_dir: Path) -> Path:
    """Where a demo's notes lie."""
    return data_dir / "demo.json"


def password() -> str:
    """One that can be typed: three words of a workshop and four digits, 25 bits for a lock on loopback that closes."""
    words = [secrets.choice(_WORDS.split()) for _ in range(3)]
    return "-".join([*words, f"{secrets.randbelow(10_000):04}"])
