"""A load creates and updates learners as the file says, all or nothing, and tells the audit trail."""

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import delete, event

from loaders.bulk import reserve_ids, table_of
from loaders.loading import load_learners
from loaders.planning import plan_load
from records.tables import Account, Learner
from tests.loaders.school import (
    FULL,
    NOON,
    OTHER_ULN,
    POSITIONS,
    SEALER,
    ULN,
    UPN,
    ZOE,
    Row,
    School,
    make_table,
    open_school,
)

LATER = NOON + timedelta(days=1)


def make_rows(count: int, **more: str | None) -> list[dict[str, str | None]]:
    return [
        {**ZOE, "ccis": f"C{number}", "last_name": f"Byrne{chr(97 + number // 26 % 26)}{chr(97 + number % 26)}", **more}
        for number in range(count)
    ]


def test_every_column_of_a_new_learner_is_kept(school: School) -> None:
    import_id = school.request_import() + 1
    assert school.load(FULL)[:3] == (1, 0, 0)
    [learner] = school.learners()
    kept = {name: getattr(learner, name) for name in FULL}
    assert kept == {**FULL, "date_of_birth": date(2008, 9, 1)}
    assert (learner.created_import_id, learner.updated_import_id, learner.version) == (import_id, None, 1)
    assert learner.created_at == learner.updated_at == NOON
    assert learner.deleted_at is None and learner.is_apply_enabled is None


def test_a_new_learners_account_can_sign_in_once_with_the_initial_password(school: School) -> None:
    school.load(ZOE, ZOE | {"first_name": "Siân"}, password_days=30)
    accounts = {account.id: account for account in school.accounts()}
    by_learner = [accounts[learner.account_id] for learner in school.learners()]
    assert [account.username.rstrip("0123456789") for account in by_learner] == ["zoe.obrien", "sian.obrien"]
    for account in by_learner:
        assert (account.kind, account.username_key) == ("learner", account.username)
        assert account.is_active and account.has_to_change_password and account.password_hash is None
        assert account.initial_password_created_at == account.created_at == NOON
        assert account.initial_password_expires_at == NOON + timedelta(days=30)
        assert account.initial_password_sealed is not None
        assert len(SEALER.open(account.id, account.initial_password_sealed)) == 14
    assert len({account.session_key for account in by_learner}) == 2


def test_the_same_file_again_changes_nothing(school: School) -> None:
    school.load(FULL, ZOE | {"first_name": "Siân"})
    assert school.load(FULL, ZOE | {"first_name": "Siân"}, now=LATER)[:3] == (0, 0, 2)
    assert {learner.updated_at for learner in school.learners()} == {NOON}
    assert school.events("learner updated") == []


def test_an_update_writes_the_cells_that_differ_and_tells_old_and_new_values(school: School) -> None:
    school.load(FULL, ZOE | {"first_name": "Siân", "ccis": "C 18"})
    import_id = school.request_import() + 1
    changed = FULL | {"town": 'Penarth "\\', "year_group": "Year 13", "date_of_birth": "2008-09-02"}
    assert school.load(changed, ZOE | {"first_name": "Siân", "ccis": "C 18"}, now=LATER)[:3] == (0, 1, 1)
    learner, other = school.learners()
    assert (learner.town, learner.year_group, learner.date_of_birth) == ('Penarth "\\', "Year 13", date(2008, 9, 2))
    assert (learner.version, learner.updated_at, learner.updated_import_id) == (2, LATER, import_id)
    assert (other.version, other.updated_at, other.updated_import_id) == (1, NOON, None)
    [told] = school.events("learner updated")
    assert told.details == {
        "changes": {
            "year_group": ["Year 12", "Year 13"],
            "town": ["Cardiff\t\\N", 'Penarth "\\'],
            "date_of_birth": ["2008-09-01", "2008-09-02"],
        }
    }
    assert (told.learner_id, told.import_id, told.provider_id) == (learner.id, import_id, school.provider_id)
    assert (told.actor, told.at) == (f"import {import_id}", LATER)


def test_learners_who_change_in_different_columns_each_keep_the_rest(school: School) -> None:
    first, second = FULL, ZOE | {"first_name": "Siân", "upn": None, "ccis": "C 18", "town": "Barry"}
    school.load(first, second)
    assert school.load({**first, "last_name": "Byrne"}, second | {"town": "Cowbridge", "upn": None})[:3] == (0, 2, 0)
    learner, other = school.learners()
    assert (learner.last_name, learner.town, learner.upn) == ("Byrne", FULL["town"], UPN)
    assert (other.last_name, other.town, other.upn) == ("O'Brien", "Cowbridge", None)
    assert [told.details["changes"] for told in school.events("learner updated")] == [
        {"last_name": ["O'Brien", "Byrne"]},
        {"town": ["Barry", "Cowbridge"]},
    ]


def test_a_blank_cell_never_erases(school: School) -> None:
    school.load(FULL)
    assert school.load(ZOE | {"uln": ULN}, now=LATER)[:3] == (0, 0, 1)
    assert school.load(ZOE | {"uln": ULN, "town": "Barry"}, now=LATER)[:3] == (0, 1, 0)
    [learner] = school.learners()
    assert {name: getattr(learner, name) for name in FULL} == {
        **FULL,
        "date_of_birth": date(2008, 9, 1),
        "town": "Barry",
    }


def test_a_blank_in_the_database_is_filled_and_told_as_such(school: School) -> None:
    school.load(ZOE)
    school.load(FULL)
    [told] = school.events("learner updated")
    assert told.details["changes"]["town"] == [None, FULL["town"]]


def test_the_creation_of_learners_is_told_once_for_each_import(school: School) -> None:
    school.load(*make_rows(3))
    [told] = school.events("learners created")
    assert told.details == {"count": 3}
    assert (told.provider_id, told.actor) == (school.provider_id, f"import {told.import_id}")


def test_one_error_and_nothing_is_loaded(school: School) -> None:
    school.load(ZOE | {"uln": ULN, "town": "Cardiff"}, ZOE | {"uln": OTHER_ULN, "postcode": "LS1 4AP"})
    fine: list[Row] = [ZOE | {"uln": ULN, "town": "Barry"}, ZOE | {"first_name": "Ann"}]
    result = school.load(*fine, ZOE | {"postcode": "M1 1AE", "uln": OTHER_ULN, "upn": None}, ZOE | {"uln": OTHER_ULN})
    assert result[:3] == (0, 0, 0)
    assert [finding.rule for finding in result.findings] == ["match_shared"]
    assert [learner.town for learner in school.learners()] == ["Cardiff", None]
    assert len(school.accounts()) == 2 and len(school.events("learners created")) == 1


def test_what_the_caller_rolls_back_leaves_nothing(school: School) -> None:
    school.load(*make_rows(2))
    import_id = school.request_import()
    with pytest.raises(KeyboardInterrupt), school.database.write() as session:
        table = make_table([*make_rows(2, town="Barry"), ZOE])
        done = load_learners(
            session,
            table,
            POSITIONS,
            provider_id=school.provider_id,
            import_id=import_id,
            sealer=SEALER,
            password_days=90,
            now=NOON,
        )
        assert done[:3] == (1, 2, 0)
        raise KeyboardInterrupt
    assert [learner.town for learner in school.learners()] == [None, None]
    assert len(school.accounts()) == 2 and school.events("learner updated") == []


def test_a_preview_tells_what_a_load_would_do_and_changes_nothing(school: School) -> None:
    school.load(FULL)
    with school.database.read() as session:
        table = make_table([FULL | {"town": "Barry"}, ZOE | {"first_name": "Ann"}])
        preview = plan_load(session, table, POSITIONS, provider_id=school.provider_id).result
    assert preview[:3] == (1, 1, 0)
    assert [learner.town for learner in school.learners()] == [FULL["town"]]


def test_a_plan_tells_the_created_then_the_updated_with_their_new_values_then_the_unchanged(school: School) -> None:
    school.load(FULL, ZOE | {"first_name": "Bea"})
    zoe, bea = (learner.id for learner in school.learners())
    rows = [
        ZOE | {"first_name": "Bea"},
        ZOE | {"first_name": "Ann", "year_group": "Year 13"},
        FULL | {"town": "Barry", "date_of_birth": "2008-09-02", "postcode": None},
    ]
    with school.database.read() as session:
        plan = plan_load(session, make_table(rows), POSITIONS, provider_id=school.provider_id)
    assert list(plan.rows) == [
        (3, None, "Ann", "O'Brien", "Year 13", {}),
        (4, zoe, "Zoë", "O'Brien", "Year 12", {"town": "Barry", "date_of_birth": "2008-09-02"}),
        (2, bea, "Bea", "O'Brien", None, {}),
    ]


def test_the_plan_of_a_file_that_would_be_refused_has_no_rows(school: School) -> None:
    school.load(FULL | {"upn": None}, ZOE | {"first_name": "Bea", "upn": UPN})
    with school.database.read() as session:
        plan = plan_load(session, make_table([FULL]), POSITIONS, provider_id=school.provider_id)
    assert [finding.rule for finding in plan.result.findings] == ["match_ambiguous"]
    assert list(plan.rows) == []


def test_columns_that_the_sheet_has_not_are_not_read(school: School) -> None:
    school.load(FULL)
    import_id = school.request_import()
    few = {name: POSITIONS[name] for name in ("first_name", "last_name", "postcode", "uln")}
    with school.database.write() as session:
        result = load_learners(
            session,
            make_table([ZOE | {"uln": ULN}]),
            few,
            provider_id=school.provider_id,
            import_id=import_id,
            sealer=SEALER,
            password_days=90,
            now=NOON,
        )
    assert result[:3] == (0, 0, 1)


def count_statements(school: School, rows: list[dict[str, str | None]]) -> int:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(school.database.engine, "before_cursor_execute", count)
    school.load(*rows)
    event.remove(school.database.engine, "before_cursor_execute", count)
    return len(statements)


def test_the_number_of_statements_does_not_grow_with_the_rows(school: School) -> None:
    """Inserts and SQLite's updates go past SQLAlchemy: one call of the driver for each table."""
    other = open_school(school.database)
    for change in ({}, {"town": "Barry"}, {"town": "Penarth", "last_name": "Byrne"}):
        few = count_statements(school, make_rows(10, **change, first_name="Ann"))
        many = count_statements(other, make_rows(500, **change, first_name="Siân"))
        assert few == many


def test_ids_of_accounts_are_never_used_again(school: School) -> None:
    """Sealed passwords are bound to them. On SQLite this needs AUTOINCREMENT to follow ids that we give ourselves."""
    school.load(*make_rows(5))
    ids = [account.id for account in school.accounts()]
    highest = max(ids)
    with school.database.write() as session:
        session.execute(delete(Learner).where(Learner.account_id.in_(ids)))
        session.execute(delete(Account).where(Account.id.in_(ids)))
    with school.database.write() as session:
        assert reserve_ids(session, table_of(Account), 3) == [highest + 1, highest + 2, highest + 3]
        own = Account(kind="staff", username="manager", username_key="manager", session_key="own")
        session.add(own)
        session.flush()
        assert own.id > highest


def test_two_thousand_learners_of_one_name_get_two_thousand_user_names(school: School) -> None:
    places = [f"M{area} {number}AA" for area, number in product(range(200), range(10))]
    school.load(*(ZOE | {"postcode": place} for place in places))
    names = {account.username for account in school.accounts()}
    assert len(names) == 2000
    assert all(name.removeprefix("zoe.obrien").isdigit() for name in names - {"zoe.obrien"})
