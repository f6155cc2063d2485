"""What the gate says to people: the reason in plain words, its source, and what is still possible."""

from collections.abc import Mapping
from dataclasses import dataclass

from jawort.consent.rules import Basis, Refused


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in both languages."""

    de: str
    en: str

    def in_language(self, language: str) -> str:
        """German for `de…`, English for all else."""
        return self.de if language.startswith("de") else self.en


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, by which rule, and what helps."""

    text: Words
    article: Words
    help: Words


_WAIT_FOR_CUSTOMER = Words(
    "Sobald die Person wieder schreibt, können Sie senden.",
    "As soon as the person writes again you can send.",
)

REASONS: Mapping[Refused, Reason] = {
    Refused.RESTRICTED: Reason(
        Words(
            "Für diese Person ist die Verarbeitung eingeschränkt.",
            "Processing is restricted for this person.",
        ),
        Words("Art. 18 Abs. 1 DSGVO", "Art. 18(1) GDPR"),
        Words(
            "Fragen Sie Ihre Datenschutzbeauftragte.",
            "Ask your data protection officer.",
        ),
    ),
    Refused.BLOCKED: Reason(
        Words(
            "Sie haben diese Person bei WhatsApp blockiert.",
            "You have blocked this person on WhatsApp.",
        ),
        Words("WhatsApp Business: Sperrliste", "WhatsApp Business: block list"),
        Words(
            "Um wieder zu schreiben, hebt die Teamleitung oder die Administration die Blockierung auf.",
            "To write again, a team lead or the administration unblocks them.",
        ),
    ),
    Refused.OBJECTED: Reason(
        Words(
            "Die Person hat Nachrichten zu diesem Zweck widersprochen.",
            "The person has objected to messages for this purpose.",
        ),
        Words("Art. 21 Abs. 2 und 3 DSGVO", "Art. 21(2) and (3) GDPR"),
        Words(
            "Möchte die Person wieder Nachrichten, heben Sie den Widerspruch auf. "
            "Hat sie nur der Werbung widersprochen, "
            "gehen Antworten hinaus und Vorlagen nicht: Sie können Werbung sein.",
            "If the person wants messages again, lift the objection. "
            "If they objected to marketing alone, answers leave and templates do not: they may be marketing.",
        ),
    ),
    Refused.AWAITS_YES: Reason(
        Words(
            "Die Person schreibt hier zum ersten Mal und hat noch nicht zugestimmt, dass ihre Nachricht gelesen wird.",
            "The person writes here for the first time and has not yet agreed that their message is read.",
        ),
        Words("Art. 6 Abs. 1 lit. a, Art. 25 Abs. 2 DSGVO", "Art. 6(1)(a), 25(2) GDPR"),
        Words(
            "Sie wurde danach gefragt. Stimmt sie zu, erscheint ihre Unterhaltung im Posteingang; "
            "sagt sie Nein oder 24 Stunden nichts, wird gelöscht, was sie geschrieben hat.",
            "They were asked. If they say yes, their conversation appears in the inbox; if they say no, or nothing for "
            "24 hours, what they wrote is deleted.",
        ),
    ),
    Refused.NOT_AWAITED: Reason(
        Words(
            "Die Frage, ob wir lesen dürfen, hat sich erledigt, bevor sie das Haus verließ.",
            "The question whether we may read was settled before it left the house.",
        ),
        Words("Art. 5 Abs. 1 lit. c DSGVO", "Art. 5(1)(c) GDPR"),
        Words(
            "Schreibt die Person wieder, wird sie neu gefragt.",
            "If the person writes again they are asked anew.",
        ),
    ),
    Refused.IDENTITY_UNCLEAR: Reason(
        Words(
            "Unter dieser Nummer schreibt jetzt vielleicht jemand anderes.",
            "Somebody else may now be writing from this number.",
        ),
        Words("Art. 5 Abs. 1 lit. d und f DSGVO", "Art. 5(1)(d) and (f) GDPR"),
        Words(
            "Teamleitung oder Administration klären unter „Prüffälle“, wer die Nummer heute nutzt. "
            "Die neue Unterhaltung ist davon getrennt.",
            "A team lead or the administration settles under “Reviews” who uses the number today; the new conversation "
            "is kept apart.",
        ),
    ),
    Refused.NO_ADDRESS: Reason(
        Words(
            "Zu dieser Person ist keine gültige Kennung bekannt.",
            "No living address of this person is known.",
        ),
        Words("Art. 5 Abs. 1 lit. d DSGVO", "Art. 5(1)(d) GDPR"),
        _WAIT_FOR_CUSTOMER,
    ),
    Refused.PURPOSE_CLOSED: Reason(
        Words(
            "Diesen Zweck gibt es nicht, er ist beendet, oder er ist für diesen Kanal nicht vorgesehen.",
            "There is no such purpose, it has ended, or it is not meant for this channel.",
        ),
        Words("Art. 5 Abs. 1 lit. b DSGVO", "Art. 5(1)(b) GDPR"),
        Words(
            "Welche Zwecke es gibt, legt Ihre Administration unter „Zwecke“ fest.",
            "Your administration decides under “Purposes” which ones there are.",
        ),
    ),
    Refused.PAUSED: Reason(
        Words(
            "Die Person hat etwas geschrieben, das ein Widerruf sein kann.",
            "The person wrote something that may be a withdrawal.",
        ),
        Words("Art. 7 Abs. 3 DSGVO", "Art. 7(3) GDPR"),
        Words(
            "Lesen Sie es und entscheiden Sie im Verlauf, ob es einer ist.",
            "Read it, and decide in the thread whether it is one.",
        ),
    ),
    Refused.NO_CONSENT: Reason(
        Words(
            "Für diesen Zweck liegt keine Einwilligung vor.",
            "There is no consent for this purpose.",
        ),
        Words("Art. 6 Abs. 1 lit. a, Art. 7 Abs. 1 DSGVO; § 7 Abs. 2 UWG", "Art. 6(1)(a), 7(1) GDPR; § 7(2) UWG"),
        Words("Bitten Sie zuerst um die Einwilligung.", "Ask for consent first."),
    ),
    Refused.DOCUMENTS_FORBIDDEN: Reason(
        Words(
            "Über diesen Anschluss gehen Dokumente nicht über WhatsApp: So hat es Ihre Administration festgelegt.",
            "On this line documents do not go over WhatsApp: your administration has decided so.",
        ),
        Words("Art. 25 Abs. 1, Art. 32 Abs. 1 DSGVO", "Art. 25(1), 32(1) GDPR"),
        Words(
            "Senden Sie das Dokument sicher, durch die Seitentür.",
            "Send the document securely, by the side door.",
        ),
    ),
    Refused.WINDOW_CLOSED: Reason(
        Words(
            "Die letzte Nachricht der Person ist mehr als 24 Stunden her. "
            "WhatsApp nimmt dann nur noch freigegebene Vorlagen an.",
            "The person’s last message is more than 24 hours old. WhatsApp takes only approved templates after that.",
        ),
        Words("WhatsApp Business: 24-Stunden-Fenster", "WhatsApp Business: 24-hour customer service window"),
        Words(
            "Senden Sie eine Vorlage, oder warten Sie, bis die Person wieder schreibt.",
            "Send a template, or wait until the person writes again.",
        ),
    ),
    Refused.TEMPLATE_STOPPED: Reason(
        Words(
            "WhatsApp sendet diese Vorlage zurzeit nicht: Sie ist angehalten, gesperrt, abgelehnt oder in Prüfung.",
            "WhatsApp does not send this template now: it is paused, disabled, rejected or still under review.",
        ),
        Words("WhatsApp Business: Qualität von Vorlagen", "WhatsApp Business: template quality"),
        Words(
            "Nehmen Sie eine andere Vorlage. Was zu tun ist, sieht die Administration unter „Meldungen“.",
            "Take another template. The administration sees under “Notices” what to do.",
        ),
    ),
    Refused.ANSWERS_ONLY: Reason(
        Words(
            "WhatsApp hat den Anschluss eingeschränkt: Er darf antworten, aber nicht von sich aus schreiben.",
            "WhatsApp has restricted the line: it may answer and not write first.",
        ),
        Words("WhatsApp Business: Durchsetzung der Richtlinien", "WhatsApp Business: policy enforcement"),
        _WAIT_FOR_CUSTOMER,
    ),
    Refused.LINE_NOT_LIVE: Reason(
        Words("Der Anschluss ist angehalten.", "The line is paused."),
        Words("Art. 32 Abs. 1 lit. b DSGVO", "Art. 32(1)(b) GDPR"),
        Words(
            "Senden Sie erneut, sobald der Anschluss wieder läuft.",
            "Send again as soon as the line is back.",
        ),
    ),
    Refused.LEDGER_LATE: Reason(
        Words(
            "Das Protokoll hängt zurück. Solange nichts versiegelt wird, verlässt nichts das Haus.",
            "The ledger lags behind. While nothing is sealed, nothing leaves the house.",
        ),
        Words("Art. 5 Abs. 2 DSGVO", "Art. 5(2) GDPR"),
        Words(
            "Sagen Sie Ihrer Administration Bescheid und senden Sie dann erneut.",
            "Tell your administrators, then send again.",
        ),
    ),
}

BASES: Mapping[Basis, Reason] = {
    Basis.OWN_QUESTION: Reason(
        Words("Antwort auf eine Nachricht der Person", "Reply to a message from this person"),
        Words("Art. 6 Abs. 1 lit. b DSGVO", "Art. 6(1)(b) GDPR"),
        Words("", ""),
    ),
    Basis.NO_OPEN_QUESTION: Reason(
        Words("Vorlage, ohne dass eine Frage der Person offen ist", "Template, with no question of this person open"),
        Words("Rechtsgrundlage nicht festgehalten (Art. 5 Abs. 2 DSGVO)", "Legal basis not recorded (Art. 5(2) GDPR)"),
        Words("", ""),
    ),
    Basis.CONSENT: Reason(
        Words("Einwilligung", "Consent"),
        Words("Art. 6 Abs. 1 lit. a DSGVO", "Art. 6(1)(a) GDPR"),
        Words("", ""),
    ),
    Basis.EXISTING_CUSTOMER: Reason(
        Words("Werbung für Ähnliches an eine Kundin oder einen Kunden", "Advertising of similar goods to a customer"),
        Words("§ 7 Abs. 3 UWG, Art. 6 Abs. 1 lit. f DSGVO", "§ 7(3) UWG, Art. 6(1)(f) GDPR"),
        Words("", ""),
    ),
    Basis.CONTRACT: Reason(
        Words("Gehört zu einem Vertrag mit der Person", "Belongs to a contract with the person"),
        Words("Art. 6 Abs. 1 lit. b DSGVO", "Art. 6(1)(b) GDPR"),
        Words("", ""),
    ),
    Basis.OBLIGATION: Reason(
        Words("Gesetzliche Pflicht", "Legal obligation"),
        Words("Art. 6 Abs. 1 lit. c DSGVO", "Art. 6(1)(c) GDPR"),
        Words("", ""),
    ),
}
