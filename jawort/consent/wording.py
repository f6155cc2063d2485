"""The words in which Jawort asks for a consent and says that it has one. Companies fill in what is theirs."""

from typing import Final

from jawort.consent.replies import Reply

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
#: To a yes: what is kept, since when, under which number, and how it ends.
GIVEN: Final = Reply(
    "Danke. Ihre Einwilligung vom {at} Uhr ist gespeichert (Nr. {number}). Sie können sie jederzeit widerrufen: "
    "Ein „STOP“ genügt.",
    "Thank you. Your consent of {at} is stored (no. {number}). You can withdraw it at any time: a “STOP” is enough.",
)
