"""What happens in the demo before anybody looks: twelve customers of a bicycle workshop that does not exist.

Names are made up; numbers are reserved for fiction by the Bundesnetzagentur (numbers for media productions). Times are
minutes before now, so that a newcomer finds a window that has closed, one about to close, and messages just in.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody with a phone."""

    phone: str
    name: str
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def bsuid(self) -> str:
        """The business-scoped user id: the same at every start, so that a person stays the same person."""
        return f"DE.1349120865{self.phone[-8:]}"


@dataclass(frozen=True, slots=True)
class Says:
    """The customer writes."""

    who: str
    text: str
    content: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """Somebody of the staff answers; `staff` is the local part of the sign-in."""

    staff: str
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Reads:
    """The customer opens the chat."""

    who: str


Act = Says | Answers | Reads

CUSTOMERS = {
    "kim": Customer("+4915228817386", "Kim Ostrowski"),
    "nour": Customer("+4915228895456", "Nour Haddad"),
    "jonas": Customer("+4915254599371", "Jonas Petersen"),
    "mia": Customer("+491729925904", "Mia Schröder"),
    "ayse": Customer("+491729968532", "Ayşe Yıldız"),
    "tobias": Customer("+491729973185", "Tobias Günther"),
    "linh": Customer("+491729973186", "Linh Nguyen"),
    "frieda": Customer("+491729980752", "Frieda Großmann"),
    "emil": Customer("+491749091317", "Emil Brandt"),
    "sofia": Customer("+491749464308", "Sofia Rossi"),
    "paul": Customer("+4917604069001", "Paul Weiß", {"withhold_number": True, "username": "paul.weiss"}),
    "hannah": Customer("+4917604069002", "Hannah Müller"),
}

#: Minutes before now, and what happens then; from the oldest on.
STORY: list[tuple[int, list[Act]]] = [
    (
        26 * 60,
        [
            Says("tobias", "Guten Tag, was kostet bei Ihnen eine große Inspektion für ein Trekkingrad?"),
            Answers("alma", "tobias", "Guten Tag, Herr Günther! Die große Inspektion kostet 89\u00a0€, ohne Teile."),
            Says("frieda", "Mein Hollandrad quietscht beim Bremsen. Soll ich es vorbeibringen?"),
            Reads("tobias"),
        ],
    ),
    (
        23 * 60 + 20,
        [
            Says("emil", "Habt ihr noch Winterreifen mit Spikes in 28 Zoll?"),
            Answers("emre", "emil", "Ja, zwei Paar sind noch da. Sollen wir Ihnen eines bis Freitag zurücklegen?"),
        ],
    ),
    (
        5 * 60,
        [
            Says("mia", "Hallo! Ist mein Lastenrad schon fertig? Auftrag 2291."),
            Answers("alma", "mia", "Hallo Frau Schröder, ja! Sie können es heute bis 18 Uhr abholen."),
            Says("mia", "Super, vielen Dank! Ich komme gegen fünf."),
            Says("linh", "Do you also repair e-bikes that were bought elsewhere?"),
            Answers("emre", "linh", "Yes, we do, if it has a Lindenhof or Wiesental drive. Just bring it along."),
            Reads("mia"),
            Reads("linh"),
        ],
    ),
    (
        45,
        [
            Says("ayse", "Guten Morgen, mein Sohn braucht einen Helm. Haben Sie Größe 48?"),
            Answers("alma", "ayse", "Guten Morgen! Ja, in Blau und in Gelb. Kommen Sie gern zum Anprobieren."),
            Says("sofia", "Mir wurde der Sattel gestohlen. Bekomme ich bei Ihnen Ersatz für das Modell „Ahorn“?"),
            Says("hannah", "Ich möchte meinen Termin am Donnerstag verschieben, geht auch Freitag?"),
            Says("paul", "Moin, wann habt ihr samstags geöffnet?"),
            Answers("emre", "paul", "Moin! Samstags von 9 bis 13 Uhr."),
            Reads("paul"),
        ],
    ),
    (
        6,
        [
            Says(
                "jonas",
                "",
                {
                    "type": "location",
                    "location": {"latitude": 52.0, "longitude": 13.0, "name": "Ecke Lindenallee (erfunden)"},
                },
            ),
            Says("jonas", "Hier stehe ich mit einem Platten. Haben Sie einen Abholdienst?"),
            Says("nour", "Guten Tag, die Rechnung 1180 ist noch auf meinen alten Namen ausgestellt."),
        ],
    ),
    (0, [Says("kim", "Hallo, mein Hinterrad eiert. Kann ich heute noch vorbeikommen?")]),
]
