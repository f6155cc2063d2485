"""What sentences are about, as far as hearing needs to know: patterns over what `hear.normal` leaves of them.

An idea is written as people say it: words with `*` for any ending or beginning, `_` for a space, `…` for up to eight
words in between. What reads generous is meant to: it ends advertising, which costs little, and gives nothing.
"""

import re
from typing import Final

_BETWEEN: Final = r"(?: \w+){0,8} "


def _any(ideas: str) -> str:
    """One of these."""
    found = "|".join(ideas.split())
    return found.replace("…", _BETWEEN).replace("_", " ").replace("*", r"\w*")


def _all(*ideas: str) -> str:
    """All of these in one sentence, in any order."""
    return "^" + "".join(rf"(?=.*\b(?:{idea})\b)" for idea in ideas)


def _then(first: str, then: str, most: int = 6) -> str:
    """One after the other, with up to `most` words between."""
    return rf"\b(?:{first})(?: \w+){{0,{most}}} (?:{then})\b"


def _whole(ideas: str) -> str:
    """Nothing but this."""
    return rf"^(?:{_any(ideas)})$"


def _compiled(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns))


def _anywhere(ideas: str, *patterns: str) -> re.Pattern[str]:
    return _compiled(rf"\b(?:{_any(ideas)})\b", *patterns)


_ADS: Final = _any(
    """
    werb* *(?<!be)werbung *newsletter* reklame *spam* *marketing* promo* advert* ad ads rundmail rundmails rundschreiben
    kampagne* *mailing* *verteiler* mailing_list broadcast* *werbemuell*
    """
)
_MAIL: Final = f"{_ADS}|" + _any(
    """
    *nachricht *nachrichten *angebot *angebote *angeboten *message *messages messaging text texts texting *offer
    *offers *whatsapp* whats_app info infos informationen *mitteilung* *zusendung* *aktionen *gutschein* rabatt*
    neuigkeiten news updates sms email* e_mail* mail mails deal deals communication* notifications zeug kram
    discount* coupon*
    """
)
_NONE: Final = _any("kein keine keinen keiner keines keinem keinerlei koa* kei keen* kane nix nichts null no none zero")
_MORE: Final = _any(
    "mehr meh mer more anymore any_more laenger longer weiter* further wieder again kuenftig* zukuenftig* future"
)
_NOT_MORE: Final = (
    rf"(?:{_any('nicht nie niemals ned net nit nix nichts')})(?: \w+)? (?:{_any('mehr meh mer laenger weiter wieder')})"
)
_NO_MORE: Final = f"{_NOT_MORE}|" + _any(
    """
    nimmer never_again no_longer no_more no_further dont…anymore dont…any_more dont…again dont…ever do_not…anymore
    do_not…any_more do_not…again not…anymore not…any_more not…again never…again not…any_longer cannot…anymore
    """
)
_WANT: Final = _any(
    """
    moecht* will wills woll* mog mag wuensch* brauch* benoetig* bitte want wants wish need like please *schick* *send*
    schreib* receive get erhalten bekommen kriegen haben interessier* interested verzicht*
    """
)
_CEASE: Final = _any(
    """
    stop stopp stoppen stoppt stops stopping aufhoer* aufzuhoeren hoer*…auf einstell* einzustellen stell*…ein unterlass*
    unterlaesst beend* abstell* stell*…ab abschalt* deaktivier* untersag* verbiet* verbitt* absehen seh*…ab schluss
    discontinue cease quit halt unterbind* verschon* spar*_euch spar*_ihnen spar*_sie_sich lass* refrain switch_off
    turn_off end
    """
)
#: What people do with themselves, not with a bin or a newspaper.
_LEAVE: Final = _any(
    """
    *abmeld* abgemeldet abzumelden meld*…ab austrag* ausgetragen auszutragen trag*…aus deabonnier* unsubscrib* opt_out
    opt_me_out opt_us_out opting_out opted_out rausnehm* herausnehm* rausgenommen nehm*…raus nehm*…heraus nehm*…runter
    nimm…raus nimm…runter sign_me_off sign_me_out take_me_off take_me_out get_me_off get_me_out take_my_number
    """
)
_OUT: Final = f"{_LEAVE}|" + _any(
    """
    *abbestell* abzubestellen bestell*…ab streich* gestrichen entfern* loesch* geloescht raus nehm* nimm kuendig* remov*
    delet* cancel* take
    """
)
_LIST: Final = _any("*liste *listen list lists gruppe datenbank database group")
_ME: Final = _any(
    "mich mi uns me us meine_nummer meine_handynummer meine_telefonnummer my_number my_phone ich i we wir"
)
_MARKED: Final = f"{_ME}|" + _any("mir bitte please alle* all diese* these this your eure* euer ihre* ihr")
_CONSENT: Final = _any(
    "*einwilligung* *zustimmung* *einverstaendnis* *erlaubnis* genehmigung consent permission agreement opt_in"
)
_USE: Final = _any(
    """
    *verarbeitung* *nutzung* nutzen verwendung* verwenden kontaktaufnahme weitergabe processing use_of using contacted
    daten data anschreiben kontaktier*
    """
)
_TAKES_BACK: Final = _any(
    """
    *widerruf* *wiederruf* widersp* zurueck* entzieh* entzogen withdraw* withdrew revok* retract* rescind* object*
    erlischt erloschen gilt…nicht
    """
)
_WRITES: Final = _any(
    """
    *schreib* *geschrieben *kontaktier* *schick* *schiken *send* belaestig* beworben bewerb* nerv* text* messag* writ*
    contact* bother* harass* pester* hoeren hear*
    """
)

MAIL: Final = _compiled(rf"\b(?:{_MAIL})\b")
#: Together in one sentence these say it plainly.
PLAIN: Final = _compiled(
    # stop it
    _all(_CEASE, _ADS),
    _all(_CEASE, _MAIL, f"{_WRITES}|{_MARKED}"),
    _all(_CEASE, rf"(?:{_WRITES}) (?:me|us)|(?:mich|mir|uns)(?: \w+){{0,4}} (?:{_WRITES})"),
    _all(_any("lass*…in_ruhe lass*…in_frieden leave_me_alone leave_us_alone let_me_be in_ruhe_gelassen")),
    # let me out
    _all(_OUT, _ADS),
    _all(f"{_LEAVE}|" + _any("*abbestell* abzubestellen bestell*…ab"), _MAIL),
    _all(_LEAVE, _ME),
    _all(f"{_then(_OUT, _LIST)}|{_then(_LIST, _OUT, 4)}"),
    _all(_any("want_out wants_out let_me_out ich_will_raus ich_will_hier_raus ich_will_da_raus ich_moechte_raus")),
    _all("cancel", _any("subscription messages texts")),
    rf"^(?:bitte |please )*(?:um )?(?:{_LEAVE}|abbestell\w*)\b",
    _all(rf"bitte um (?:\w+ )?(?:{_LEAVE}|abbestell\w*)"),
    _whole("ich_moechte_abbestellen ich_will_abbestellen ich_moechte_das_abbestellen ich_will_das_abbestellen"),
    _all(_any("will…abgemeldet_werden moechte…abgemeldet_werden will…ausgetragen_werden moechte…ausgetragen_werden")),
    # no more of it
    _then(_then(_NONE, _MAIL, 5), _MORE, 8),
    rf"\b(?:{_NONE}) (?:{_MORE})(?: \w+){{0,3}} (?:{_MAIL})\b",
    rf"{_then(_MAIL, _NONE)} (?:{_MORE})\b",
    _then(_WANT, _then(_NONE, _MAIL, 3)),
    _then(_then(_NONE, _MAIL, 3), _WANT, 5),
    rf"^(?:\w+ ){{0,2}}(?:{_NONE})(?: \w+){{0,2}} (?:{_ADS})\b",
    rf"{_then(_NONE, _ADS, 2)}(?: \w+){{0,3}}$",
    _then(_NO_MORE, f"{_MAIL}|{_WRITES}"),
    _then(f"{_MAIL}|{_WRITES}", _NO_MORE),
    _then(_any("dont do_not never"), rf"(?:{_WRITES}) (?:me|us|this number|here|any|{_MAIL})", 2),
    _then(
        _any("dont_want dont_need dont_wish dont_like do_not_want do_not_need do_not_wish no_longer_want never_want"),
        _MAIL,
        7,
    ),
    _then(_any("dont do_not no_longer never"), "contacted", 7),
    _then("nichts mehr|nix mehr", _any("schicken senden zusenden schreiben hoeren wissen bekommen erhalten"), 3),
    _all(
        _any("ich_will_das ich_moechte_das ich_mag_das ich_mog_des ich_will_sowas ich_moechte_sowas ich_will_so_etwas"),
        _NO_MORE,
    ),
    # no longer agreed, objected
    rf"\b(?:{_any('nicht_mehr nicht_laenger no_longer not')}) (?:einverstanden|interessiert|agree|consent)$",
    _all(
        _any(
            "nicht_einverstanden nicht_mehr_einverstanden nicht_interessiert kein_interesse not_interested no_interest"
        ),
        _MAIL,
    ),
    _all(_CONSENT, _TAKES_BACK),
    _all(_CONSENT, f"{_NO_MORE}|{_NONE}|ungueltig", f"{_ADS}|" + _any("gilt have habt haben hast")),
    _all(_TAKES_BACK, f"{_ADS}|{_USE}"),
    _all(f"werbewiderspruch|{_then(_ADS, 'off', 1)}"),
)
#: Whoever asks others for it in these words has said it, though it ends in a question mark.
REQUESTS: Final = re.compile(
    r"(?:\w+ ){0,4}?(?:"
    + _any(
        """
        duerfte_ich darf_ich_sie darf_ich_euch waere_es_moeglich ist_es_moeglich_dass koennen_sie koennten_sie
        koennt_ihr koenntet_ihr kannst_du koenntest_du kannste wuerden_sie wuerdet_ihr wuerdest_du moechten_sie
        can_you could_you would_you will_you can_u could_u can_someone could_someone please bitte pls
        """
    )
    + r")\b"
)
#: Who is not sure has not said it.
HEDGES: Final = _anywhere(
    "vielleicht evtl eventuell maybe might perhaps ueberlege mal_sehen thinking_of thinking_about wenn falls if"
)
#: Who asks how, why or whether has not said it either, unless it is how often it has to be said.
WONDERS: Final = re.compile(
    rf"(?:(?:{_any('und aber also sagen_sie sag_mal hallo hi guten_tag entschuldigung sorry hello')}) )*"
    rf"(?!{_any('how_many_times how_often wie_oft')})(?:"
    + _any(
        """
        wie wo was wann warum wieso weshalb wer wem woher welche* wofuer kann_ich koennte_ich darf_ich muss_ich soll_ich
        ist_es_moeglich gibt_es habe_ich bin_ich how what why where when who which can_i could_i may_i should_i
        is_it_possible is_there am_i did_i do_i
        """
    )
    + ") "
)
_WISHES: Final = _any("moecht* will woll* wuensch* bitte mag mog")
_COMES: Final = _any(
    "bekomme bekam erhalte erhielt kriege kommen kamen kommt bekommen erhalten gekriegt angekommen gesehen gehoert"
)
#: Who says this wants the contrary, or tells that nothing comes.
OPPOSITE: Final = _compiled(
    r"\b(?:nicht|kein\w*|ohne|never|not|dont|do not)(?: \w+)? (?:"
    + _any("stoppen stop ab abmelden abmeldung abbestellen austragen unsubscribe opt_out remove_me widerrufen loeschen")
    + r")\b",
    r"\b(?:dont|do not|not|havent|no longer) (?:get|getting|got|gotten|receive|received|receiving|had)\b",
    rf"\b(?:{_any('verpass* entgeh* miss_any miss_out miss_the miss_your miss_an keep_sending weiterhin behalten')})\b",
    rf"^(?!.*\b(?:{_WISHES})\b).*\b(?:{_COMES})\b.*\bkein\w*",
    rf"^(?!.*\b(?:{_WISHES})\b).*\bkein\w* .*(?:{_COMES}|da)$",
)
#: About contracts, appointments and other things of daily life; who means those has not said it.
ELSE: Final = _anywhere(
    """
    *tonne* zeitung* turnier* noise baustelle* *portal app kita* schule kindergarten kurs* training termin* zaehler*
    strom* gas* tarif* kfz fahrzeug auto kennzeichen wohnung wohnsitz einwohner* wohnort rundfunk gewerbe hund
    hundesteuer kaufvertrag kauf bestellung rechnung lieferung reparatur bus zug haltestelle woche monat monats jahr
    jahres appointment order contract delivery meter course booking week month year
    """
)
#: These smell unless the sentence is about one of those other things.
LEAVES: Final = _anywhere(
    """
    *abmeld* abgemeldet *abbestell* austrag* ausgetragen unsubscri* opt_out opting_out opted_out zugestimmt melde_ich…ab
    bestelle_ich…ab trage_ich…aus nerv* annoy* not_interested kein_interesse nicht_interessiert will…nicht_mehr
    moechte…nicht_mehr mag…nicht_mehr want…anymore aufdringlich intrusive pushy woher…kenn* bin_ich_raus mei_ruah
    """,
    _then(
        _any(
            """
            warum wieso weshalb why who_is_this wer_sind_sie wer_hat was_soll are_you do_you_have_to nicht_sicher
            not_sure another nicht_so_oft less_often
            """
        ),
        f"{_WRITES}|{_MAIL}",
        8,
    ),
    _then(f"{_WRITES}|{_MAIL}", _any("less_often nicht_so_oft seltener")),
)
_TOO_MUCH: Final = _any(
    """
    immer schon_wieder dauernd staendig andauernd jeden_tag every_day every_single_day viel* many much muss muesst warum
    wieso weshalb why nachts morgens genug enough lauter interessier* weniger nicht_so_viel* seltener fewer less
    not_so_many nervig null taeglich
    """
)
#: These do wherever they stand.
SMELLS: Final = _anywhere(
    """
    reicht sick_of fed_up tired_of too_many too_much keine_lust schon_wieder_ihr not_you_again werde_ich…los turn…off
    switch…off in_ruhe leave_me a_message_every *spam* *belaestig* zumuell* zugemuellt vollgemuellt harass* pester*
    unerwuenscht* ungefragt unaufgefordert ungebeten* unsolicited uninvited weitergegeben *verteiler*
    only_gave just_gave nummer_nur nummer_war_nur nummer_war_doch soll_ich…zugestimmt nie_bestellt
    widerruf* wiederruf* widersp* withdraw* revoke* object_to dsgvo gdpr datenschutz* data_protection abmahn* *anwalt*
    verbraucherzentrale aufsichtsbehoerde lawyer solicitor regulator illegal strafbar anzeigen anzeige blockier*
    block_you blocking_you report_you reporting_you report_this mehrmals_geschrieben
    brauch_ich_nicht brauche_ich_nicht will_ich_nicht moechte_ich_nicht hoer*…auf hoer*…damit stop_that stop_this
    stop_it lass*_das lass*_es raus_hier raus_da raus_aus get_me_off get_me_out take_me_off
    """,
    _then(_TOO_MUCH, f"{_MAIL}|{_WRITES}"),
    _then(
        _MAIL, f"{_TOO_MUCH}|" + _any("bore langweil* stop* unerlaubt verboten every_day every_week every_single_day")
    ),
    _then(
        _any("nie nicht never not didnt dont_remember"),
        _any(
            """
            zugestimmt eingewilligt erlaubt angemeldet abonniert agree agreed consent consented sign_up signed_up
            signing_up subscribe subscribed
            """
        ),
        5,
    ),
    _then(_any("woher wo wer where how who"), _any("*nummer daten kontakt* number details")),
    _then(_CONSENT, f"nicht|nie|never|not|ungueltig|{_TAKES_BACK}", 5),
    _then(_any("cancel kuendig*"), _any("contract vertrag abo* purchase")),
    _then(_any("vertrag abo*"), _any("kuendigen beenden")),
    _then(
        _any("loesch* entfern* delete erase remove"),
        _any("daten *nummer kontakt* *konto data number details account mich"),
        4,
    ),
    _then(
        _any("daten *nummer data number account *konto"), _any("loesch* geloescht entfern* deleted erased removed"), 4
    ),
    _then(_any("already schon bereits"), _any("said told gesagt geschrieben"), 3),
    _then(
        _any("write reply text schreib* geschrieben antwort* sag sage said geschickt sent send"),
        _any("stop stopp abmelden"),
        3,
    ),
    _then(_any("stop stopp abmelden"), _any("schreib* write reply antwort*"), 2),
)
#: However it goes on, in few words: a no to what was asked.
REFUSES: Final = re.compile(
    rf"(?:{_any('nein nee noe na naa no nope nah')}) (?:\w+ ){{0,3}}?"
    rf"(?:{_any('nicht ned net not dont dank danke dange thanks thx niemals never')})(?: \w+){{0,3}}$"
)
#: Whatever is plain or smells has one of these. What has none, nearly all that people write, costs one look.
HINT: Final = re.compile(
    rf"\b(?:{_CEASE}|{_OUT}|{_NONE}|{_CONSENT}|{_TAKES_BACK}|{_TOO_MUCH}|"
    + _any(
        """
        nicht nie niemals ned net nit nimmer not dont never cannot cant no_longer ruhe leave let want_out wants_out
        werbewiderspruch off werde_ich aufdringlich intrusive pushy woher wo wer where how who bin_ich_raus mei_ruah
        who_is_this was_soll are_you do_you another less_often seltener reicht sick fed tired again schon bereits
        already ende enough withdraw* abmeld* widersp* werd stop* erase*
        *spam* *belaestig* zumuell* zugemuellt vollgemuellt harass* pester* unerwuenscht* ungefragt unaufgefordert
        ungebeten* unsolicited uninvited weitergegeben *verteiler* gave nummer_nur nummer_war zugestimmt dsgvo gdpr
        datenschutz* data_protection abmahn* *anwalt* verbraucherzentrale aufsichtsbehoerde lawyer solicitor regulator
        illegal strafbar anzeige anzeigen blockier* block_you blocking report_you reporting report_this mehrmals
        brauch_ich brauche_ich hoer* raus* get_me take_me langweil* bore verboten unerlaubt every_* a_message
        contract vertrag einen_termin an_appointment nerv* annoy* einverstanden object*
        """
    )
    + r")\b"
)
