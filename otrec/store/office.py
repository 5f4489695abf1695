"""What an administrator does: people, roles, how long records are kept; and the audit, for those who may read it."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update

from otrec.models import OptionError
from otrec.models.wording import nearest
from otrec.store.audit import Entry, entries, note
from otrec.store.errors import MissingError
from otrec.store.part import Part
from otrec.store.people import ROLES, Person, Who, add_person, invited, people_of
from otrec.store.schema import OrganisationRow, PersonRow


class Office(Part):
    """The organisation around one desk."""

    def colleagues(self) -> tuple[Person, ...]:
        """Everybody of the organisation."""
        with self._reading() as session:
            return people_of(session, self.who.organisation_id)

    def invite(self, login: str, role: str) -> Who:
        """Let somebody sign in under a login."""
        self.who.need("administrator", to="invite people")
        with self._writing() as session:
            found = add_person(session, invited(login), role, self.who.organisation_id)
            note(session, self.who, "invited person", None, person=str(found.person_id), role=role)
            return found

    def change(self, person_id: uuid.UUID, *, role: str | None = None, active: bool | None = None) -> None:
        """Give somebody another role, or let them sign in no longer."""
        self.who.need("administrator", to="change people")
        if role is not None and role not in ROLES:
            raise OptionError(f"role: {role!r} is none; choose from {', '.join(ROLES)}{nearest(role, ROLES)}")
        if person_id == self.who.person_id:
            raise OptionError("you cannot change your own role or access; ask another administrator")
        values = {name: value for name, value in (("role", role), ("active", active)) if value is not None}
        with self._writing() as session:
            done = session.scalar(
                update(PersonRow)
                .where(PersonRow.id == person_id, PersonRow.organisation_id == self.who.organisation_id)
                .values(**values)
                .returning(PersonRow.id)
            )
            if done is None:
                raise MissingError("Nobody of your organisation has this id.")
            told = {name: str(value) for name, value in values.items()}
            note(session, self.who, "changed person", None, person=str(person_id), **told)

    def retention(self) -> int | None:
        """For how many days after the last change a client who was put away is kept; None is for ever."""
        with self._reading() as session:
            return session.scalar(
                select(OrganisationRow.retention_days).where(OrganisationRow.id == self.who.organisation_id)
            )

    def retain(self, days: int | None) -> None:
        """Set for how long clients who were put away are kept; `otrec db purge` erases what is older."""
        if not self.database.is_sqlite:
            self.who.need("administrator", to="set how long records are kept")
        if days is not None and not 30 <= days <= 36_525:
            raise OptionError(f"days: {days} is outside 30-36525; leave it empty to keep records for ever")
        with self._writing() as session:
            session.execute(
                update(OrganisationRow)
                .where(OrganisationRow.id == self.who.organisation_id)
                .values(retention_days=days)
            )
            note(session, self.who, "set retention", None, days=days)

    def audit(self, client_id: uuid.UUID | None = None, *, before: int | None = None) -> tuple[Entry, ...]:
        """Who saw or changed what: of one client on this desk, or as far as this person's role goes."""
        with self._reading() as session:
            if client_id is not None and self.who.role != "administrator":
                self._client(session, client_id)
            return entries(session, self.who, client_id, before=before)
