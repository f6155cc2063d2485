"""Tables of ordered work. A lane has a row as long as a job waits in it; asleep, it has none."""

from django.db import models
from django.db.models import F, Q

from jawort.core.column import plain

#: 0 is ordinary. Strict: a higher one goes first whenever it is due. Few, because a claim looks into each.
PRIORITY_MAX = 9


class Lane(models.Model):
    """A conversation, campaign or contact whose jobs run in order, one at a time.

    While `owner` is set, that worker runs the lane's first job. An enqueueing transaction locks the row first, so the
    order of a lane's jobs is the order in which their transactions committed.
    """

    id = models.BigAutoField(primary_key=True, db_comment=plain("number"))
    name = models.CharField(max_length=200, db_comment=plain("what is ordered, by id"))
    version = models.BigIntegerField(db_comment=plain("raised by every enqueueing, so that no wake-up is lost"))
    due_at = models.DateTimeField(db_comment=plain("when the first job may run"))
    turn_at = models.DateTimeField(db_comment=plain("due time of the job enqueued last; later ones are not before it"))
    held_until = models.DateTimeField(null=True, db_comment=plain("the first job failed and waits; all wait with it"))
    priority = models.SmallIntegerField(db_comment=plain("of the first job"))
    pace = models.CharField(max_length=120, db_comment=plain("of the first job; empty: none"))
    owner = models.CharField(max_length=200, null=True, db_comment=plain("worker that runs the first job"))  # noqa: DJ001 - free is not a worker called ""
    lease_until = models.DateTimeField(null=True, db_comment=plain("after this the owner may be dead"))

    class Meta:
        db_table = "lanes_lane"
        db_table_comment = "Lanes in which work waits"
        constraints = [
            # A name as primary key would bring a second, useless index for LIKE.
            models.UniqueConstraint(fields=["name"], name="lanes_lane_name"),
            models.CheckConstraint(
                condition=Q(owner__isnull=True, lease_until__isnull=True)
                | Q(owner__isnull=False, lease_until__isnull=False),
                name="lanes_lane_owned_is_leased",
            ),
            models.CheckConstraint(condition=Q(priority__range=(0, PRIORITY_MAX)), name="lanes_lane_priority_known"),
        ]
        indexes = [
            # The claim walks it from the front: lanes that are taken or not yet due, millions of them, cost nothing.
            models.Index("pace", "priority", "due_at", condition=Q(owner__isnull=True), name="lanes_lane_free"),
            models.Index("lease_until", condition=Q(owner__isnull=False), name="lanes_lane_taken"),
        ]


class Job(models.Model):
    """One piece of work. Deleted when done; a parked one stays until somebody replays it."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("number"))
    lane = models.CharField(max_length=200, db_comment=plain("lane by name"))
    kind = models.CharField(max_length=80, db_comment=plain("which handler runs it"))
    ids = models.JSONField(db_comment=plain("ids of what to work on, never contents"))
    due_at = models.DateTimeField(db_comment=plain("not before; with id the place in the lane"))
    pace = models.CharField(max_length=120, db_comment=plain("whose tokens it takes; empty: none"))
    priority = models.SmallIntegerField(db_comment=plain("higher goes first between lanes, never within one"))
    attempts = models.SmallIntegerField(db_default=0, db_comment=plain("failures so far"))
    losses = models.SmallIntegerField(db_default=0, db_comment=plain("workers that died while running it"))
    reason = models.CharField(max_length=200, db_default="", db_comment=plain("why it failed last or is parked"))
    parked_at = models.DateTimeField(null=True, db_comment=plain("set aside; the lane goes on without it"))

    class Meta:
        db_table = "lanes_job"
        db_table_comment = "Work that waits in lanes"
        constraints = [
            models.CheckConstraint(condition=Q(priority__range=(0, PRIORITY_MAX)), name="lanes_job_priority_known"),
            models.CheckConstraint(condition=Q(parked_at__isnull=True) | ~Q(reason=""), name="lanes_job_parked_why"),
        ]
        indexes = [
            models.Index("lane", "due_at", "id", condition=Q(parked_at__isnull=True), name="lanes_job_waiting"),
            models.Index(F("parked_at").desc(), condition=Q(parked_at__isnull=False), name="lanes_job_parked"),
        ]


class Pace(models.Model):
    """A token bucket: how fast the jobs that name it may start, over all workers together."""

    name = models.CharField(max_length=120, primary_key=True, db_comment=plain("whose pace, by id"))
    rate = models.FloatField(db_comment=plain("tokens a second"))
    burst = models.FloatField(db_comment=plain("most tokens the bucket holds"))
    tokens = models.FloatField(db_comment=plain("tokens that were left at `at`"))
    at = models.DateTimeField(db_comment=plain("when tokens were counted last"))

    class Meta:
        db_table = "lanes_pace"
        db_table_comment = "How fast jobs may start"
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0) & Q(burst__gte=1), name="lanes_pace_gets_on"),
        ]
