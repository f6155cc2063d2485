"""Why a consent that was given elsewhere is not recorded, in plain words, and what is still possible."""

from collections.abc import Mapping
from typing import Final

from jawort.consent.reasons import Reason, Words
from jawort.consent.state import CannotRecord

_BURDEN: Final = Words("Art. 7 Abs. 1 DSGVO", "Art. 7(1) GDPR")
_WITHDRAWAL: Final = Words("Art. 7 Abs. 3 DSGVO", "Art. 7(3) GDPR")
_THEMSELVES: Final = Words(
    "Möchte die Person doch Werbung, bitten Sie sie, selbst zu schreiben: über einen Opt-in-Link oder im Chat.",
    "If the person wants advertising after all, ask them to write themselves: by an opt-in link or in the chat.",
)

NOT_RECORDED: Mapping[CannotRecord, Reason] = {
    CannotRecord.TEXT_UNKNOWN: Reason(
        Words("Dieser Einwilligungstext ist nicht bekannt.", "This consent text is not known."),
        _BURDEN,
        Words(
            "Nehmen Sie einen Text, der unter „Einwilligungen“ steht, oder tragen Sie dort den Wortlaut ein, den die "
            "Person gelesen hat.",
            "Take a text that stands under “Consents”, or enter there the words that the person read.",
        ),
    ),
    CannotRecord.NOT_YET: Reason(
        Words("Dieser Zeitpunkt liegt in der Zukunft.", "This moment lies in the future."),
        _BURDEN,
        Words("Geben Sie an, wann die Person eingewilligt hat.", "Say when the person consented."),
    ),
    CannotRecord.NO_EVIDENCE: Reason(
        Words("Es fehlt, was die Einwilligung belegt.", "What bears the consent out is missing."),
        _BURDEN,
        Words(
            "Schreiben Sie, wo der Beleg liegt und was dort steht: ohne Beleg gilt keine Einwilligung.",
            "Write where the evidence lies and what it says: without evidence no consent holds.",
        ),
    ),
    CannotRecord.MUST_CONFIRM: Reason(
        Words(
            "Bei diesem Zweck wird jede Einwilligung im Chat bestätigt.",
            "For this purpose every consent is confirmed in the chat.",
        ),
        _BURDEN,
        Words(
            "Bitten Sie dort um die Einwilligung: Was anderswo gegeben wurde, zählt für diesen Zweck nicht.",
            "Ask for the consent there: what was given elsewhere does not count for this purpose.",
        ),
    ),
    CannotRecord.ERASED: Reason(
        Words(
            "Dieser Kontakt wird gerade gelöscht, es kann nichts mehr hinzukommen.",
            "This contact is being erased, nothing can be added to it.",
        ),
        Words("Art. 17 Abs. 1 DSGVO", "Art. 17(1) GDPR"),
        _THEMSELVES,
    ),
    CannotRecord.STANDS: Reason(
        Words("Die Person hat schon eingewilligt.", "The person has consented already."),
        _BURDEN,
        Words("Es ist nichts zu tun.", "There is nothing to do."),
    ),
    CannotRecord.OBJECTED: Reason(
        Words("Die Person hat Werbung widersprochen.", "The person has objected to marketing."),
        Words("Art. 21 Abs. 3 DSGVO", "Art. 21(3) GDPR"),
        _THEMSELVES,
    ),
    CannotRecord.ENDED: Reason(
        Words(
            "Die Person hat nach diesem Zeitpunkt Nein gesagt oder widerrufen.",
            "The person said no or withdrew after this moment.",
        ),
        _WITHDRAWAL,
        _THEMSELVES,
    ),
    CannotRecord.MOVED: Reason(
        Words(
            "Seit diesem Zeitpunkt hat sich die Nummer oder WhatsApp-Kennung der Person geändert.",
            "The person’s number or WhatsApp id has changed since this moment.",
        ),
        Words("Art. 5 Abs. 1 lit. d DSGVO", "Art. 5(1)(d) GDPR"),
        _THEMSELVES,
    ),
    CannotRecord.EXPIRED: Reason(
        Words(
            "Diese Einwilligung wäre abgelaufen: Sie ist älter als zwei Jahre und wurde nicht genutzt.",
            "This consent would have ended: it is older than two years and was not used.",
        ),
        _BURDEN,
        _THEMSELVES,
    ),
}
