"""Every column of every table says whether it is about a person, what it is, what for, and when it goes.

Our own columns say it in their comment, which PostgreSQL shows; columns of Django and allauth in
jawort/staff/foreign_columns.py. A column without fails, and so does a declaration that contradicts its column.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db import connection, models

from jawort.core.column import personal, plain
from jawort.staff.foreign_columns import FOREIGN

FORM = re.compile(
    r"not personal: \S.*|personal: (?P<kind>\S[^;]*); purpose: (?P<purpose>\S[^;]*); class: (?P<klass>\S[^;]*); "
    r"(?P<seal>sealed|clear)"
)
#: Whoever refers to a row of these refers to a person.
PERSONS = {"people_contact", "people_alias", "staff_agent"}
#: Text of this length is a code (a language, a state), not something that somebody wrote.
CODE_CHARACTERS_MAX = 16
COLUMNS_OF_THE_DATABASE = """
    SELECT c.relname, a.attname, format_type(a.atttypid, NULL), col_description(c.oid, a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Column:
    """One column: where it is, its type in PostgreSQL, the length of its text, and what it says of itself."""

    table: str
    name: str
    kind: str
    length: int | None
    says: str
    refers_to: str = ""

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


def columns_of(model: type[models.Model]) -> Iterator[Column]:
    """The columns of one table, as its model has them."""
    table = model._meta.db_table
    for field in model._meta.local_concrete_fields:
        column = field.column or ""
        says = field.db_comment or FOREIGN.get(table, {}).get(column, "")
        kind = field.db_type(connection) or ""
        to = field.related_model._meta.db_table if isinstance(field.related_model, type) else ""
        yield Column(table, column, kind.partition("(")[0], getattr(field, "max_length", None), says, to)


def fault(column: Column) -> str | None:
    """What is wrong with what a column says of itself, None if nothing is."""
    found = FORM.fullmatch(column.says)
    if found is None:
        return f"{column} does not say what it holds (jawort/core/column.py)"
    if column.refers_to in PERSONS and found["kind"] is None:
        return f"{column} names a person and says that it does not"
    if found["seal"] == "sealed" and column.kind != "bytea":
        return f"{column} says it is sealed and is {column.kind}"
    if found["seal"] == "clear" and _could_hold_words(column) and not _may_lie_in_clear(found["kind"], found["klass"]):
        return f"{column} could hold a customer's words or name in clear"
    return None


def _could_hold_words(column: Column) -> bool:
    is_text = column.kind in {"text", "varchar", "jsonb", "json"}
    return is_text and (column.length is None or column.length > CODE_CHARACTERS_MAX)


def _may_lie_in_clear(kind: str, klass: str) -> bool:
    return klass.startswith("staff") or kind.startswith(("pseudonym", "keyed hash"))


def test_every_column_says_what_it_holds() -> None:
    every = [column for model in apps.get_models(include_auto_created=True) for column in columns_of(model)]
    faults = [told for column in every if (told := fault(column))]
    assert not faults, "\n".join(faults)
    assert len(every) > 100  # the walk saw the tables


@pytest.mark.django_db
def test_the_database_has_no_other_columns_and_shows_the_same() -> None:
    known = {
        (column.table, column.name): column.says
        for model in apps.get_models(include_auto_created=True)
        for column in columns_of(model)
    }
    known |= {("django_migrations", name): says for name, says in FOREIGN["django_migrations"].items()}
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS_OF_THE_DATABASE)
        stored = {(table, column): comment for table, column, _, comment in cursor.fetchall()}
    assert stored.keys() == known.keys()
    ours = {place: comment for place, comment in stored.items() if place[0] not in FOREIGN}
    assert ours == {place: says for place, says in known.items() if place[0] not in FOREIGN}


def test_foreign_declarations_name_no_column_that_is_gone() -> None:
    there = {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
    }
    declared = {(table, name) for table, names in FOREIGN.items() for name in names if table != "django_migrations"}
    assert declared <= there


@pytest.mark.parametrize(
    "says",
    [
        "",
        "the customer's name",
        "personal: name",
        "personal: name; purpose: ; class: identity; sealed",
        "personal: name; purpose: care; class: identity; hidden",
    ],
)
def test_a_column_that_says_too_little_fails(says: str) -> None:
    assert fault(Column("people_contact", "name", "bytea", None, says))


def test_a_model_that_says_nothing_fails() -> None:
    class Forgetful(models.Model):
        name = models.CharField(max_length=80)

        class Meta:
            app_label = "people"
            managed = False

    del apps.all_models["people"]["forgetful"]
    assert [str(column) for column in columns_of(Forgetful) if fault(column)] == [
        "people_forgetful.id",
        "people_forgetful.name",
    ]


def test_a_reference_to_a_person_that_says_it_is_none_fails() -> None:
    assert fault(Column("messaging_message", "contact_id", "uuid", None, plain("with whom"), "people_contact"))
    assert not fault(Column("messaging_message", "line_id", "uuid", None, plain("our line"), "lines_line"))


@pytest.mark.parametrize(("purpose", "klass"), [("marketing", "identity"), ("care", "for ever")])
def test_a_purpose_or_a_class_that_nobody_decided_is_refused(purpose: str, klass: str) -> None:
    with pytest.raises(ValueError, match=r"jawort/core/column\.py"):
        personal("name", purpose=purpose, klass=klass)


def test_a_name_in_clear_fails() -> None:
    in_clear = personal("name", purpose="care", klass="identity", sealed=False)
    assert fault(Column("people_contact", "name", "varchar", 80, in_clear))
    assert fault(Column("people_contact", "name", "text", None, personal("name", purpose="care", klass="identity")))
    assert not fault(
        Column("people_contact", "name", "bytea", None, personal("name", purpose="care", klass="identity"))
    )
    assert not fault(Column("people_contact", "language", "varchar", 8, in_clear))
    assert not fault(Column("people_contact", "id", "uuid", None, plain("pseudonym")))
