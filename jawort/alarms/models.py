"""Alarms, what the self-test of each line found, and when somebody looked last. No person but who acknowledged."""

from django.db import models

from jawort.alarms.rules import UNKNOWN, Code
from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.lines.models import Line

_CODES = [code.value for code in Code]


class Alarm(models.Model):
    """Something that somebody must look at, from when its cause was seen first until it was gone. One a cause."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the alarm in the ledger"))
    code = models.CharField(max_length=32, db_comment=plain("what is wrong"))
    subject = models.UUIDField(null=True, db_comment=plain("line it is about, null for the installation"))
    since = models.DateTimeField(db_comment=plain("when the cause was seen first"))
    seen_at = models.DateTimeField(db_comment=plain("when it was seen last"))
    ended_at = models.DateTimeField(null=True, db_comment=plain("when it was gone, null while it is there"))
    acknowledged_at = models.DateTimeField(null=True, db_comment=plain("when somebody took it on"))
    acknowledged_by = models.CharField(
        max_length=64,
        default="",
        db_comment=personal("pseudonym of who took it on", purpose="work", klass="staff", sealed=False),
    )

    class Meta:
        db_table = "alarms_alarm"
        db_table_comment = "What somebody must look at, or had to"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "subject"],
                condition=models.Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="alarms_alarm_once_a_cause",
            ),
            models.CheckConstraint(condition=models.Q(code__in=_CODES), name="alarms_alarm_code_known"),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at__isnull=True, acknowledged_by="")
                | models.Q(acknowledged_at__isnull=False) & ~models.Q(acknowledged_by=""),
                name="alarms_alarm_acknowledged_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-ended_at", "-id"], condition=models.Q(ended_at__isnull=False), name="alarms_alarm_past"
            )
        ]


class SelfTest(models.Model):
    """What a line's self-test found last. Codes are empty for what is well, `unknown` for what could not be asked."""

    line = models.OneToOneField(Line, on_delete=models.CASCADE, primary_key=True, db_comment=plain("line"))
    due_at = models.DateTimeField(db_comment=plain("when it is tested next"))
    tested_at = models.DateTimeField(null=True, db_comment=plain("when it was tested last, null if never"))
    token = models.CharField(max_length=64, db_default=UNKNOWN, db_comment=plain("why the token is refused, as a code"))
    expires_at = models.DateTimeField(null=True, db_comment=plain("when the token ends, null if never or not known"))
    subscription = models.CharField(
        max_length=64, db_default=UNKNOWN, db_comment=plain("why the app gets no webhooks, as a code")
    )
    callback = models.CharField(
        max_length=64, db_default=UNKNOWN, db_comment=plain("why our callback does not answer, as a code")
    )

    class Meta:
        db_table = "alarms_selftest"
        db_table_comment = "What the daily self-test of each line found last"


class Watch(models.Model):
    """One row: when somebody looked last, and since when without a gap."""

    id = models.SmallIntegerField(primary_key=True, default=1, db_comment=plain("always 1"))
    since = models.DateTimeField(db_comment=plain("begin of looking without a gap"))
    looked_at = models.DateTimeField(db_comment=plain("when somebody looked last"))

    class Meta:
        db_table = "alarms_watch"
        db_table_comment = "Whether somebody looks for causes of alarms"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="alarms_watch_one_row")]
