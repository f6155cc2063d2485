"""The words that hearing goes by, German and English, as `hear.normal` leaves them. Nobody can take one away.

YES is short and stays so: what is not in it is no consent. The rest is long and may grow: whoever wants out is to get
out in their own words.
"""

import re
from typing import Final


def _set(listed: str) -> frozenset[str]:
    """What stands between commas."""
    return frozenset(" ".join(one.split()) for one in listed.split(","))


YES: Final = _set(
    """
    ja, ja bitte, ja gerne, jawohl, einverstanden, zustimmung, ich stimme zu, ja ich stimme zu, ich willige ein,
    ja ich willige ein, bestaetigen, ja bestaetigen, yes, yes please, i agree, yes i agree, i consent, yes i consent,
    agreed, confirm, yes confirm
    """
)
#: To an open question; with manners around it or not.
NO: Final = _set(
    """
    nein, nee, noe, ne, nein bitte nicht, lieber nicht, nein lieber nicht, bitte nicht, nicht jetzt, jetzt nicht,
    ablehnen, ich lehne ab, nein ich lehne ab, kein bedarf, nein kein bedarf, kein interesse, nein kein interesse,
    nicht interessiert, nein niemals, auf keinen fall, nein auf keinen fall, niemals, nein ich moechte nicht, moechte
    ich nicht, nein moechte ich nicht, will ich nicht, nein will ich nicht, ich moechte das nicht, ich will nicht,
    nein ich will nicht, ich will das nicht, ich moechte nicht, eher nicht, besser nicht, no, nein eher nicht, nicht
    einverstanden, ich bin nicht einverstanden, ich stimme nicht zu, nein ich stimme nicht zu, keine zustimmung, nope,
    nah, rather not, id rather not, not now, no not now, not interested, im not interested, no im not interested, i
    dont agree, decline, i decline, i do not agree, i do not consent, i dont consent, never, no way, i refuse,
    absolutely not, but no, im moment nicht, lass mal, ne lass mal, no i dont agree, no i do not agree, aber nein,
    aber nein danke, no i dont want that, no i dont want to, i dont want that, i dont want this, no not interested
    """
)
#: In these nothing is said beside what is said: greetings, thanks, haste.
POLITE: Final = _set(
    """
    bitte, danke, dankeschoen, dank, vielen, besten, schoenen, hallo, hi, hey, guten, gute, morgen, tag, abend, moin,
    servus, liebes, lieber, liebe, team, leute, zusammen, sehr, geehrte, geehrter, damen, herren, und, mfg, lg, vg,
    gruss, gruesse, freundlichen, freundliche, mit, viele, beste, sofort, jetzt, endlich, umgehend, ab, sofortige,
    schnellstmoeglich, please, pls, plz, thanks, thank, you, thx, hello, dear, now, immediately, asap, right, away,
    kindly, cheers, regards, best, kind, sir, madam, just, mal, doch, einfach, schoen, ihr, euer, wirklich, echt,
    also, so, ok, okay
    """
)
#: Signs with which a yes means something else, and signs that forbid.
CONTRARY: Final = frozenset("👎❌🙄🚫🛑⛔✋🤔❓⁉")
FORBIDS: Final = frozenset("🛑🚫⛔")
#: A word that somebody leans on: “stoppppp”.
LENGTHENED: Final = re.compile(r"\b(stopp?)p*\b")
#: Each of them, alone or among manners, ends it.
WITHDRAWS: Final = _set(
    """
    stop, stopp, stop alles, stopp alles, stop all, stopall, alles stoppen, stoppen, abmelden, abmeldung, mich
    abmelden, ich moechte mich abmelden, ich will mich abmelden, abbestellen, abbestellung, ich bestelle ab, ich melde
    mich ab, melde mich ab, austragen, austragung, mich austragen, ich moechte mich austragen, ende, beenden,
    widerruf, widerrufen, ich widerrufe, hiermit widerrufe ich, ich moechte widerrufen, widerspruch, ich widerspreche,
    widersprechen, nein danke, nee danke, kein interesse, kein interesse mehr, keine werbung, ich habe kein interesse,
    ich habe kein interesse mehr, habe kein interesse, hab kein interesse, keine nachrichten, keine angebote, keine
    infos, kein newsletter, newsletter stop, stop newsletter, stop werbung, werbung stop, werbung stoppen, werbestopp,
    nicht mehr schreiben, nicht schreiben, schluss, schluss damit, schluss jetzt, aufhoeren, hoert auf, hoeren sie
    auf, hoer auf, lass mich in ruhe, lasst mich in ruhe, lassen sie mich in ruhe, in ruhe lassen, nie wieder, loescht
    mich, abo beenden, abo kuendigen, abonnement beenden, raus, ich bin raus, ich will raus, einwilligung widerrufen,
    zustimmung widerrufen, ich ziehe meine einwilligung zurueck, unsubscribe, unsubscribe me, opt out, optout, opt me
    out, cancel, end, quit, remove me, no thanks, no thank you, not interested, no more, no more messages, no more
    texts, no ads, no advertising, no marketing, leave me alone, withdraw, i withdraw, revoke, i revoke, i object,
    stop it, stop this, stop that, stop messages, stop marketing, stop promotions, stop texting, stop messaging, stop
    writing, take me off, remove my number, cease, enough, stellen sie das ein, stellt das ein, unterlassen sie das,
    unterlasst das, lassen sie das, lasst das, hoeren sie damit auf, hoert damit auf, hoer damit auf
    """
)
#: These answer everyday questions too (“Anything else?”). They end advertising all the same, which harms nobody;
#: but who may not have meant it is not answered about advertising.
EVERYDAY: Final = _set(
    """
    nein danke, nee danke, kein interesse, kein interesse mehr, ich habe kein interesse, ich habe kein interesse mehr,
    habe kein interesse, hab kein interesse, ende, beenden, schluss, schluss jetzt, raus, ich bin raus, nie wieder,
    nicht schreiben, nicht mehr schreiben, no thanks, no thank you, not interested, no more, cancel, end, quit, enough,
    stop it, stop this, stop that
    """
)
#: Few words of which the first or last is one of these smell.
ENDS: Final = WITHDRAWS | _set("stoppt, kuendigung, kuendigen, loeschen, delete, remove, stopping")
#: Almost one of these is a slip of the finger, unless it is one of `WORDS`.
SLIPS: Final = sorted(
    _set(
        """
        stop, stopp, stoppen, abmelden, abmeldung, abbestellen, austragen, widerruf, widerrufen, unsubscribe,
        widerspruch, widerspreche
        """
    )
)
WORDS: Final = _set(
    """
    step, steps, stops, shop, shops, top, stoff, stock, slop, story, store, stoppt, sport, spot, slot, soap, shot,
    anmelden, anmeldung, melden, meldung, bestellen, bestellung, bestelle, eintragen, auftragen, antragen, vortragen,
    subscribe, abbestellt, ummelden, ummeldung, abstellen, entwurf
    """
)
