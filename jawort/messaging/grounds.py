"""On what a message rests: its purpose, the consent that this needs, or what stands in for one."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from jawort.consent.consents import standings_of
from jawort.consent.existing import existing_customers
from jawort.consent.models import DeclaredPurpose
from jawort.consent.purpose import CAMPAIGNS, CARE, LegalBasis, Purpose
from jawort.consent.purposes import purposes, terms_of
from jawort.consent.state import State
from jawort.consent.suppression import suppressed
from jawort.lines.template_list import templates_that_say
from jawort.people.queries import Address

#: It ends advertising, and must stand in what existing customers are sent (§ 7(3) no. 4 UWG: with every use).
OBJECTION_WORD: Final = "STOP"

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Wish:
    """A message: what it is for, to which living address, over which kind of channel, with which template of which
    account (account, name, language), and whether the platform counts that as marketing."""

    purpose: Purpose
    address: Address | None
    channel: str
    template: tuple[str, str, str] | None
    is_marketing: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """What it rests on. `needs` is the purpose that must have been consented to, None where no consent is needed;
    `suppressed` that somebody has objected to that from this address, whatever else is known of them."""

    rests_on: LegalBasis
    closed: bool
    needs: Purpose | None
    consent_stands: bool = False
    is_existing_customer: bool = False
    suppressed: bool = False


def grounds(wishes: Mapping[Key, Wish], at: datetime) -> dict[Key, Ground]:
    """The ground of each. No query for answers to what people asked; a constant number for all the rest."""
    special = any(one.purpose != CARE or one.is_marketing for one in wishes.values())
    declared = purposes() if special else {}
    bases = {key: _basis(declared.get(one.purpose)) for key, one in wishes.items()}
    needs = {key: of for key, one in wishes.items() if (of := _needed(one, bases[key]))}
    consented = _consented(wishes, needs, declared, at)
    bought = _bought(wishes, {key: of for key, of in needs.items() if key not in consented}, declared, at)
    peace = suppressed({one.address for key, one in wishes.items() if key in needs and one.address}) if needs else {}
    return {
        key: Ground(
            rests_on=bases[key],
            closed=one.purpose != CARE and not _is_open(declared.get(one.purpose), one.channel),
            needs=(of := needs.get(key)),
            consent_stands=key in consented,
            is_existing_customer=key in bought,
            suppressed=of is not None
            and one.address is not None
            and not peace.get(one.address, set()).isdisjoint({of, CARE}),
        )
        for key, one in wishes.items()
    }


def _basis(purpose: DeclaredPurpose | None) -> LegalBasis:
    """What a purpose that is known rests on; without one it is care."""
    return LegalBasis(purpose.basis) if purpose else LegalBasis.QUESTION


def _is_open(purpose: DeclaredPurpose | None, channel: str) -> bool:
    return purpose is not None and purpose.ended_at is None and channel in purpose.channels.split()


def _needed(one: Wish, basis: LegalBasis) -> Purpose | None:
    """To which purpose the person must have consented: the message's own, or campaigns for what is marketing."""
    if basis is LegalBasis.CONSENT:
        return one.purpose
    return CAMPAIGNS if one.is_marketing else None


def _consented(
    wishes: Mapping[Key, Wish],
    needs: Mapping[Key, Purpose],
    declared: Mapping[Purpose, DeclaredPurpose],
    at: datetime,
) -> set[Key]:
    """Those whose consent stands, by whose address is written to."""
    to = {key: (address.contact, of) for key, of in needs.items() if (address := wishes[key].address)}
    if not to:
        return set()
    wanted = {of for _, of in to.values()}
    under = {of: terms_of(declared[of]) for of in wanted}
    held = standings_of({contact for contact, _ in to.values()}, wanted, at, under)
    return {key for key, (contact, of) in to.items() if held[of][contact].state is State.ACTIVE}


def _bought(
    wishes: Mapping[Key, Wish],
    needs: Mapping[Key, Purpose],
    declared: Mapping[Purpose, DeclaredPurpose],
    at: datetime,
) -> set[Key]:
    """Those who get it as existing customers: the purpose allows it, and the template says how to object."""
    to = {
        key: (address.contact, of, template)
        for key, of in needs.items()
        if declared[of].existing_customers and (address := wishes[key].address) and (template := wishes[key].template)
    }
    if not to:
        return set()
    telling = templates_that_say(OBJECTION_WORD, {template for _, _, template in to.values()})
    known = existing_customers({contact for contact, _, _ in to.values()}, {of for _, of, _ in to.values()}, at)
    return {key for key, (contact, of, template) in to.items() if template in telling and contact in known.get(of, ())}
