"""What Jawort itself says to people about consent, in their language. Companies fill in what is theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from jawort.consent.typed import Asks


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
#: It asks one thing, says how to say yes, and how it ends (Art. 7(2) and (3) GDPR).
BODIES: Final = Reply(
    "Möchten Sie von {controller} {contents} per WhatsApp erhalten{frequency}? Dann antworten Sie mit „Ja“. "
    "{withdrawal} Wie wir mit Ihren Daten umgehen: {notice}",
    "Would you like to receive {contents} from {controller} on WhatsApp{frequency}? Then answer “Yes”. {withdrawal} "
    "How we handle your data: {notice}",
)
WITHDRAWALS: Final = Reply(
    "Ihre Einwilligung ist freiwillig, und Sie können sie jederzeit widerrufen: Ein „STOP“ genügt.",
    "Your consent is voluntary, and you can withdraw it at any time: a “STOP” is enough.",
)
YES: Final = Reply("Ja, gerne", "Yes, please")
NO: Final = Reply("Nein, danke", "No, thank you")
#: To a yes where the company wants it said twice.
CONFIRM: Final = Reply(
    "Danke. Bitte bestätigen Sie noch, dass Sie von {controller} {contents} per WhatsApp erhalten möchten. Ohne "
    "Bestätigung innerhalb von 24 Stunden gilt Ihre Einwilligung nicht.",
    "Thank you. Please confirm that you would like to receive {contents} from {controller} on WhatsApp. Without that "
    "within 24 hours your consent does not count.",
)
CONFIRMS: Final = Reply("Ja, ich bestätige", "Yes, I confirm")
#: What stands around the question on the page of an opt-in link, and in its widget.
HEADING: Final = Reply("Nachrichten per WhatsApp", "Messages on WhatsApp")
GO: Final = Reply("Weiter zu WhatsApp", "On to WhatsApp")
PRIVACY: Final = Reply("Datenschutzhinweise", "Privacy notice")
_UNKNOWN: Final = Reply(
    "Sie stimmen mit einer Nachricht zu, die Sie selbst senden. Bis dahin erfahren wir weder Ihre Nummer noch Ihren "
    "Namen.",
    "You say yes with a message that you send yourself. Until then we learn neither your number nor your name.",
)
_TYPED: Final = Reply(
    "Sie stimmen mit einer Nachricht zu, die Sie selbst senden.",
    "You say yes with a message that you send yourself.",
)
_META: Final = Reply(
    "WhatsApp gehört zu Meta. Meta überträgt die Nachrichten und entschlüsselt sie in unserem Auftrag.",
    "WhatsApp belongs to Meta, which carries the messages and decrypts them for us.",
)
#: By what the page asks for.
NOTES: Final[Mapping[Asks, tuple[Reply, ...]]] = MappingProxyType(
    {Asks.NOTHING: (_UNKNOWN, _META), Asks.NUMBER: (_TYPED, _META), Asks.CONFIRMED: (_TYPED, _META)}
)
NUMBER: Final = Reply("Ihre Nummer bei WhatsApp (freiwillig)", "Your number on WhatsApp (optional)")
#: Below that field.
NUMBER_HINTS: Final[Mapping[Asks, Reply]] = MappingProxyType(
    {
        Asks.NUMBER: Reply(
            "Wenn Sie sie angeben, zählt Ihr Ja nur von dieser Nummer. Wir speichern sie hier nicht.",
            "If you give it, your yes counts from this number only. We do not store it here.",
        ),
        Asks.CONFIRMED: Reply(
            "Wenn Sie sie angeben, zählt Ihr Ja nur von dieser Nummer. Wir fragen dort vielleicht auch selbst noch "
            "einmal nach; dann können Sie stattdessen dort antworten.",
            "If you give it, your yes counts from this number only. We may also ask there ourselves; then you can "
            "answer there instead.",
        ),
    }
)
#: What an opt-in link writes for who follows it.
FOLLOWS: Final = Reply(
    "Ich möchte von {controller} {contents} per WhatsApp erhalten.",
    "I would like to receive {contents} from {controller} on WhatsApp.",
)
#: What a page writes for who has ticked the box below the question: the answer to it.
SLIPS: Final = Reply("Ja, gerne. [{code}]", "Yes, please. [{code}]")
#: Stands where a page shows no scripts, and leads to ours.
NO_SCRIPT: Final = Reply("Nachrichten per WhatsApp erhalten", "Get messages on WhatsApp")
#: To somebody who follows one and has consented already.
STANDS: Final = Reply(
    "Ihre Einwilligung gilt bereits, Sie müssen nichts weiter tun. Sie können sie jederzeit widerrufen: Ein „STOP“ "
    "genügt.",
    "Your consent stands already, there is nothing more to do. You can withdraw it at any time: a “STOP” is enough.",
)
#: To a yes: what is kept, since when, under which number, and how it ends.
GIVEN: Final = Reply(
    "Danke. Ihre Einwilligung vom {at} Uhr ist gespeichert (Nr. {number}). Sie können sie jederzeit widerrufen: "
    "Ein „STOP“ genügt.",
    "Thank you. Your consent of {at} is stored (no. {number}). You can withdraw it at any time: a “STOP” is enough.",
)
