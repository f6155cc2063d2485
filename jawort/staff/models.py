"""People of the company: who may sign in, and as what."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from jawort.core import clock
from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.staff.rules import SIGNATURE_CHARACTERS_MAX, UNDO_SECONDS, Presence


class AgentManager(BaseUserManager["Agent"]):
    """Django and allauth look an agent up through this; agents are made by `staff.hire`."""

    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email__iexact=username)


class Agent(AbstractBaseUser):
    """One person of the company. Never deleted while the ledger names them; the name can be erased."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("pseudonym, named by the ledger"))
    email = models.EmailField(
        unique=True, db_comment=personal("staff address", purpose="sign-in", klass="staff", sealed=False)
    )
    name = models.CharField(
        max_length=120, db_comment=personal("staff name", purpose="work", klass="staff", sealed=False)
    )
    role = models.CharField(
        max_length=32, db_comment=personal("staff role", purpose="work", klass="staff", sealed=False)
    )
    password = models.CharField(
        max_length=128, db_comment=personal("password hash", purpose="sign-in", klass="staff", sealed=False)
    )
    last_login = models.DateTimeField(
        null=True, db_comment=personal("last sign-in", purpose="sign-in", klass="staff", sealed=False)
    )
    is_active = models.BooleanField(
        default=True, db_comment=personal("account open", purpose="work", klass="staff", sealed=False)
    )
    language = models.CharField(
        max_length=2, default="de", db_comment=personal("language", purpose="work", klass="staff", sealed=False)
    )
    time_zone = models.CharField(
        max_length=40,
        default="Europe/Berlin",
        db_comment=personal("time zone", purpose="work", klass="staff", sealed=False),
    )
    theme = models.CharField(
        max_length=6, default="system", db_comment=personal("theme", purpose="work", klass="staff", sealed=False)
    )
    density = models.CharField(
        max_length=11,
        default="comfortable",
        db_default="comfortable",
        db_comment=personal("density", purpose="work", klass="staff", sealed=False),
    )
    single_keys = models.BooleanField(
        default=True,
        db_default=True,
        db_comment=personal("whether single letters are keys", purpose="work", klass="staff", sealed=False),
    )
    enter_sends = models.BooleanField(
        default=False,
        db_default=False,
        db_comment=personal("whether Enter alone sends", purpose="work", klass="staff", sealed=False),
    )
    signature = models.CharField(
        max_length=SIGNATURE_CHARACTERS_MAX,
        default="",
        db_default="",
        db_comment=personal("what stands below their answers", purpose="work", klass="staff", sealed=False),
    )
    tells_reading = models.BooleanField(
        default=True,
        db_default=True,
        db_comment=personal("whether customers learn what they read", purpose="work", klass="staff", sealed=False),
    )
    sounds = ArrayField(
        models.CharField(max_length=12),
        default=list,
        db_default=[],
        db_comment=personal("what makes a sound", purpose="work", klass="staff", sealed=False),
    )
    banners = ArrayField(
        models.CharField(max_length=12),
        default=list,
        db_default=[],
        db_comment=personal("what shows itself on the screen", purpose="work", klass="staff", sealed=False),
    )
    banners_name = models.BooleanField(
        default=False,
        db_default=False,
        db_comment=personal("whether names show themselves there", purpose="work", klass="staff", sealed=False),
    )
    quiet_from = models.TimeField(
        null=True, db_comment=personal("when quiet hours begin", purpose="work", klass="staff", sealed=False)
    )
    quiet_until = models.TimeField(
        null=True, db_comment=personal("when quiet hours end", purpose="work", klass="staff", sealed=False)
    )

    undo_seconds = models.PositiveSmallIntegerField(
        default=10,
        db_default=10,
        db_comment=personal("for how long sending can be undone", purpose="work", klass="staff", sealed=False),
    )
    presence = models.CharField(
        max_length=9,
        default=Presence.AVAILABLE,
        db_default=Presence.AVAILABLE,
        db_comment=personal("whether they say they are available", purpose="work", klass="staff", sealed=False),
    )
    presence_since = models.DateTimeField(
        null=True, db_comment=personal("since when they say so", purpose="work", klass="staff", sealed=False)
    )

    objects = AgentManager()

    @property
    def actor(self) -> str:
        """What the ledger calls this person."""
        return f"staff:{self.pk}"

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        db_table = "staff_agent"
        db_table_comment = "People of the company who may sign in"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["administrator", "supervisor", "agent", "data_protection_officer"]),
                name="staff_agent_role_known",
            ),
            models.CheckConstraint(
                condition=models.Q(undo_seconds__in=UNDO_SECONDS), name="staff_agent_undo_seconds_offered"
            ),
            models.CheckConstraint(condition=models.Q(presence__in=list(Presence)), name="staff_agent_presence_known"),
        ]


class Token(models.Model):
    """A program's bearer token; it may what its agent may."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("pseudonym, named by the ledger"))
    agent = models.ForeignKey(
        Agent,
        models.PROTECT,
        db_comment=personal("pseudonym of whose rights it carries", purpose="work", klass="staff", sealed=False),
    )
    name = models.CharField(max_length=80, db_comment=plain("what the program is called"))
    digest = models.BinaryField(unique=True, db_comment=plain("SHA-256 of the token"))
    created_at = models.DateTimeField(db_comment=plain("when it was issued"))
    used_at = models.DateTimeField(null=True, db_comment=plain("when it was last used, to ten minutes"))
    revoked_at = models.DateTimeField(null=True, db_comment=plain("when it was taken back"))

    class Meta:
        db_table = "staff_token"
        db_table_comment = "Bearer tokens of programs"


class Invitation(models.Model):
    """Somebody may open an account for themselves. Deleted when that is done, taken back or too late."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("pseudonym, named by the ledger"))
    digest = models.BinaryField(unique=True, db_comment=plain("SHA-256 of the token in the link"))
    email = models.EmailField(
        unique=True, db_comment=personal("staff address", purpose="sign-in", klass="staff", sealed=False)
    )
    name = models.CharField(
        max_length=120, db_comment=personal("staff name", purpose="work", klass="staff", sealed=False)
    )
    role = models.CharField(
        max_length=32, db_comment=personal("staff role", purpose="work", klass="staff", sealed=False)
    )
    invited_by = models.ForeignKey(
        Agent,
        models.PROTECT,
        related_name="+",
        db_comment=personal("pseudonym of who invited", purpose="work", klass="staff", sealed=False),
    )
    ends_at = models.DateTimeField(db_comment=plain("until when the link lets somebody in"))

    class Meta:
        db_table = "staff_invitation"
        db_table_comment = "Open invitations of people who shall have an account"


class Linked(models.Model):
    """An account that the company's sign-in service opens: who its owner is there."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the row"))
    agent = models.ForeignKey(
        Agent,
        models.PROTECT,
        related_name="+",
        db_comment=personal("pseudonym of whose account it is", purpose="sign-in", klass="staff", sealed=False),
    )
    issuer = models.CharField(max_length=500, db_comment=plain("the sign-in service, as it names itself"))
    subject = models.CharField(
        max_length=255,
        db_comment=personal("pseudonym at the sign-in service", purpose="sign-in", klass="staff", sealed=False),
    )
    since = models.DateTimeField(db_comment=plain("when it was linked"))

    class Meta:
        db_table = "staff_linked"
        db_table_comment = "Who staff are at the company’s sign-in service"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="staff_linked_subject_once"),
            models.UniqueConstraint(fields=["issuer", "agent"], name="staff_linked_agent_once"),
        ]


class PasswordLink(models.Model):
    """Somebody may choose another password. Deleted when that is done, or too late."""

    agent = models.OneToOneField(
        Agent,
        models.CASCADE,
        primary_key=True,
        related_name="+",
        db_comment=personal("pseudonym of whose password it is", purpose="sign-in", klass="staff", sealed=False),
    )
    digest = models.BinaryField(unique=True, db_comment=plain("SHA-256 of the token in the link"))
    made_by = models.ForeignKey(
        Agent,
        models.PROTECT,
        related_name="+",
        db_comment=personal("pseudonym of who made it", purpose="sign-in", klass="staff", sealed=False),
    )
    ends_at = models.DateTimeField(db_comment=plain("until when the link lets them choose"))

    class Meta:
        db_table = "staff_password_link"
        db_table_comment = "Open links with which people choose another password"


class FirstLink(models.Model):
    """Whoever has it may open the first administrator's account. There is at most one; deleted when that is done."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(
        primary_key=True, default=ONLY, db_comment=plain("always the same, as there is one")
    )
    digest = models.BinaryField(db_comment=plain("SHA-256 of the token in the link"))
    ends_at = models.DateTimeField(db_comment=plain("until when the link lets somebody in"))

    class Meta:
        db_table = "staff_first_link"
        db_table_comment = "The link that opens the first administrator’s account"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="staff_first_link_only_one")]


class SignInFailure(models.Model):
    """Failed attempts to sign in, by address tried and by where from. Forgotten after a day."""

    key = models.BinaryField(
        primary_key=True,
        db_comment=personal("keyed hash of address or place tried", purpose="sign-in", klass="staff", sealed=False),
    )
    failures = models.PositiveIntegerField(db_comment=plain("attempts that were tried"))
    since = models.DateTimeField(db_index=True, db_comment=plain("from when their quarter of an hour runs"))

    class Meta:
        db_table = "staff_signinfailure"
        db_table_comment = "Failed attempts to sign in, counted in the database so that every process knows them"


class Session(AbstractBaseSession):
    """One browser's sign-in, or the way there. Django's table does not say whose, so nobody's could be ended."""

    session_key = models.CharField(
        max_length=40,
        primary_key=True,
        db_comment=personal("sign-in of a staff browser", purpose="sign-in", klass="staff", sealed=False),
    )
    session_data = models.TextField(
        db_comment=personal("signed id of the staff account", purpose="sign-in", klass="staff", sealed=False)
    )
    expire_date = models.DateTimeField(db_index=True, db_comment=plain("when the sign-in ends"))
    pseudonym = models.UUIDField(
        unique=True, default=uuid7, db_comment=plain("names the sign-in in addresses and in the ledger")
    )
    agent = models.ForeignKey(
        Agent,
        models.CASCADE,
        null=True,
        related_name="+",
        db_comment=personal("who is signed in", purpose="sign-in", klass="staff", sealed=False),
    )
    begun_at = models.DateTimeField(
        default=clock.now,
        db_comment=personal("when it began", purpose="sign-in", klass="staff", sealed=False),
    )
    seen_at = models.DateTimeField(
        null=True,
        db_comment=personal(
            "when it was last used, to a quarter of an hour", purpose="sign-in", klass="staff", sealed=False
        ),
    )
    browser = models.CharField(
        max_length=16,
        default="",
        db_comment=personal("browser and system, as two words", purpose="sign-in", klass="staff", sealed=False),
    )

    service_session = models.BinaryField(
        null=True,
        db_comment=personal(
            "hash of the sign-in’s name at the sign-in service", purpose="sign-in", klass="staff", sealed=False
        ),
    )

    class Meta:
        db_table = "staff_session"
        db_table_comment = "Sign-ins of staff browsers"

    def save(self, *args: Any, force_insert: Any = False, using: str | None = None, **kwargs: Any) -> None:
        """Django writes all it has, which is not all there is: what the row knows besides stays as it is."""
        known = None if force_insert else ["session_data", "expire_date", "agent"]
        super().save(force_insert=force_insert, using=using, update_fields=known)
