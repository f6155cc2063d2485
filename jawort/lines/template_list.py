"""The templates of an account as they are chosen from."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from jawort.channels.whatsapp.templates import APPROVED, MARKETING, Pattern, pattern
from jawort.lines.models import Line, Listing, Template
from jawort.lines.notices import template_pauses


@dataclass(frozen=True, slots=True)
class Offered:
    """One template; its status is the list's word. `paused` if a notice says so, until `until` if it ends by itself."""

    id: UUID
    name: str
    language: str
    category: str
    status: str
    quality: str
    reason: str
    pattern: Pattern
    paused: bool = False
    until: datetime | None = None

    @property
    def is_approved(self) -> bool:
        """Whether the platform takes it, by its list and its notices."""
        return self.status == APPROVED and not self.paused


@dataclass(frozen=True, slots=True)
class TemplateList:
    """All templates of an account, and how old the list is: `trouble` is why the newest listing failed, by code."""

    templates: list[Offered]
    listed_at: datetime | None
    trouble: str


def template_list(account: str, at: datetime) -> TemplateList:
    """The templates of `account`, by name and language. Three queries, however many they are."""
    pauses = template_pauses({account}, at)
    rows = Template.objects.filter(account=account).order_by("name", "language")
    listing = Listing.objects.filter(account=account).first()
    return TemplateList(
        [_offered(row, pauses) for row in rows],
        listing.listed_at if listing else None,
        listing.trouble if listing else "",
    )


def are_listed() -> bool:
    """Whether the platform has listed a template of any account that has a line."""
    return Template.objects.filter(account__in=Line.objects.values("waba_id")).exists()


def offered(account: str, template_id: UUID, at: datetime) -> Offered | None:
    """One template of `account`; None if it is not there, or not any more."""
    return _one(Template.objects.filter(account=account, pk=template_id), at)


def offered_as(account: str, name: str, language: str, at: datetime) -> Offered | None:
    """The template of this name in this language; None if the account has it not, or not any more."""
    return _one(Template.objects.filter(account=account, name=name, language=language), at)


def _one(found: QuerySet[Template], at: datetime) -> Offered | None:
    row = found.first()
    return _offered(row, template_pauses({row.account}, at)) if row else None


def _offered(row: Template, pauses: dict[tuple[str, str, str], datetime | None]) -> Offered:
    key = row.account, row.name, row.language
    return Offered(
        id=row.pk,
        name=row.name,
        language=row.language,
        category=row.category,
        status=row.status,
        quality=row.quality,
        reason=row.reason,
        pattern=pattern(row.components, named=row.named),
        paused=key in pauses,
        until=pauses.get(key),
    )


def patterns_of(asked: Collection[tuple[str, str, str]]) -> dict[tuple[str, str, str], Pattern]:
    """What those of `asked`, as (account, name, language), say that the accounts' lists have. One query, or none."""
    rows = {(row.account, row.name, row.language): row for row in _named(asked)} if asked else {}
    return {key: pattern(row.components, named=row.named) for key, row in rows.items() if key in set(asked)}


def marketing_templates(asked: Collection[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Those of `asked`, as (account, name, language), that the platform counts as marketing. One query, or none."""
    if not asked:
        return set()
    found = _named(asked).filter(category=MARKETING)
    return set(asked).intersection(found.values_list("account", "name", "language"))


def templates_that_say(word: str, asked: Collection[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Those of `asked`, as (account, name, language), in whose text or footer `word` stands by itself.

    One query, or none.
    """
    said = {key: " ".join((one.body, one.footer)) for key, one in patterns_of(asked).items()}
    return {key for key, text in said.items() if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)}


def _named(asked: Collection[tuple[str, str, str]]) -> QuerySet[Template]:
    """Those of these accounts and names, in whatever language and combination."""
    return Template.objects.filter(account__in={one[0] for one in asked}, name__in={one[1] for one in asked})
