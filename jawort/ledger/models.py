"""The ledger's tables. Rows of tiles and bundles grow at the right edge of the tree and are never changed else."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact, LessThanOrEqual

from jawort.core.column import personal, plain
from jawort.ledger.kinds import RECORDS


class Entry(models.Model):
    """One thing that happened. Written with what it tells of, in one transaction; `log_index` follows."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("order of writing; the log's order is log_index"))
    at = models.DateTimeField(db_comment=plain("when it happened"))
    kind = models.CharField(max_length=40, db_comment=plain("what happened"))
    actor = models.CharField(
        max_length=64,
        db_comment=personal("pseudonym of who acted", purpose="accountability", klass="ledger", sealed=False),
    )
    object = models.UUIDField(
        null=True,
        db_comment=personal("pseudonym of what it was done to", purpose="accountability", klass="ledger", sealed=False),
    )
    related = models.UUIDField(
        null=True,
        db_comment=personal(
            "pseudonym of the other one concerned", purpose="accountability", klass="ledger", sealed=False
        ),
    )
    facts = models.JSONField(default=dict, db_comment=plain("ids, codes and counts; never names, numbers or texts"))
    commitment = models.BinaryField(null=True, db_comment=plain("binds the record; noise once its salt is destroyed"))
    leaf = models.BinaryField(
        db_comment=personal("pseudonyms as the log holds them", purpose="accountability", klass="ledger", sealed=False)
    )
    log_index = models.BigIntegerField(null=True, db_comment=plain("place in the log; null until integrated"))

    class Meta:
        db_table = "ledger_entry"
        db_table_comment = "What happened, each with its leaf in the log"
        indexes = [
            models.Index(fields=["id"], condition=Q(log_index__isnull=True), name="ledger_entry_waiting"),
            models.Index(fields=["object", "kind"], condition=Q(object__isnull=False), name="ledger_entry_object"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["log_index"], condition=Q(log_index__isnull=False), name="ledger_entry_place_once"
            ),
            models.CheckConstraint(
                condition=Q(commitment__isnull=True) | Q(Exact(Length("commitment"), 32)),
                name="ledger_entry_commitment_is_a_hash",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=sorted(kind.value for kind in RECORDS)) | Q(commitment__isnull=False, facts={}),
                name="ledger_entry_record_is_its_commitment",
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("leaf"), 65_535)), name="ledger_entry_leaf_fits_a_bundle"
            ),
        ]


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree, 32 bytes each, side by side."""

    pk = models.CompositePrimaryKey("level", "n")
    level = models.SmallIntegerField(db_comment=plain("0 holds leaf hashes, each level above roots of full tiles"))
    n = models.BigIntegerField(db_comment=plain("place of the tile in its level"))
    data = models.BinaryField(db_comment=plain("the hashes"))

    class Meta:
        db_table = "ledger_tile"
        db_table_comment = "The tree of the log in tiles of 256 hashes"
        constraints = [
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("data"), 8_192)), name="ledger_tile_at_most_256_hashes"
            )
        ]


class Bundle(models.Model):
    """Up to 256 leaves in log order, each with its length before it (two bytes, big-endian)."""

    n = models.BigIntegerField(primary_key=True, db_comment=plain("leaves 256 n to 256 n + 255"))
    data = models.BinaryField(
        db_comment=personal("pseudonyms as the log holds them", purpose="accountability", klass="ledger", sealed=False)
    )

    class Meta:
        db_table = "ledger_bundle"
        db_table_comment = "The leaves of the log in bundles of 256"


class Head(models.Model):
    """One row: how far the log is integrated. `fence` grows with every sequencer that takes over."""

    id = models.SmallIntegerField(primary_key=True, default=1, db_comment=plain("always 1"))
    size = models.BigIntegerField(db_comment=plain("entries in the log"))
    root = models.BinaryField(db_comment=plain("root hash of the tree"))
    fence = models.BigIntegerField(db_comment=plain("which sequencer may write"))
    floor = models.BigIntegerField(db_comment=plain("no entry up to this id waits for its place"))
    refused = models.BooleanField(db_comment=plain("the sequencer refuses to sign, so nothing leaves"))
    at = models.DateTimeField(db_comment=plain("when it last grew"))

    class Meta:
        db_table = "ledger_head"
        db_table_comment = "How far the log is integrated"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="ledger_head_one_row"),
            models.CheckConstraint(condition=Q(size__gte=0), name="ledger_head_size_counts"),
            models.CheckConstraint(condition=Q(Exact(Length("root"), 32)), name="ledger_head_root_is_a_hash"),
        ]


class Checkpoint(models.Model):
    """A signed (size, root). At most one root per size can ever be signed: size is the key."""

    size = models.BigIntegerField(primary_key=True, db_comment=plain("entries in the log when it was signed"))
    root = models.BinaryField(db_comment=plain("root hash of the tree of that size"))
    note = models.BinaryField(db_comment=plain("the signed note as it is served"))
    at = models.DateTimeField(db_comment=plain("when it was signed"))

    class Meta:
        db_table = "ledger_checkpoint"
        db_table_comment = "Signed checkpoints of the log, all of them"
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=0), name="ledger_checkpoint_size_counts"),
            models.CheckConstraint(condition=Q(Exact(Length("root"), 32)), name="ledger_checkpoint_root_is_a_hash"),
        ]


class Secret(models.Model):
    """A private key of the ledger, sealed under the root key, and its public half."""

    name = models.CharField(max_length=40, primary_key=True, db_comment=plain("what it is for"))
    public = models.TextField(db_comment=plain("verifier key, as auditors use it"))
    sealed = models.BinaryField(db_comment=plain("private key, sealed under the root key"))

    class Meta:
        db_table = "ledger_secret"
        db_table_comment = "Signing keys of the log, sealed"


class Handout(models.Model):
    """That somebody was handed something in these ten minutes, so that it is entered once. Kept for an hour."""

    pk = models.CompositePrimaryKey("actor", "bucket", "object")
    actor = models.CharField(
        max_length=64,
        db_comment=personal("pseudonym of who read", purpose="accountability", klass="ledger", sealed=False),
    )
    bucket = models.BigIntegerField(db_comment=plain("which ten minutes since 1970"))
    object = models.UUIDField(
        db_comment=personal("pseudonym of what was read", purpose="accountability", klass="ledger", sealed=False)
    )

    class Meta:
        db_table = "ledger_handout"
        db_table_comment = "Hand-outs of the last hour, to enter each once"
