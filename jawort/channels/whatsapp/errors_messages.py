"""Error codes that a message to a customer can meet: codes, retry class, German, English. Data only."""

from typing import Final

Row = tuple[int | range | tuple[int, ...], str, str, str]

MESSAGES: Final[tuple[Row, ...]] = (
    (
        130403,
        "never",
        "Sie haben diese Person bei WhatsApp blockiert. Heben Sie die Blockierung auf, um ihr zu schreiben.",
        "You have blocked this person on WhatsApp. Unblock them to write to them.",
    ),
    (
        130429,
        "backoff",
        "Die Anschlussnummer sendet schneller, als WhatsApp erlaubt. Senden Sie die Nachricht später erneut.",
        "The number sends faster than WhatsApp allows. Send the message again later.",
    ),
    (
        130472,
        "never",
        "WhatsApp stellt dieser Person Werbung derzeit nicht zu (Versuchsgruppe). Nutzen Sie einen anderen Kanal.",
        "WhatsApp does not deliver marketing to this person at present (experiment group). Use another channel.",
    ),
    (
        130497,
        "never",
        "Ihr Unternehmen darf in dieses Land nicht über WhatsApp schreiben. Nutzen Sie einen anderen Kanal.",
        "Your company may not write to this country over WhatsApp. Use another channel.",
    ),
    (
        131000,
        "backoff",
        "Bei WhatsApp ist etwas schiefgegangen. Senden Sie die Nachricht erneut.",
        "Something went wrong at WhatsApp. Send the message again.",
    ),
    (
        131016,
        "backoff",
        "WhatsApp war vorübergehend nicht verfügbar. Senden Sie die Nachricht später erneut.",
        "WhatsApp was temporarily unavailable. Send the message again later.",
    ),
    (
        (131008, 131009),
        "never",
        "Eine Angabe der Nachricht fehlt oder ist für WhatsApp ungültig. Schreiben Sie die Nachricht neu.",
        "Part of the message is missing or not valid for WhatsApp. Write the message again.",
    ),
    (
        131020,
        "never",
        "Diese WhatsApp-Gruppe gibt es nicht (mehr). Schreiben Sie den Personen einzeln.",
        "This WhatsApp group does not exist (any more). Write to the people one by one.",
    ),
    (
        131021,
        "never",
        "Empfänger und Absender sind dieselbe Nummer. Wählen Sie eine andere Unterhaltung.",
        "Recipient and sender are the same number. Choose another conversation.",
    ),
    (
        131026,
        "never",
        "Nicht zustellbar: Die Person hat kein WhatsApp, eine zu alte Version oder die Bedingungen nicht angenommen, "
        "oder sie hat Ihr Unternehmen blockiert.",
        "Undeliverable: the person has no WhatsApp, too old a version, or has not accepted the terms, or they have "
        "blocked your business.",
    ),
    (
        131030,
        "never",
        "Ihr Testanschluss darf nur an freigegebene Nummern senden. Tragen Sie die Nummer bei Meta ein.",
        "Your test number may write to approved numbers only. Add the number at Meta.",
    ),
    (
        (131035, 131036),
        "never",
        "Die Nummer speichert nichts bei Meta, und die Nachricht war nicht mehr vorhanden, als sie gebraucht wurde. "
        "Senden Sie sie bei Bedarf neu.",
        "The number keeps nothing at Meta, and the message was gone when it was needed. Send it again if necessary.",
    ),
    (
        131041,
        "never",
        "WhatsApp schränkt Nachrichten in dieser Gruppe ein. Schreiben Sie der Person einzeln.",
        "WhatsApp restricts messages in this group. Write to the person alone.",
    ),
    (
        131047,
        "never",
        "Die letzte Nachricht der Person ist über 24 Stunden her: Freier Text ist erst nach ihrer nächsten Nachricht "
        "wieder möglich, sonst nur eine freigegebene Vorlage.",
        "The person’s last message is more than 24 hours ago: free text is possible after their next message only, "
        "until then an approved template.",
    ),
    (
        131048,
        "alarm",
        "WhatsApp bremst die Anschlussnummer, weil Empfänger sie als Spam gemeldet oder blockiert haben. Senden Sie "
        "stundenlang nichts Unverlangtes und prüfen Sie die Qualitätsbewertung bei Meta.",
        "WhatsApp slows the number because recipients reported it as spam or blocked it. Send nothing unrequested for "
        "hours and check the quality rating at Meta.",
    ),
    (
        131049,
        "wait",
        "WhatsApp hat die Werbung nicht zugestellt, weil diese Person schon genug erhalten hat. Frühestens nach 24 "
        "Stunden ist ein neuer Versuch sinnvoll.",
        "WhatsApp did not deliver the marketing because this person has had enough of it. Trying again makes sense "
        "after 24 hours at the earliest.",
    ),
    (
        131050,
        "never",
        "Die Person hat Werbung Ihres Unternehmens in WhatsApp abgestellt. Das gilt als Widerspruch; antworten dürfen "
        "Sie weiterhin.",
        "The person switched off your company’s marketing in WhatsApp. That counts as an objection; you may still "
        "answer.",
    ),
    (
        131051,
        "never",
        "WhatsApp unterstützt diese Art von Nachricht nicht. Senden Sie Text.",
        "WhatsApp does not support this kind of message. Send text.",
    ),
    (
        131052,
        "backoff",
        "Eine Datei konnte auch beim zweiten Mal nicht geladen werden: Sie ist zu groß oder nicht erreichbar. Senden "
        "Sie eine kleinere, oder bitten Sie um eine.",
        "A file could not be loaded, not even the second time: it is too big or cannot be reached. Send a smaller one, "
        "or ask for one.",
    ),
    (
        131053,
        "backoff",
        "WhatsApp nimmt diese Datei nicht an (Format, Codec oder Größe). Wandeln Sie sie um und senden Sie sie neu.",
        "WhatsApp does not take this file (format, codec or size). Convert it and send it again.",
    ),
    (
        131055,
        "never",
        "Über diese Schnittstelle nimmt WhatsApp nur Werbevorlagen an. Senden Sie die Nachricht auf dem üblichen Weg.",
        "Through this interface WhatsApp takes marketing templates only. Send the message the usual way.",
    ),
    (
        131056,
        "backoff",
        "Zu viele Nachrichten an dieselbe Person in kurzer Zeit. Senden Sie die Nachricht in einigen Minuten erneut.",
        "Too many messages to the same person in a short time. Send the message again in some minutes.",
    ),
    (
        131057,
        "backoff",
        "Die Anschlussnummer wurde gerade umgestellt. Senden Sie die Nachricht in einigen Minuten erneut.",
        "The number was just being upgraded. Send the message again in some minutes.",
    ),
    (
        131062,
        "never",
        "Diese Nachricht braucht eine Telefonnummer, bekannt ist nur die WhatsApp-Kennung. Bitten Sie um die Nummer.",
        "This message needs a phone number, and only the WhatsApp id is known. Ask for the number.",
    ),
    (
        131063,
        "never",
        "Werbung über die Cloud API ist für Ihr Konto abgeschaltet. Die Einstellung liegt bei Meta.",
        "Marketing over the Cloud API is switched off for your account. The setting is at Meta.",
    ),
    (
        131064,
        "alarm",
        "WhatsApp begrenzt Ihr Konto, weil Vorlagen falsch eingeordnet waren. Berichtigen Sie die Kategorien bei Meta.",
        "WhatsApp limits your account because templates were in the wrong category. Correct the categories at Meta.",
    ),
    (
        range(131201, 131216),
        "never",
        "WhatsApp hat eine Handlung an einer Gruppe abgelehnt. Prüfen Sie die Gruppe bei Meta.",
        "WhatsApp refused an act on a group. Check the group at Meta.",
    ),
    (
        132000,
        "never",
        "Die Zahl der Platzhalter passt nicht zur Vorlage. Füllen Sie alle Platzhalter aus.",
        "The number of placeholders does not fit the template. Fill in all of them.",
    ),
    (
        132001,
        "never",
        "Die Vorlage gibt es in dieser Sprache nicht, oder sie ist nicht freigegeben. Wählen Sie eine andere.",
        "The template does not exist in this language or is not approved. Choose another one.",
    ),
    (
        132005,
        "never",
        "Mit den eingesetzten Werten ist die Vorlage zu lang. Kürzen Sie die Werte.",
        "With its values filled in the template is too long. Shorten the values.",
    ),
    (
        132007,
        "never",
        "Der Text der Vorlage verstößt gegen die Regeln von WhatsApp. Ändern Sie die Vorlage bei Meta.",
        "The template’s text breaks WhatsApp’s rules. Change the template at Meta.",
    ),
    (
        (132008, 132012, 132018),
        "never",
        "Ein Wert passt nicht zum Platzhalter der Vorlage. Zeilenumbrüche, Tabulatoren und mehrere Leerzeichen "
        "hintereinander sind nicht erlaubt.",
        "A value does not fit the template’s placeholder. Line breaks, tabs and several spaces in a row are not "
        "allowed.",
    ),
    (
        132015,
        "wait",
        "WhatsApp hat die Vorlage wegen schlechter Bewertung angehalten. Nach drei bis sechs Stunden geht es weiter; "
        "verbessern Sie sie vorher.",
        "WhatsApp paused the template because of its low quality. It goes on after three to six hours; improve it "
        "before.",
    ),
    (
        132016,
        "never",
        "WhatsApp hat die Vorlage endgültig abgeschaltet. Legen Sie eine neue an.",
        "WhatsApp has disabled the template for good. Make a new one.",
    ),
    (
        132068,
        "never",
        "Der Ablauf (Flow) ist gesperrt. Berichtigen Sie ihn bei Meta.",
        "The flow is blocked. Correct it at Meta.",
    ),
    (
        132069,
        "wait",
        "Der Ablauf (Flow) ist gedrosselt: höchstens zehn Nachrichten je Stunde. Versuchen Sie es später.",
        "The flow is throttled to ten messages an hour. Try again later.",
    ),
    (
        134100,
        "never",
        "Hierüber gehen nur Werbevorlagen. Senden Sie die Nachricht auf dem üblichen Weg.",
        "Only marketing templates go this way. Send the message the usual way.",
    ),
    (
        134101,
        "wait",
        "WhatsApp gleicht die Vorlage noch ab. Nach etwa zehn Minuten ist sie verfügbar.",
        "WhatsApp is still synchronising the template. It is available after about ten minutes.",
    ),
    (
        134102,
        "never",
        "Die Vorlage ist für diesen Weg nicht verfügbar. Wählen Sie eine andere.",
        "The template is not available this way. Choose another one.",
    ),
    (
        135000,
        "never",
        "WhatsApp hat die Nachricht ohne nähere Angabe abgelehnt. Prüfen Sie den Inhalt und schreiben Sie sie neu.",
        "WhatsApp refused the message without saying why. Check its content and write it again.",
    ),
    (
        137000,
        "never",
        "Die Person hat ein neues Gerät oder ihre Nummer gewechselt. Vergewissern Sie sich, mit wem Sie schreiben.",
        "The person has a new device or changed their number. Make sure whom you are writing to.",
    ),
    (
        range(139000, 139005),
        "never",
        "WhatsApp hat den Ablauf (Flow) nicht gesendet. Prüfen Sie ihn bei Meta.",
        "WhatsApp did not send the flow. Check it at Meta.",
    ),
    (
        (139200, 2388318, 2388330),
        "never",
        "WhatsApp nimmt diesen Inhalt ohne Vorlage nicht an. Verwenden Sie eine freigegebene Vorlage.",
        "WhatsApp does not take this content without a template. Use an approved template.",
    ),
)
