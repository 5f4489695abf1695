"""Somebody who means harm: with raw SQL as the app's own login, and with words made to break in.

The login of the app is trusted with one thing, to say truly who asks (`otrec.person`); everything else is held here.
Two things that it may do are left to the audit's chain to show: add entries about the one who asks, and set the head
of the organisation's audit.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import make_url

from otrec.store import Desk, StoreError
from otrec.store.schema import TABLES
from tests.store_refusals import RECORD, direct, lived_in
from tests.stores import Clinic, child, postgresql

NAMES = [table.name for table in TABLES]
Rows = dict[str, list[tuple[Any, ...]]]


class Scene:
    """Ana and her colleagues in the north, Far in the south; Ben has nothing of his own."""

    def __init__(self, house: Clinic) -> None:
        self.house = house
        self.ana, self.ben = house.desk("ana"), house.desk("ben")
        self.far, self.sue = house.desk("far", organisation="South"), house.desk("sue", "supervisor")
        self.boss, self.rae = house.desk("boss", "administrator"), house.desk("rae", "researcher")
        self.north, self.south = lived_in(self.ana, "north"), lived_in(self.far, "south")
        self.ana.sharing.share(self.north, "sue", may_write=True)
        self.owner = psycopg.connect(direct(house.owner_url), autocommit=True)
        self.raw = psycopg.connect(direct(house.url), autocommit=True)

    def rows(self) -> Rows:
        """Every row, but the heads of audits."""
        return {
            name: sorted(self.owner.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))), key=repr)
            for name in NAMES
            if name != "audit_head"
        }

    def columns(self, table: str) -> list[str]:
        return [column.name for column in next(one for one in TABLES if one.name == table).c]

    def as_(self, desk: Desk | None) -> psycopg.Connection[Any]:
        """The raw connection, with somebody who asks."""
        self.raw.execute("RESET ALL")
        self.raw.execute("SELECT set_config('otrec.person', %s, false)", (str(desk.who.person_id) if desk else "",))
        return self.raw

    def touched(self, statement: str | sql.Composed, *given: Any) -> int:
        """How many rows a statement reaches; a refusal reaches none."""
        try:
            return self.raw.execute(statement, given).rowcount
        except psycopg.errors.InsufficientPrivilege:
            return 0


@pytest.fixture
def scene() -> Iterator[Scene]:
    with postgresql() as (owner, member):
        house = Clinic(member, owner)
        made = Scene(house)
        yield made
        made.owner.close()
        made.raw.close()
        house.close()


def test_who_does_not_say_who_they_are_sees_and_changes_nothing(scene: Scene) -> None:
    before = scene.rows()
    assert all(before[name] for name in before), "a row in every table"
    for given in (None, "", str(uuid.uuid4())):
        scene.as_(None)
        if given is None:
            scene.raw.execute("RESET otrec.person")
        else:
            scene.raw.execute("SELECT set_config('otrec.person', %s, false)", (given,))
        for name in NAMES:
            table = sql.Identifier(name)
            assert scene.touched(sql.SQL("SELECT * FROM {}").format(table)) == 0
            assert scene.touched(sql.SQL("DELETE FROM {}").format(table)) == 0
            for column in map(sql.Identifier, scene.columns(name)):
                assert scene.touched(sql.SQL("UPDATE {} SET {} = {}").format(table, column, column)) == 0
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        scene.raw.execute("SET otrec.person = 'ana'; SELECT * FROM client")
    assert scene.rows() == before


def test_who_is_set_inactive_reads_no_client_any_more(scene: Scene) -> None:
    scene.boss.office.change(scene.ana.who.person_id, active=False)
    scene.as_(scene.ana)
    for name in ("client", "profile", "goal", "trial", "session", "plan", "share", "feedback", "audit", "person"):
        assert scene.touched(f"SELECT * FROM {name}") == 0, name
    assert scene.touched("UPDATE client SET next_session = NULL") == 0


#: What somebody with nothing of their own may read: their own organisation and its people.
READABLE = {"organisation": 1, "person": 5, "audit_head": 1}


@pytest.mark.parametrize("login", ["ben", "rae", "boss"])
def test_who_has_nothing_reaches_nothing_of_a_colleague_or_of_another_organisation(scene: Scene, login: str) -> None:
    before = scene.rows()
    scene.as_(scene.house.desks[login])
    special = {"feedback": 1, "audit": -1} if login == "boss" else {}
    for name in NAMES:
        table = sql.Identifier(name)
        seen = scene.touched(sql.SQL("SELECT * FROM {}").format(table))
        wanted = {**READABLE, **special}.get(name, 0)
        assert seen == wanted or wanted == -1, name
        assert scene.touched(sql.SQL("DELETE FROM {}").format(table)) == 0
        if login == "boss" and name in ("organisation", "person", "feedback"):
            continue
        for column in map(sql.Identifier, scene.columns(name)):
            reached = scene.touched(sql.SQL("UPDATE {} SET {} = {}").format(table, column, column))
            assert reached == 0 or name == "audit_head"
    assert scene.rows() == before


def test_no_row_of_others_can_be_written_again_under_a_new_id(scene: Scene) -> None:
    before = scene.rows()
    scene.as_(scene.ben)
    for name, rows in before.items():
        names = scene.columns(name)
        for row in rows:
            given = dict(zip(names, row, strict=True))
            if name == "audit":
                given["seq"] = 1_000_000
            elif "id" in given:
                given["id"] = uuid.uuid4() if isinstance(given["id"], uuid.UUID) else 1_000_000
            given = {key: Jsonb(one) if isinstance(one, dict | list) else one for key, one in given.items()}
            put = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(name),
                sql.SQL(", ").join(map(sql.Identifier, given)),
                sql.SQL(", ").join(sql.Placeholder() * len(given)),
            )
            assert scene.touched(put, *given.values()) == 0, name
    assert scene.rows() == before


def half_mine(scene: Scene) -> dict[str, tuple[str, tuple[Any, ...]]]:
    """Rows that somebody writes in their own name upon what is not theirs, or in another's upon what is."""
    me, ana, far = scene.ben.who.person_id, scene.ana.who.person_id, scene.far.who.person_id
    north, south = scene.ben.who.organisation_id, scene.far.who.organisation_id
    mine = scene.ben.clients.save(child("bens")).id
    (goal,) = scene.owner.execute("SELECT id FROM goal WHERE client_id = %s", (scene.north,)).fetchone() or (0,)
    scene.ben.records.keep(mine, RECORD)
    (my_goal,) = scene.owner.execute("SELECT id FROM goal WHERE client_id = %s", (mine,)).fetchone() or (0,)
    new, day, empty = uuid.uuid4(), dt.date(2027, 5, 5), Jsonb({})
    client = (
        "INSERT INTO client (id, organisation_id, owner_id, code, version, record_version, profile, made_at, "
        "changed_at) VALUES (%s, %s, %s, 'x', 1, 0, '{}', now(), now())"
    )
    profile = "INSERT INTO profile (client_id, number, content, saved_by, saved_at) VALUES (%s, 99, '{}', %s, now())"
    plan = "INSERT INTO plan (client_id, kind, content, made_by, made_at) VALUES (%s, 'session', '{}', %s, now())"
    share = "INSERT INTO share (client_id, person_id, granted_by, granted_at) VALUES (%s, %s, %s, now())"
    trial = "INSERT INTO trial (client_id, goal_id, date, value) VALUES (%s, %s, %s, 1)"
    said = (
        "INSERT INTO feedback (organisation_id, person_id, client_id, activity, verdict, library_version, said_at) "
        "VALUES (%s, %s, %s, 'x', 'unsafe', 'v', now())"
    )
    noted = (
        "INSERT INTO audit (organisation_id, seq, at, person_id, action, before, hash) "
        "VALUES (%s, 999999, 'x', %s, 'x', '', '')"
    )
    return {
        "a client for a colleague": (client, (new, north, ana)),
        "a client in another organisation": (client, (new, south, me)),
        "a client there for somebody there": (client, (new, south, far)),
        "a version of a colleague's client": (profile, (scene.north, me)),
        "a version of a client elsewhere": (profile, (scene.south, me)),
        "a version in a colleague's name": (profile, (mine, ana)),
        "a plan for a colleague's client": (plan, (scene.north, me)),
        "a plan in a colleague's name": (plan, (mine, ana)),
        "a colleague's client shown to oneself": (share, (scene.north, me, me)),
        "the same in the colleague's name": (share, (scene.north, me, ana)),
        "one's own client shown elsewhere": (share, (mine, far, me)),
        "a share in a colleague's name": (share, (mine, ana, ana)),
        "a goal": ("INSERT INTO goal (client_id, code, place, content) VALUES (%s, 'x', 9, %s)", (scene.north, empty)),
        "a session": ("INSERT INTO session (client_id, date, content) VALUES (%s, %s, %s)", (scene.north, day, empty)),
        "a point on a colleague's goal": (trial, (scene.north, goal, day)),
        "one's own point on a colleague's goal": (trial, (mine, goal, day)),
        "the point of a colleague on one's own goal": (trial, (scene.north, my_goal, day)),
        "feedback on a client not seen": (said, (north, me, scene.north)),
        "feedback elsewhere": (said, (south, me, None)),
        "feedback in a colleague's name": (said, (north, ana, None)),
        "an entry in a colleague's name": (noted, (north, ana)),
        "an entry elsewhere": (noted, (south, me)),
        "moving one's client to a colleague": ("UPDATE client SET owner_id = %s WHERE id = %s", (ana, mine)),
        "moving it elsewhere": ("UPDATE client SET organisation_id = %s WHERE id = %s", (south, mine)),
        "taking a colleague's client": ("UPDATE client SET owner_id = %s WHERE id = %s", (me, scene.north)),
        "moving points": ("UPDATE trial SET client_id = %s WHERE client_id = %s", (scene.north, mine)),
        "moving points to a goal": ("UPDATE trial SET goal_id = %s WHERE client_id = %s", (goal, mine)),
        "moving goals": ("UPDATE goal SET client_id = %s, code = 'x' WHERE client_id = %s", (scene.north, mine)),
        "moving plans": ("UPDATE plan SET client_id = %s WHERE client_id = %s", (scene.south, mine)),
        "changing a version": ("UPDATE profile SET content = '{}' WHERE client_id = %s", (mine,)),
        "dropping a version": ("DELETE FROM profile WHERE client_id = %s", (mine,)),
        "a bag for a colleague": (
            "INSERT INTO bag (person_id, name, tools, version) VALUES (%s, 'x', '[]', 1)", (ana,)
        ),
        "a role": ("UPDATE person SET role = 'supervisor' WHERE id = %s", (me,)),
        "access": ("UPDATE person SET active = true WHERE id = %s", (me,)),
        "a login": ("UPDATE person SET login = 'x' WHERE id = %s", (me,)),
        "an identity": ("UPDATE person SET subject = 'x' WHERE id = %s", (ana,)),
        "somebody new": (
            "INSERT INTO person (id, organisation_id, login, role, added_at) VALUES (%s, %s, 'x', 'supervisor', now())",
            (new, north),
        ),
        "retention": ("UPDATE organisation SET retention_days = 30", ()),
        "the audit": ("UPDATE audit SET action = 'x'", ()),
        "the audit's entries": ("DELETE FROM audit", ()),
        "the other audit's head": ("UPDATE audit_head SET seq = 0 WHERE organisation_id = %s", (south,)),
    }  # fmt: skip


def test_nothing_is_written_upon_what_is_not_ones_own_or_in_anothers_name(scene: Scene) -> None:
    attempts = half_mine(scene)
    before = scene.rows()
    scene.as_(scene.ben)
    for name, (statement, given) in attempts.items():
        assert scene.touched(statement, *given) == 0, name
    assert scene.rows() == before


def test_a_supervisor_with_a_share_to_change_takes_no_client_over(scene: Scene) -> None:
    before = scene.rows()
    scene.as_(scene.sue)
    assert scene.touched("SELECT * FROM client") == 1
    for statement in ("UPDATE client SET owner_id = %s", "UPDATE share SET person_id = %s"):
        assert scene.touched(statement, scene.sue.who.person_id) == 0
    assert scene.touched("DELETE FROM client") == 0
    assert scene.touched("DELETE FROM share") == 0
    assert scene.rows() == before


def test_a_student_or_a_reader_of_a_share_writes_nothing(scene: Scene) -> None:
    scene.ana.sharing.share(scene.north, "ben")
    before = scene.rows()
    scene.as_(scene.ben)
    assert scene.touched("SELECT * FROM client") == 1
    for name in NAMES:
        if name != "audit_head":
            table = sql.Identifier(name)
            assert scene.touched(sql.SQL("DELETE FROM {}").format(table)) == 0, name
            for column in map(sql.Identifier, scene.columns(name)):
                assert scene.touched(sql.SQL("UPDATE {} SET {} = {}").format(table, column, column)) == 0, name
    assert scene.rows() == before


FORBIDDEN = (
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "ALTER TABLE client DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE client NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE client OWNER TO CURRENT_USER",
    "DROP POLICY otrec_client_select ON client",
    "ALTER POLICY otrec_client_select ON client USING (true)",
    "CREATE POLICY mine ON client USING (true)",
    "TRUNCATE client CASCADE",
    "TRUNCATE audit",
    "DROP TABLE client CASCADE",
    "DROP TRIGGER audit_append_only ON audit",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "COPY client TO PROGRAM 'cat'",
    "COPY client TO '/tmp/client.csv'",
    "COPY client FROM PROGRAM 'ls'",
    "SELECT rolpassword FROM pg_authid",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "CREATE TABLE public.mine (id int)",
    "CREATE FUNCTION public.otrec_me2() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION public.otrec_me() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
    "ALTER FUNCTION otrec_me() OWNER TO CURRENT_USER",
    "CREATE SCHEMA mine",
    "CREATE VIEW public.everything AS SELECT * FROM client",
    "CREATE TRIGGER mine BEFORE INSERT ON client FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE mine AS ON SELECT TO client DO INSTEAD SELECT 1",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "CREATE ROLE mine",
    "GRANT otrec_app TO postgres",
    "SET session_replication_role = replica",
    "ALTER SYSTEM SET port = 1",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
    "SELECT setval('goal_id_seq', 1)",
    "SET row_security = off; SELECT * FROM client",
    "UPDATE alembic_version SET version_num = '0001'",
)


@pytest.mark.parametrize("before", ["RESET ROLE", "SET ROLE otrec_app"])
def test_the_login_cannot_lift_what_holds_it(scene: Scene, before: str) -> None:
    held, shape = scene.rows(), shaped(scene)
    for statement in FORBIDDEN:
        scene.as_(scene.ben)
        scene.raw.execute(before)
        assert refused(scene, statement), statement
    assert (scene.rows(), shaped(scene)) == (held, shape)


def refused(scene: Scene, statement: str) -> bool:
    try:
        scene.raw.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def shaped(scene: Scene) -> list[Any]:
    words = (
        "SELECT relname, relowner, relrowsecurity::text, relacl::text FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace UNION ALL "
        "SELECT policyname, 0, cmd, concat(qual, with_check) FROM pg_policies UNION ALL "
        "SELECT proname, proowner, prosrc, proacl::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    return sorted(scene.owner.execute(words).fetchall(), key=repr)


def test_tables_of_ones_own_do_not_stand_in_for_those_of_the_owner(scene: Scene) -> None:
    raw, me = scene.as_(scene.ben), scene.ben.who.person_id
    for name in ("person", "client", "share", "organisation"):
        raw.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM public.{name} WHERE false")
    raw.execute(
        "INSERT INTO pg_temp.person SELECT %s, organisation_id, 'me', 'supervisor', NULL, NULL, true, now() "
        "FROM public.person WHERE id = %s",
        (me, me),
    )
    raw.execute(
        "INSERT INTO pg_temp.client SELECT id, organisation_id, %s, 'x', 1, 0, '{}', NULL, NULL, now(), now() FROM "
        "(VALUES (%s::uuid, %s::uuid)) AS given (id, organisation_id)",
        (me, scene.north, scene.ben.who.organisation_id),
    )
    raw.execute(
        "INSERT INTO pg_temp.share SELECT 1, %s, %s, %s, true, now(), NULL", (scene.north, me, me)
    )  # fmt: skip
    raw.execute(
        "CREATE FUNCTION pg_temp.otrec_me() RETURNS uuid LANGUAGE sql AS "
        f"$$ SELECT '{scene.ana.who.person_id}'::uuid $$"
    )
    for path in ("pg_temp, public", "pg_temp, pg_catalog, public", "pg_temp"):
        raw.execute(f"SET search_path = {path}")
        for name in ("client", "profile", "goal", "trial", "plan", "session", "share"):
            assert raw.execute(f"SELECT count(*) FROM public.{name}").fetchone() == (0,)
        found = raw.execute(
            "SELECT public.otrec_my_role(), public.otrec_sees(%s), public.otrec_writes(%s)", (scene.north,) * 2
        )
        assert found.fetchone() == ("therapist", False, False)
        assert scene.touched("UPDATE public.client SET next_session = NULL") == 0


def test_a_function_of_ones_own_is_not_shown_hidden_rows(scene: Scene) -> None:
    raw, told = scene.as_(scene.ben), []
    raw.add_notice_handler(lambda said: told.append(said.message_primary))
    raw.execute(
        "CREATE FUNCTION pg_temp.spy(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
        "$$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
    )
    assert raw.execute("SELECT * FROM client WHERE pg_temp.spy(code)").fetchall() == []
    assert raw.execute("SELECT * FROM trial WHERE pg_temp.spy(value::text)").fetchall() == []
    assert told == []
    scene.as_(scene.ana)
    raw.execute("SELECT * FROM client WHERE pg_temp.spy(code)")
    assert told == ["north"]


def test_a_login_outside_the_role_may_not_even_ask(scene: Scene) -> None:
    login = make_url(scene.house.url).username
    scene.owner.execute(f"REVOKE otrec_app FROM {login}")
    for statement in (
        "SELECT * FROM client",
        "SELECT otrec_sign_in('i', 's', 'ana')",
        "SELECT otrec_sees(NULL)",
        "SELECT otrec_my_role()",
        "SELECT * FROM alembic_version",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            scene.raw.execute(statement)


def test_a_refusal_of_the_database_itself_is_a_sentence(scene: Scene) -> None:
    """Somebody who got round the app's own checks is stopped by the server, and told so."""
    people = scene.house.store.people
    false = scene.house.store.desk(scene.ben.who.model_copy(update={"organisation_id": scene.far.who.organisation_id}))
    with pytest.raises(StoreError, match=r"not yours to change|refused") as caught:
        false.clients.save(child("x"))
    assert "policy" not in str(caught.value)
    raised = scene.house.store.desk(scene.ben.who.model_copy(update={"role": "supervisor"}))
    assert raised.clients.page(whose="organisation") == ()
    assert people.known(raised.who).role == "therapist"
