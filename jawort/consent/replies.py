"""What Jawort itself answers to people about consent, in their language."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer in both languages."""

    de: str
    en: str

    def to(self, language: str) -> str:
        """In the person's language; in both where it is not known or neither."""
        match language[:2]:
            case "de":
                return self.de
            case "en":
                return self.en
            case _:
                return f"{self.de}\n\n{self.en}"


#: To a word that ended campaigns. It says what holds, from when, what does not change, and how to end the rest.
ENDED: Final = Reply(
    "Sie erhalten keine Werbung mehr von uns. Das gilt ab jetzt; was wir Ihnen früher gesendet haben, bleibt davon "
    "unberührt. Auf Ihre Fragen antworten wir weiterhin. Möchten Sie gar keine Nachrichten mehr von uns, schreiben Sie "
    "uns das bitte.",
    "You will receive no more advertising from us. This holds from now on; what we sent you before is not affected. We "
    "still answer your questions. If you want no messages from us at all, please tell us.",
)
