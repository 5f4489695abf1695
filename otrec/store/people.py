"""Who there is: organisations, people and their roles, and who signs in."""

from __future__ import annotations

import uuid
from typing import Final, Literal, get_args

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from otrec.models import Frozen, OptionError
from otrec.models.wording import nearest
from otrec.store.database import Database
from otrec.store.errors import NotAllowedError, NotInvitedError
from otrec.store.schema import AuditHeadRow, OrganisationRow, PersonRow

Role = Literal["therapist", "supervisor", "student", "researcher", "administrator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
#: What each role is for, in words for people.
ROLE_WORDS: Final[dict[Role, str]] = {
    "therapist": "keeps a caseload of their own and sees what colleagues share",
    "supervisor": "keeps a caseload, and may read every client of the organisation",
    "student": "sees what is shared with them, to read",
    "researcher": "sees no client; may take out data in which nobody can be told apart",
    "administrator": "adds people, sets how long records are kept, reads the audit; sees no client",
}
#: The roles that may have clients of their own.
KEEPERS: Final[tuple[Role, ...]] = ("therapist", "supervisor")
#: The organisation and person of a machine with one user.
ALONE: Final = ("This machine", "me")


class Who(Frozen):
    """Somebody who is signed in, as the database knows them."""

    person_id: uuid.UUID
    organisation_id: uuid.UUID
    role: Role
    login: str

    @property
    def told(self) -> dict[str, str]:
        """What row-level security is told in each transaction."""
        return {"otrec.person": str(self.person_id), "otrec.purpose": ""}

    @property
    def keeps_clients(self) -> bool:
        """Whether this person may have clients of their own."""
        return self.role in KEEPERS

    def need(self, *roles: Role, to: str) -> None:
        """Raise `NotAllowedError` unless this person has one of some roles."""
        if self.role not in roles:
            raise NotAllowedError(f"A {self.role} cannot {to}; that is for a {' or '.join(roles)}.")


class Person(Frozen):
    """A colleague, as an administrator sees them."""

    id: uuid.UUID
    login: str
    role: Role
    active: bool
    has_signed_in: bool


class People:
    """The people of a database. What an owner of the database does here has no `Who`; it is for the command line."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def alone(self) -> Who:
        """The one person of a machine without sign-in, made at the first start."""
        with self.database.begin(write=False) as session:
            found = session.scalar(select(PersonRow).where(PersonRow.login == ALONE[1]))
        if found is not None:
            return _who(found)
        return self.add(ALONE[1], "therapist", ALONE[0])

    def any(self) -> bool:
        """Whether an administrator has added anybody."""
        with self.database.begin(write=False) as session:
            if not self.database.is_sqlite:  # row-level security shows nobody to somebody who has not signed in
                return bool(session.execute(text("SELECT otrec_has_people()")).scalar())
            return session.scalar(select(PersonRow.id).where(PersonRow.login != ALONE[1]).limit(1)) is not None

    def add(self, login: str, role: str, organisation: str) -> Who:
        """Invite somebody by the login that they will sign in with; an organisation that is new is made.

        Raises
        ------
        OptionError
            If the role is none, or the login is taken.
        """
        with self.database.begin() as session:
            home = session.scalar(select(OrganisationRow).where(OrganisationRow.name == organisation.strip()))
            if home is None:
                home = OrganisationRow(id=uuid.uuid4(), name=organisation.strip())
                session.add(home)
                session.flush()
                session.add(AuditHeadRow(organisation_id=home.id, seq=0, hash=""))
            return add_person(session, login, role, home.id)

    def sign_in(self, issuer: str, subject: str, login: str) -> Who:
        """The person who came with an identity; at the first time, the one who was invited under this login.

        Raises
        ------
        NotInvitedError
            If nobody was invited under this login, or somebody else took the invitation, or they were set inactive.
        """
        if normal(login) == ALONE[1]:
            raise NotInvitedError(
                "This login stands for a machine without sign-in. Ask your administrator for another."
            )
        with self.database.begin() as session:
            found = _bind(session, issuer, subject, normal(login), on_server=not self.database.is_sqlite)
            if found is not None:
                if not self.database.is_sqlite:
                    session.execute(text("SELECT set_config('otrec.person', :me, true)"), {"me": str(found)})
                person = session.get(PersonRow, found)
                if person is not None:
                    return _who(person)
        raise NotInvitedError("Nobody was invited under this sign-in. Ask your administrator to add it.")

    def known(self, who: Who) -> Who:
        """The same person as the database knows them now: the role may have changed, or they were set inactive."""
        with self.database.begin(who.told, write=False) as session:
            found = session.get(PersonRow, who.person_id)
        if found is None or not found.active:
            raise NotInvitedError("This sign-in is no longer active. Ask your administrator.")
        return _who(found)


def add_person(session: Session, login: str, role: str, organisation_id: uuid.UUID) -> Who:
    """Invite somebody into an organisation."""
    if role not in ROLES:
        raise OptionError(f"role: {role[:40]!r} is none; choose from {', '.join(ROLES)}{nearest(role[:40], ROLES)}")
    name = normal(login)
    if session.scalar(select(PersonRow.id).where(PersonRow.login == name)) is not None:
        raise OptionError("login: somebody has it already; choose another")
    row = PersonRow(id=uuid.uuid4(), organisation_id=organisation_id, login=name, role=role, active=True)
    session.add(row)
    session.flush()
    return _who(row)


def invited(login: str) -> str:
    """A login under which somebody may be invited, as it is compared.

    Raises
    ------
    OptionError
        If it is empty, longer than 254 letters, cannot be printed, or stands for a machine without sign-in.
    """
    name = normal(login)
    if not name.isprintable():
        raise OptionError("login: it holds a sign that cannot be printed; type it anew")
    if name == ALONE[1]:
        raise OptionError(f"login: {name!r} stands for a machine without sign-in; choose another")
    return name


def normal(login: str) -> str:
    """A login as it is compared: small letters, no blanks around.

    Raises
    ------
    OptionError
        If it is empty or longer than 254 letters.
    """
    found = login.strip().casefold()
    if not found or len(found) > 254:
        raise OptionError("login: give the e-mail address or user name that the person signs in with, 1-254 letters")
    return found


def people_of(session: Session, organisation_id: uuid.UUID) -> tuple[Person, ...]:
    rows = session.scalars(
        select(PersonRow).where(PersonRow.organisation_id == organisation_id).order_by(PersonRow.login)
    )
    return tuple(
        Person.model_validate(
            {
                "id": row.id,
                "login": row.login,
                "role": row.role,
                "active": row.active,
                "has_signed_in": bool(row.subject),
            }
        )
        for row in rows
    )


def _bind(session: Session, issuer: str, subject: str, login: str, *, on_server: bool) -> uuid.UUID | None:
    if on_server:
        given = {"issuer": issuer, "subject": subject, "login": login}
        found: uuid.UUID | None = session.execute(
            text("SELECT otrec_sign_in(:issuer, :subject, :login)"), given
        ).scalar()
        return found
    known = session.scalar(
        select(PersonRow.id).where(PersonRow.issuer == issuer, PersonRow.subject == subject, PersonRow.active)
    )
    if known is not None:
        return known
    return session.scalar(
        update(PersonRow)
        .where(PersonRow.login == login, PersonRow.subject.is_(None), PersonRow.active)
        .values(issuer=issuer, subject=subject)
        .returning(PersonRow.id)
    )


def _who(row: PersonRow) -> Who:
    return Who.model_validate(
        {"person_id": row.id, "organisation_id": row.organisation_id, "role": row.role, "login": row.login}
    )
