"""Row-level security: on PostgreSQL the database itself keeps each person to what is theirs.

The app connects as a member of the role `otrec_app`, which owns nothing. Each transaction says who asks
(`otrec.person`); role and organisation are looked up here, so that a wrong word cannot widen them.
"""

from __future__ import annotations

import re

from alembic import op

revision = "0003"
down_revision = "0002"

#: What hangs on a client, and what belongs to one person.
OF_CLIENT = ("profile", "goal", "trial", "session", "plan")
OF_PERSON = ("bag", "favourite", "kept", "engine")
#: What of a row may be changed at all, where that is not everything.
CHANGEABLE = {
    "organisation": "name, retention_days",
    "person": "role, active",
    "client": "code, version, record_version, profile, next_session, archived_at, changed_at",
    "share": "withdrawn_at",
    "feedback": "settled_at, settled_by",
    "audit_head": "seq, hash",
}
DEFINER = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
ME = "(SELECT otrec_me())"
MINE = "(SELECT otrec_my_organisation())"
ROLE = "(SELECT otrec_my_role())"

FUNCTIONS = (
    """CREATE FUNCTION otrec_me() RETURNS uuid LANGUAGE sql STABLE AS
       $$ SELECT nullif(current_setting('otrec.person', true), '')::uuid $$""",
    f"""CREATE FUNCTION otrec_my_organisation() RETURNS uuid {DEFINER} AS
       $$ SELECT organisation_id FROM person WHERE id = otrec_me() AND active $$""",
    f"""CREATE FUNCTION otrec_my_role() RETURNS text {DEFINER} AS
       $$ SELECT role FROM person WHERE id = otrec_me() AND active $$""",
    f"""CREATE FUNCTION otrec_owns(wanted uuid) RETURNS boolean {DEFINER} AS
       $$ SELECT EXISTS (SELECT 1 FROM client c JOIN person p ON p.id = c.owner_id
          WHERE c.id = wanted AND p.id = otrec_me() AND p.active AND p.organisation_id = c.organisation_id) $$""",
    f"""CREATE FUNCTION otrec_sees(wanted uuid) RETURNS boolean {DEFINER} AS
       $$ SELECT EXISTS (SELECT 1 FROM client c JOIN person p
          ON p.id = otrec_me() AND p.active AND p.organisation_id = c.organisation_id
          WHERE c.id = wanted AND (c.owner_id = p.id OR p.role = 'supervisor'
            OR (p.role = 'researcher' AND current_setting('otrec.purpose', true) = 'research')
            OR EXISTS (SELECT 1 FROM share s
                       WHERE s.client_id = c.id AND s.person_id = p.id AND s.withdrawn_at IS NULL))) $$""",
    f"""CREATE FUNCTION otrec_writes(wanted uuid) RETURNS boolean {DEFINER} AS
       $$ SELECT EXISTS (SELECT 1 FROM client c JOIN person p
          ON p.id = otrec_me() AND p.active AND p.organisation_id = c.organisation_id
          WHERE c.id = wanted AND (c.owner_id = p.id
            OR EXISTS (SELECT 1 FROM share s WHERE s.client_id = c.id AND s.person_id = p.id
                       AND s.withdrawn_at IS NULL AND s.may_write))) $$""",
    f"""CREATE FUNCTION otrec_has_people() RETURNS boolean {DEFINER} AS
       $$ SELECT EXISTS (SELECT 1 FROM person WHERE login <> 'me') $$""",
    """CREATE FUNCTION otrec_sign_in(wanted_issuer text, wanted_subject text, wanted_login text) RETURNS uuid
       LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       DECLARE found uuid;
       BEGIN
         SELECT id INTO found FROM person WHERE issuer = wanted_issuer AND subject = wanted_subject AND active;
         IF found IS NULL THEN
           UPDATE person SET issuer = wanted_issuer, subject = wanted_subject
             WHERE login = wanted_login AND subject IS NULL AND active RETURNING id INTO found;
         END IF;
         RETURN found;
       END $$""",
)


def _of_client(table: str) -> tuple[tuple[str, str, str], ...]:
    """Seen with the client, changed with the record; a row names its author, a point lies in a goal of its client.

    Versions of a profile only grow, and go with the client.
    """
    author = {"profile": f" AND saved_by = {ME}", "plan": f" AND made_by = {ME}"}.get(table, "")
    goal = "EXISTS (SELECT 1 FROM goal g WHERE g.id = trial.goal_id AND g.client_id = trial.client_id)"
    check = "otrec_writes(client_id)" + (f" AND {goal}" if table == "trial" else "")
    growing = (("SELECT", "otrec_sees(client_id)", ""), ("INSERT", "", check + author))
    if table == "profile":
        return growing
    return (*growing, ("UPDATE", "otrec_writes(client_id)", check), ("DELETE", "otrec_writes(client_id)", ""))


def policies() -> dict[str, tuple[tuple[str, str, str], ...]]:
    """Table -> (command, what may be seen, what may be written)."""
    here = f"organisation_id = {MINE}"
    shared = f"id IN (SELECT client_id FROM share WHERE person_id = {ME} AND withdrawn_at IS NULL)"
    research = f"({ROLE} = 'researcher' AND (SELECT current_setting('otrec.purpose', true)) = 'research')"
    mine = (("ALL", f"person_id = {ME}", f"person_id = {ME}"),)
    colleague = "EXISTS (SELECT 1 FROM person p WHERE p.id = share.person_id AND p.active)"
    noted = f"{here} AND verdict IN ('unsafe', 'wrong_age', 'wrong_data')"
    return {
        "organisation": (
            ("SELECT", f"id = {MINE}", ""),
            ("UPDATE", f"id = {MINE} AND {ROLE} = 'administrator'", f"id = {MINE}"),
        ),
        "person": (
            ("SELECT", here, ""),
            ("INSERT", "", f"{here} AND {ROLE} = 'administrator'"),
            ("UPDATE", f"{here} AND {ROLE} = 'administrator'", here),
        ),
        "client": (
            ("SELECT", f"{here} AND (owner_id = {ME} OR {ROLE} = 'supervisor' OR {research} OR {shared})", ""),
            ("INSERT", "", f"{here} AND owner_id = {ME} AND {ROLE} IN ('therapist', 'supervisor')"),
            ("UPDATE", f"{here} AND (owner_id = {ME} OR otrec_writes(id))", here),
            ("DELETE", f"{here} AND owner_id = {ME}", ""),
        ),
        "share": (
            ("SELECT", f"person_id = {ME} OR otrec_sees(client_id)", ""),
            ("INSERT", "", f"granted_by = {ME} AND otrec_owns(client_id) AND {colleague}"),
            ("UPDATE", "otrec_owns(client_id)", "otrec_owns(client_id)"),
        ),
        **{table: _of_client(table) for table in OF_CLIENT},
        **dict.fromkeys(OF_PERSON, mine),
        "feedback": (
            ("SELECT", f"{here} AND (person_id = {ME} OR ({noted} AND {ROLE} IN ('supervisor', 'administrator')))", ""),
            ("INSERT", "", f"{here} AND person_id = {ME} AND (client_id IS NULL OR otrec_sees(client_id))"),
            ("UPDATE", f"{noted} AND {ROLE} IN ('supervisor', 'administrator')", here),
            ("DELETE", f"person_id = {ME}", ""),
        ),
        "own_activity": (
            ("SELECT", f"{here} AND (person_id = {ME} OR shared)", ""),
            ("INSERT", "", f"{here} AND person_id = {ME}"),
            ("UPDATE", f"person_id = {ME}", f"{here} AND person_id = {ME}"),
            ("DELETE", f"person_id = {ME}", ""),
        ),
        "audit": (
            (
                "SELECT",
                f"{here} AND (person_id = {ME} OR {ROLE} IN ('supervisor', 'administrator') OR otrec_owns(client_id))",
                "",
            ),
            ("INSERT", "", f"{here} AND person_id = {ME}"),
        ),
        "audit_head": (("SELECT", here, ""), ("UPDATE", here, here)),
    }


def _granted(table: str, commands: set[str]) -> list[str]:
    wanted = {"SELECT", "INSERT", "UPDATE", "DELETE"} if "ALL" in commands else {"SELECT", *commands}
    columns = f" ({CHANGEABLE[table]})" if table in CHANGEABLE else ""
    return sorted(command + columns if command == "UPDATE" else command for command in wanted)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'otrec_app') "
        "THEN CREATE ROLE otrec_app NOLOGIN; END IF; END $$"
    )
    for function in FUNCTIONS:
        op.execute(function)
    for table, rules in policies().items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for command, using, check in rules:
            parts = (f"USING ({using})" if using else "", f"WITH CHECK ({check})" if check else "")
            op.execute(
                f"CREATE POLICY otrec_{table}_{command.lower()} ON {table} FOR {command} TO otrec_app {' '.join(parts)}"
            )
        granted = ", ".join(_granted(table, {rule[0] for rule in rules}))
        op.execute(f"GRANT {granted} ON {table} TO otrec_app")
    for function in FUNCTIONS:
        signature = re.sub(r"wanted\w* ", "", function.split("FUNCTION ")[1].split(" RETURNS")[0])
        op.execute(f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO otrec_app")
    # Older servers let everybody make things there that stand before those of the owner.
    op.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO otrec_app")
    op.execute("GRANT SELECT ON alembic_version TO otrec_app")
