"""What the tour says: for each step what to do, what has just happened, and what can be pressed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext, pgettext

from jawort.ledger.kinds import Kind
from jawort.ledger.tlog import tiles
from jawort.messaging import tamper
from jawort.web.demo import disk
from jawort.web.demo.facts import line_name, sight
from jawort.web.demo.marketing_words import again, consent, offer, stop
from jawort.web.demo.said import Press, Said, Words, look_at
from jawort.web.demo.tour import Fact, Forgery, Step, Story, changed, current, forgery


@dataclass(frozen=True, slots=True)
class Shown:
    """A step with its words. `state` is done, now or later; `fresh` is the one that was done last."""

    step: Step
    number: int
    title: str
    state: str
    said: Said
    fresh: bool


def shown(story: Story, steps: Sequence[Step]) -> list[Shown]:
    """Every step in the reader's language: those behind say what happened, the next one what to do."""
    now = current(steps)
    last = steps.index(now) if now else len(steps)
    found = []
    for number, step in enumerate(steps, start=1):
        title, words = STEPS[step.name]
        state = "done" if step.done else "now" if step is now else "later"
        said = Said("") if state == "later" else words(story, step.proof)
        found.append(Shown(step, number, title(), state, said, fresh=number == last))
    return found


def shows_text(steps: Sequence[Step]) -> bool:
    """Whether a word of the customer's message is on the page: then it is handed out."""
    return any(step.name == "search" and (step.done or step is current(steps)) for step in steps)


def _write(_story: Story, proof: Fact | None) -> Said:
    if proof:
        return Said(gettext("It left the phone as a signed webhook, exactly as WhatsApp sends it."))
    odd = {"word": pgettext("a word that nobody else writes", "lemonbell")}
    return Said(
        gettext(
            "You are the customer now. Type something into the phone, best with a word that nobody else would use, "
            "“%(word)s” for example. You will soon see what for."
        )
        % odd
    )


def _arrive(story: Story, proof: Fact | None) -> Said:
    if proof:
        return Said(gettext("Everyone who is shown a message is recorded in the ledger. Nobody reads unnoticed."))
    return Said(
        gettext("Now change sides. The inbox has it already: the conversation is at the very top. Open it."),
        look_at(story, gettext("Open the conversation"), main=True),
    )


def _answer(story: Story, proof: Fact | None) -> Said:
    if proof:
        return Said(
            gettext(
                "The gate asked whether we may write, and we may: the customer wrote first. 24 hours later it "
                "would say no, and why."
            )
        )
    return Said(
        gettext("Write something kind back. Before it leaves the house, a gate asks whether we may write at all."),
        look_at(story, gettext("To the conversation"), main=False),
    )


def _ticks(story: Story, proof: Fact | None) -> Said:
    if proof and proof.object is not None:
        arrived = gettext("Two ticks: it is on the phone.")
        is_read = story.letters[proof.object].state != "delivered"
        return Said(gettext("Two blue ticks: read. With a smile, we assume.") if is_read else arrived)
    return Said(
        gettext("One tick: WhatsApp has your answer. Two: it is on the phone. Blue: it was read. Just watch."),
        small=gettext("Nothing happens? Then the phone is switched offline; the switch is below it."),
    )


def _react(_story: Story, proof: Fact | None) -> Said:
    if proof:
        return Said(gettext("It is at the answer in the inbox. A reaction asks nothing, so it leaves nothing unread."))
    return Said(
        gettext(
            "You are the customer again. The dots beside the answer open a menu: press the thumb, or what suits you."
        ),
        small=gettext("Buttons, lists, pictures and places work in the same way; the plus sign offers the rest."),
    )


def _picture(story: Story, proof: Fact | None) -> Said:
    if proof:
        return Said(
            gettext(
                "The message named the file only; we fetched it from WhatsApp ourselves, and it lies here sealed as "
                "the texts do. WhatsApp forgets it within days."
            )
        )
    return Said(
        gettext("Now a picture: the plus sign beside the phone’s text field has three to choose from."),
        look_at(story, gettext("To the conversation"), main=False),
    )


def _hide(_story: Story, proof: Fact | None) -> Said:
    if proof:
        return Said(
            gettext(
                "No number came, an identifier only: enough to know the person again and to answer. Nobody here "
                "has to know more."
            )
        )
    return Said(
        gettext(
            "On WhatsApp customers may keep their number to themselves. Above the phone, make a new one with its "
            "number withheld, and write from there, with an odd word once more."
        )
    )


def _sides(story: Story, proof: Fact | None) -> Said:
    if proof:
        return Said(gettext("There it was read to be delivered, here it lies sealed. That you looked is noted, too."))
    letter = story.letters.get(story.subject.object) if story.subject and story.subject.object else None
    presses = []
    if letter and letter.conversation and story.subject:
        address = reverse("inbox:data", args=[letter.conversation, story.subject.object])
        presses.append(Press(gettext("Show both sides"), "scale", address, look=True))
    return Said(
        gettext(
            "WhatsApp had to read the message to deliver it; that is said here, not hidden. And what lies in your own "
            "database? See for yourself."
        ),
        presses,
    )


def _search(story: Story, proof: Fact | None) -> Said:
    if proof:
        text = ngettext(
            "“%(word)s” is in none of %(files)s files (%(size)s). “%(control)s” is, in %(n)s file: so we do know how "
            "to search.",
            "“%(word)s” is in none of %(files)s files (%(size)s). “%(control)s” is, in %(n)s files: so we do know how "
            "to search.",
            _int(proof, "control"),
        )
        return _found(proof, text)
    subject, last = story.subject, story.latest(Kind.DEMO_DISK_SEARCHED)
    word = _word(subject.object if subject else None, 0)
    if not word:
        return Said(gettext("Write once more from the phone, with a longer word: it takes five letters to search for."))
    press = Press(gettext("Search for “%(word)s”") % {"word": word}, "search", reverse("demo:act", args=["search"]))
    if last and subject and last.object == subject.object:
        return _in_vain(last, press)
    return Said(
        gettext(
            "“%(word)s” came through the database; you have just seen it there, opened. Is it on the disk as well? "
            "We read every byte of this demo."
        )
        % {"word": word},
        [press],
        small=gettext("In capitals and small letters, as UTF‑8, UTF‑16, Base64, hexadecimal and JSON."),
    )


def _in_vain(fact: Fact, press: Press) -> Said:
    """The word turned up, or the control word did not."""
    if fact.said.get("leaked") is True:
        text = gettext("That must not be: your message lies in clear in %(hits)s of %(files)s files.")
        return _found(fact, text, press)
    if fact.said.get("hits"):
        text = ngettext(
            "“%(word)s” stands in %(hits)s file: it is too common a word, PostgreSQL itself uses many. Write once "
            "more from the phone, with an odder one.",
            "“%(word)s” stands in %(hits)s files: it is too common a word, PostgreSQL itself uses many. Write once "
            "more from the phone, with an odder one.",
            _int(fact, "hits"),
        )
        return _found(fact, text)
    text = gettext(
        "“%(word)s” is nowhere, but neither is “%(control)s”: the database does not lie below the demo’s folder. "
        "Start the demo without DATABASE_URL to search it."
    )
    return _found(fact, text, press)


def _found(fact: Fact, text: str, *presses: Press) -> Said:
    values = {
        "word": _word(fact.object, _int(fact, "word")) or gettext("Your word"),
        "files": number_format(_int(fact, "files"), force_grouping=True),
        "size": filesizeformat(_int(fact, "bytes")),
        "control": line_name(),
        "n": _int(fact, "control"),
        "hits": _int(fact, "hits"),
    }
    return Said(text % values, presses, bad=fact.said.get("leaked") is True)


def _seal(story: Story, proof: Fact | None) -> Said:
    if proof:
        index, size, steps = _int(proof, "index"), _int(proof, "size"), _int(proof, "hashes")
        bundle, width = index // tiles.TILE_WIDTH, tiles.width(0, index // tiles.TILE_WIDTH, size)
        tile = tiles.Place(None, bundle, width).path().removeprefix("tile/")
        text = ngettext(
            "Entry %(n)s of %(size)s, %(steps)s hash up to the signature: it checks out.",
            "Entry %(n)s of %(size)s, %(steps)s hashes up to the signature: it checks out.",
            steps,
        )
        links = [
            (gettext("The signed checkpoint"), reverse("ledger:checkpoint")),
            (gettext("The tile with your entry"), reverse("ledger:tile", args=[tile])),
        ]
        return Said(text % {"n": index, "size": size, "steps": steps}, links=links)
    subject, bad = story.subject, story.latest(Kind.DEMO_SEAL_CHECKED)
    if subject is None or subject.log_index is None:
        return Said(gettext("Your message is stored; its place in the ledger follows within a second."))
    press = Press(gettext("Recompute the seal"), "shield-check", reverse("demo:act", args=["seal"]))
    if bad is not None:
        text = gettext("The way from the entry to the signature does not fit: something was changed.")
        return Said(text, [press], bad=True)
    return Said(
        gettext(
            "Your message is entry %(n)s of the ledger: 32 bytes that tell nothing and give every change away. "
            "A few hashes lead from there to one signature over everything."
        )
        % {"n": subject.log_index},
        [press],
    )


def _forge(story: Story, proof: Fact | None) -> Said:
    open_one = changed(story)
    suspect = open_one or story.subject
    typed = tamper.statement(suspect.object) if suspect and suspect.object else ""
    verify = Press(gettext("Verify everything"), "shield-check", reverse("demo:act", args=["verify"]))
    match forgery(story):
        case Forgery.WHOLE:
            change = Press(gettext("Change one byte"), "wand-sparkles", reverse("demo:act", args=["change"]))
            text = gettext("One byte in the database, behind Jawort’s back: who would notice? Go ahead.")
            by_hand = Press(verify.label, verify.icon, verify.url, main=False)
            return Said(text, [change, by_hand], gettext("Or type it into psql yourself, then verify"), typed)
        case Forgery.CHANGED:
            text = gettext("Byte %(n)s of your message is another one now. The database has not batted an eyelid.")
            return Said(text % {"n": tamper.BYTE}, [verify], code=typed, small=gettext("This was typed"))
        case Forgery.FOUND:
            back = Press(gettext("Put it back and verify"), "rotate-ccw", reverse("demo:act", args=["restore"]))
            seen = look_at(story, gettext("Show it in the inbox"), main=False)
            return Said(_caught(story.latest(Kind.LEDGER_VERIFIED)), [back, *seen], bad=True)
        case Forgery.RESTORED:
            verdict, undone = story.latest(Kind.LEDGER_VERIFIED), story.latest(Kind.DEMO_BYTE_RESTORED)
            if verdict and (undone is None or undone.id < verdict.id):
                small = gettext("Typed into psql once more, it puts the byte back")
                return Said(_caught(verdict), [verify], small, typed, bad=True)
            return Said(gettext("The byte is back where it was. What does verifying say now?"), [verify])
        case Forgery.DONE:
            assert proof is not None
            values = {"size": _int(proof, "size"), "records": _int(proof, "records")}
            text = gettext("All whole again: %(size)s entries, %(records)s messages and notes, nothing amiss.")
            return Said(text % values)


def _caught(fact: Fact | None) -> str:
    """What verifying found, in plain words."""
    if fact is None:
        return ""
    values = {"size": _int(fact, "size"), "records": _int(fact, "records"), "n": _int(fact, "problems")}
    if fact.said.get("named") is True and values["n"] == 1:
        text = gettext("Caught. Of %(records)s messages and notes exactly one does not fit its entry any more: yours.")
        return text % values
    text = ngettext(
        "Of %(size)s entries and %(records)s messages and notes, %(n)s does not fit.",
        "Of %(size)s entries and %(records)s messages and notes, %(n)s do not fit.",
        values["n"],
    )
    return text % values


def _word(message: UUID | None, place: int) -> str:
    """The word of a message that is searched for; empty if it has none that long, or does not open."""
    seen = sight(message)
    found = disk.words(seen.text or "") if seen else []
    return found[place] if place < len(found) else ""


def _int(fact: Fact, name: str) -> int:
    value = fact.said.get(name)
    return value if isinstance(value, int) else 0


# Names for tools/icons.py: icon:search icon:wand-sparkles icon:message-circle icon:scale icon:shield-check
# icon:rotate-ccw
STEPS: Mapping[str, tuple[Callable[[], str], Words]] = {
    "write": (lambda: gettext("Write from the phone"), _write),
    "arrive": (lambda: gettext("See it arrive"), _arrive),
    "answer": (lambda: gettext("Answer"), _answer),
    "ticks": (lambda: gettext("Watch the ticks"), _ticks),
    "react": (lambda: gettext("React to it"), _react),
    "picture": (lambda: gettext("Send a picture"), _picture),
    "offer": (lambda: gettext("Send an offer"), offer),
    "consent": (lambda: gettext("Say yes on the website"), consent),
    "again": (lambda: gettext("Send it once more"), again),
    "stop": (lambda: gettext("Say STOP"), stop),
    "hide": (lambda: gettext("Keep your number to yourself"), _hide),
    "sides": (lambda: gettext("Look at both sides"), _sides),
    "search": (lambda: gettext("Search the disk"), _search),
    "seal": (lambda: gettext("Recompute the seal"), _seal),
    "forge": (lambda: gettext("Now forge something"), _forge),
}
