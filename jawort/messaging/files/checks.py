"""What must hold of files at rest, without opening any: `proof` opens them."""

from django.db import connection

from jawort.core.finding import Finding

FINDINGS_MAX = 100

_CHUNKS = """
    SELECT f.id, coalesce(f.chunks, 0), count(c.place) FROM messaging_file f
    LEFT JOIN messaging_chunk c ON c.file_id = f.id
    WHERE f.state <> 'waiting' GROUP BY f.id HAVING count(c.place) <> coalesce(f.chunks, 0)
    ORDER BY f.id LIMIT %s
"""


_STRANDED = """
    SELECT f.id FROM messaging_file f WHERE f.state = 'waiting' AND f.direction = 'in' AND NOT EXISTS (
        SELECT FROM lanes_job j WHERE j.lane = 'file:' || f.id AND j.parked_at IS NULL)
    ORDER BY f.id LIMIT %s
"""


def findings() -> list[Finding]:
    """As many chunks as belong to each file; whatever waits is fetched by somebody."""
    with connection.cursor() as cursor:
        cursor.execute(_CHUNKS, [FINDINGS_MAX])
        odd = [
            Finding("files.chunks", f"File {file} has {there} chunks in the store and should have {wanted}.")
            for file, wanted, there in cursor.fetchall()
        ]
        cursor.execute(_STRANDED, [FINDINGS_MAX])
        stranded = [row[0] for row in cursor.fetchall()]
    text = "File {} waits, and no job fetches it: see the parked jobs."
    return odd + [Finding("files.stranded", text.format(file)) for file in stranded]
