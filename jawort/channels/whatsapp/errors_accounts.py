"""Error codes about access, account, number and templates: codes, retry class, German, English. Data only.

Codes below 0 are ours: the platform was not reached or did not answer as itself.
"""

from typing import Final

from jawort.channels.whatsapp.errors_messages import Row

UNREACHABLE: Final = -1
CERTIFICATE: Final = -2
NO_API: Final = -3
BUSY: Final = -4
NO_SENSE: Final = -5
TOKEN_SHUT: Final = -6  # the line is gone, or its token does not open: nothing was sent
UNREADABLE: Final = -7  # the stored message does not open: nothing was sent
ABOUT_GONE: Final = -8  # what the message is about does not open any more: nothing was sent
FILE_NOT_GIVEN: Final = -9  # the platform has no file to the message: nothing was sent

ACCOUNTS: Final[tuple[Row, ...]] = (
    (
        TOKEN_SHUT,
        "alarm",
        "Das Zugriffstoken des Anschlusses lässt sich nicht öffnen; der Anschluss ist angehalten. Bitten Sie Ihre "
        "Administration, es neu zu hinterlegen.",
        "The line’s access token does not open; the line is paused. Ask your administrators to store it anew.",
    ),
    (
        UNREADABLE,
        "never",
        "Die gespeicherte Nachricht lässt sich nicht öffnen und wurde nicht gesendet. Schreiben Sie sie neu; Ihre "
        "Administration sollte die Datenbank prüfen.",
        "The stored message does not open and was not sent. Write it anew; your administrators should check the "
        "database.",
    ),
    (
        FILE_NOT_GIVEN,
        "backoff",
        "Die Datei konnte nicht an WhatsApp übergeben werden; gesendet wurde nichts. Senden Sie die Nachricht erneut, "
        "oder laden Sie die Datei neu hoch.",
        "The file could not be handed to WhatsApp; nothing was sent. Send the message again, or upload the file anew.",
    ),
    (
        ABOUT_GONE,
        "never",
        "Die Nachricht, auf die sich diese bezieht, ist hier nicht mehr lesbar; gesendet wurde nichts. Schreiben Sie "
        "sie ohne diesen Bezug.",
        "The message that this one refers to can no longer be read here; nothing was sent. Write it without that "
        "reference.",
    ),
    (
        UNREACHABLE,
        "backoff",
        "WhatsApp war nicht erreichbar; gesendet wurde nichts. Senden Sie die Nachricht später erneut.",
        "WhatsApp could not be reached; nothing was sent. Send the message again later.",
    ),
    (
        CERTIFICATE,
        "alarm",
        "Das Zertifikat der Gegenstelle ließ sich nicht prüfen; gesendet wurde nichts. Prüfen Sie Proxy und "
        "CA-Bündel (SSL_CERT_FILE).",
        "The other side’s certificate could not be verified; nothing was sent. Check proxy and CA bundle "
        "(SSL_CERT_FILE).",
    ),
    (
        NO_API,
        "alarm",
        "Unter der eingestellten Adresse antwortet nicht die Graph API. Prüfen Sie „graph_url“ und den Proxy.",
        "What answers at the configured address is not the Graph API. Check “graph_url” and the proxy.",
    ),
    (
        BUSY,
        "backoff",
        "WhatsApp bat um eine Pause. Senden Sie die Nachricht später erneut.",
        "WhatsApp asked for a pause. Send the message again later.",
    ),
    (
        NO_SENSE,
        "never",
        "WhatsApp hat die Anfrage ohne Begründung abgelehnt. Schreiben Sie die Nachricht neu.",
        "WhatsApp refused the request without a reason. Write the message again.",
    ),
    (
        (0, 190),
        "alarm",
        "Das Zugriffstoken ist abgelaufen oder ungültig; der Anschluss steht. Hinterlegen Sie ein neues.",
        "The access token is expired or invalid; the line stands still. Enter a new one.",
    ),
    (
        1,
        "backoff",
        "WhatsApp meldet eine ungültige Anfrage oder einen eigenen Fehler. Senden Sie die Nachricht erneut.",
        "WhatsApp reports an invalid request or an error of its own. Send the message again.",
    ),
    (
        2,
        "backoff",
        "WhatsApp war überlastet. Senden Sie die Nachricht später erneut.",
        "WhatsApp was overloaded. Send the message again later.",
    ),
    (
        (3, 10, 131005, *range(200, 300)),
        "alarm",
        "Dem Zugriffstoken fehlt ein Recht; der Anschluss steht. Prüfen Sie die Rechte des Systemnutzers bei Meta.",
        "The access token lacks a permission; the line stands still. Check the system user’s permissions at Meta.",
    ),
    (
        4,
        "backoff",
        "Die App hat das Anfragelimit von Meta erreicht. Senden Sie die Nachricht später erneut.",
        "The app has reached Meta’s limit of requests. Send the message again later.",
    ),
    (
        12,
        "never",
        "Die Anfrage enthält eine Angabe, die Meta abgeschafft hat. Aktualisieren Sie Jawort.",
        "The request holds a parameter that Meta has abolished. Update Jawort.",
    ),
    (
        33,
        "alarm",
        "Die Anschlussnummer wurde bei Meta gelöscht; der Anschluss steht. Verbinden Sie eine andere.",
        "The number was deleted at Meta; the line stands still. Connect another one.",
    ),
    (
        100,
        "never",
        "Eine Angabe der Anfrage ist ungültig, oder es fehlt, worauf sie sich bezieht. Schreiben Sie die Nachricht "
        "neu.",
        "A parameter of the request is invalid, or what it refers to is missing. Write the message again.",
    ),
    (
        104,
        "alarm",
        "Der Anfrage fehlt das Zugriffstoken; der Anschluss steht. Hinterlegen Sie eines.",
        "The request lacks the access token; the line stands still. Enter one.",
    ),
    (
        368,
        "alarm",
        "Meta hat Ihr Konto wegen eines Regelverstoßes vorübergehend gesperrt. Einspruch ist bei Meta möglich.",
        "Meta has blocked your account for a while for breaking its policies. You can appeal at Meta.",
    ),
    (
        80007,
        "backoff",
        "Das WhatsApp-Konto hat sein Anfragelimit erreicht. Senden Sie die Nachricht in einigen Minuten erneut.",
        "The WhatsApp account has reached its limit of requests. Send the message again in some minutes.",
    ),
    (
        131031,
        "alarm",
        "Das WhatsApp-Konto ist gesperrt, oder eine Angabe (PIN) stimmt nicht. Klären Sie das bei Meta.",
        "The WhatsApp account is locked, or an entry (PIN) is wrong. Settle it at Meta.",
    ),
    (
        131037,
        "alarm",
        "Der Anzeigename der Nummer ist nicht freigegeben. Beantragen Sie die Freigabe bei Meta.",
        "The number’s display name is not approved. Ask for approval at Meta.",
    ),
    (
        (131042, 131044),
        "alarm",
        "Bei Meta fehlt eine gültige Zahlungsart; der Anschluss steht. Hinterlegen Sie eine.",
        "A valid payment method is missing at Meta; the line stands still. Add one.",
    ),
    (
        (131045, 133010),
        "alarm",
        "Die Anschlussnummer ist bei WhatsApp nicht registriert; der Anschluss steht. Registrieren Sie sie.",
        "The number is not registered with WhatsApp; the line stands still. Register it.",
    ),
    (
        131059,
        "never",
        "Beim Blättern ging der Anschluss verloren. Beginnen Sie die Liste von vorn.",
        "Paging lost its place. Begin the list anew.",
    ),
    (
        133000,
        "backoff",
        "Eine frühere Abmeldung der Nummer ist unvollständig. Melden Sie sie noch einmal ab.",
        "An earlier deregistration of the number is incomplete. Deregister it once more.",
    ),
    (
        133004,
        "backoff",
        "Der Server von WhatsApp war vorübergehend nicht verfügbar. Senden Sie die Nachricht später erneut.",
        "WhatsApp’s server was temporarily unavailable. Send the message again later.",
    ),
    (
        (133005, 133006),
        "never",
        "Die PIN stimmt nicht, oder die Nummer muss zuerst bestätigt werden. Prüfen Sie beides bei Meta.",
        "The PIN is wrong, or the number must be verified first. Check both at Meta.",
    ),
    (
        (133008, 133009),
        "wait",
        "Die PIN wurde zu oft oder zu schnell falsch eingegeben. Warten Sie, bevor Sie es erneut versuchen.",
        "The PIN was entered wrongly too often or too fast. Wait before you try again.",
    ),
    (
        133015,
        "wait",
        "Die Nummer wurde gerade gelöscht. Nach fünf Minuten kann sie neu registriert werden.",
        "The number was just deleted. It can be registered again after five minutes.",
    ),
    (
        133016,
        "wait",
        "Die Nummer wurde zu oft an- und abgemeldet. Nach 72 Stunden ist es wieder möglich.",
        "The number was registered and deregistered too often. It is possible again after 72 hours.",
    ),
    (
        134011,
        "alarm",
        "Die Zahlungsbedingungen sind nicht angenommen. Nehmen Sie sie bei Meta an.",
        "The payment terms are not accepted. Accept them at Meta.",
    ),
    (
        range(138000, 138019),
        "never",
        "WhatsApp hat einen Anruf abgelehnt. Schreiben Sie der Person.",
        "WhatsApp refused a call. Write to the person.",
    ),
    (
        (139100, 139101),
        "never",
        "Die Sperrliste wurde nur teilweise geändert oder ist voll. Prüfen Sie sie bei Meta.",
        "The block list was changed in part only or is full. Check it at Meta.",
    ),
    (
        (139102, 139103),
        "backoff",
        "Die Sperrliste wurde gerade geändert. Versuchen Sie es später.",
        "The block list was just being changed. Try it later.",
    ),
    (
        range(147001, 147006),
        "never",
        "Dieser Benutzername ist nicht erlaubt oder vergeben. Wählen Sie einen anderen.",
        "This username is not allowed or taken. Choose another one.",
    ),
    (
        range(200005, 200008),
        "never",
        "Auswertungen von Vorlagen sind nicht verfügbar. Schalten Sie sie bei Meta ein.",
        "Template insights are not available. Switch them on at Meta.",
    ),
    (
        1752041,
        "never",
        "Dieser Anschluss wird bereits eingerichtet. Warten Sie, bis das beendet ist.",
        "This line is being set up already. Wait until that is done.",
    ),
    (
        2388019,
        "never",
        "Das Konto hat die höchste Zahl an Vorlagen erreicht. Löschen Sie ungenutzte.",
        "The account has reached the highest number of templates. Delete unused ones.",
    ),
    (
        (2388039, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299),
        "never",
        "Die Vorlage ist so nicht zulässig (Länge, Kopf, Text, Fuß oder Platzhalter). Ändern Sie sie.",
        "The template is not permitted like this (length, header, body, footer or placeholders). Change it.",
    ),
    (
        2494100,
        "backoff",
        "Meta hat die Anschlussnummer gerade gewartet. Senden Sie die Nachricht in einigen Minuten erneut.",
        "Meta was maintaining the number. Send the message again in some minutes.",
    ),
    (
        range(2593107, 2593110),
        "never",
        "Der Abgleich früherer Chats ist nicht (mehr) möglich oder wurde abgelehnt. Jawort nutzt ihn nicht.",
        "Synchronising earlier chats is not possible (any more) or was refused. Jawort does not use it.",
    ),
)
