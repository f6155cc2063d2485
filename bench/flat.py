"""What a message costs when 10,000 lie there, and when five million do."""

import statistics
from collections.abc import Iterator
from uuid import UUID

from bench.bodies import Writer
from bench.inbound import CUSTOMERS, drained, store, waiting
from bench.place import Place, until
from bench.report import Goal, Measured

FEW = 10_000
MANY = 5_000_000
EACH = 20  # messages of a seeded customer
CHUNK = 10_000  # seeded customers a statement
QUEUE = 6_000
TIMES = 5

COST = Goal("cost of a message taken in with 5 million stored, of that with 10,000", "ratio", 1.15, "less")

# Customers, addresses, keys, conversations, messages and entries as large as real ones. Nothing of it opens: whoever
# writes while we measure is real. Ids grow with time, as ours do. %(first)s and %(last)s count customers.
_SEED = """
WITH people AS MATERIALIZED (
    SELECT n, {id}(1, n) AS contact, {id}(2, n) AS home, now() - make_interval(secs => %(people)s - n) AS at
      FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
), contacts AS (
    INSERT INTO people_contact (id, name_wrapped, name_ciphertext, language, created_at, month)
    SELECT contact, {bytes}(n, 60), {bytes}(n, 30), '', at, 202501 FROM people
), aliases AS (
    INSERT INTO people_alias (id, kind, scope, blind, wrapped, ciphertext, first_seen, last_seen, contact_id)
    SELECT {id}(3 + k, n), (ARRAY['bsuid', 'wa_id'])[k], %(scope)s, {bytes}(n * 2 + k, 16), {bytes}(n, 60),
           {bytes}(n, 40), at, at, contact FROM people, generate_series(1, 2) AS k
), keys AS (
    INSERT INTO vault_subjectkey (subject, klass, wrapped, epoch_id)
    SELECT contact, klass, {bytes}(n, 60), (SELECT max(number) FROM vault_epoch)
      FROM people, unnest(ARRAY['identity', 'open']) AS klass
), homes AS (
    INSERT INTO messaging_conversation (id, status, opened_at, last_message_at, last_message_id, unread,
                                        window_ends_at, version, contact_id, line_id)
    SELECT home, 'open', at, at, {id}(9, n * {each}), 1, at, {each}, contact, %(line)s FROM people
), entries AS (
    INSERT INTO ledger_entry (at, kind, actor, object, facts, commitment, leaf)
    SELECT at, 'message.in', 'customer:' || contact, {id}(9, n * {each} + k), '{{}}', {bytes}(n * {each} + k, 32),
           '\\x4a574c3101'::bytea || {bytes}(n * {each} + k, 32)
      FROM people, generate_series(0, {each} - 1) AS k ORDER BY n, k
    RETURNING id, object
), seen AS (
    INSERT INTO messaging_seen (hash, at) SELECT {bytes}(n * {each} + k, 16), at
      FROM people, generate_series(0, {each} - 1) AS k
)
INSERT INTO messaging_message (id, direction, kind, state, seq, klass, month, wrapped, ciphertext, provider_index,
                               provider_time, created_at, actor, purpose, gate, failure, entry_id, contact_id,
                               conversation_id, line_id)
SELECT e.object, 'in', 'text', 'received', %(seq)s + n * {each} + k, 'open', 202501, {bytes}(n, 92), {bytes}(n, 810),
       {bytes}(n * {each} + k, 16), at, at, '', 'care', '', '', e.id, contact, home, %(line)s
  FROM people CROSS JOIN generate_series(0, {each} - 1) AS k
  JOIN entries e ON e.object = {id}(9, n * {each} + k)
"""

_FUNCTIONS = """
CREATE FUNCTION bench_id(kind int, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
    SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8000000000000000')::uuid
$$;
CREATE FUNCTION bench_bytes(n bigint, size int) RETURNS bytea IMMUTABLE LANGUAGE sql AS $$
    SELECT substr(decode(repeat(md5(n::text), 1 + size / 16), 'hex'), 1, size)
$$;
"""


def measure(place: Place, _seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """The same 6,000 messages of the same 2,000 customers, before and after; medians of five."""
    writer = Writer(place.told, CUSTOMERS)
    store(place, writer, FEW)
    until(lambda: waiting(place) == 0, 600)
    before = _cost(place, writer)
    _seed(place)
    yield COST, Measured(_cost(place, writer) / before)


def _cost(place: Place, writer: Writer) -> float:
    """Seconds a message from a full queue."""
    return statistics.median(drained(place, writer, QUEUE) / QUEUE for _ in range(TIMES))


def _seed(place: Place) -> None:
    """Fill the tables; then wait until everything is sealed and PostgreSQL has counted."""
    place.sql(_FUNCTIONS)
    people = MANY // EACH
    line, scope = place.sql("SELECT id, portfolio FROM lines_line")[0]
    statement = _SEED.format(id="bench_id", bytes="bench_bytes", each=EACH)
    given: dict[str, int | str | UUID] = {"people": people, "line": line, "scope": scope, "seq": 10**9}
    for first in range(0, people, CHUNK):
        place.sql(statement, given | {"first": first, "last": first + CHUNK - 1})
    until(lambda: place.number("SELECT count(*) FROM ledger_entry WHERE log_index IS NULL") == 0, 3_600)
    place.sql("VACUUM ANALYZE")
    place.sql("CHECKPOINT")
