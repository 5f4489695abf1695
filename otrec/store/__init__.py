"""A caseload that stays: clients with every version, records, plans, what a person keeps, and who saw what.

SQLite in the user's data folder without any set-up; PostgreSQL by `OTREC_DATABASE_URL`, where the database itself keeps
each person to what is theirs.
"""

from otrec.store.audit import Chain, Entry
from otrec.store.clients import KeptClient, Listed, Version
from otrec.store.errors import ConflictError, MissingError, NotAllowedError, NotInvitedError, StoreError
from otrec.store.own import Bag, OwnActivity
from otrec.store.people import ROLE_WORDS, ROLES, Person, Role, Who
from otrec.store.records import KeptPlan, Record
from otrec.store.said import Remark
from otrec.store.sharing import Share
from otrec.store.store import Desk, Store

__all__ = [
    "ROLES",
    "ROLE_WORDS",
    "Bag",
    "Chain",
    "ConflictError",
    "Desk",
    "Entry",
    "KeptClient",
    "KeptPlan",
    "Listed",
    "MissingError",
    "NotAllowedError",
    "NotInvitedError",
    "OwnActivity",
    "Person",
    "Record",
    "Remark",
    "Role",
    "Share",
    "Store",
    "StoreError",
    "Version",
    "Who",
]
