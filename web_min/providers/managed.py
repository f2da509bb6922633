"""Providers for those who manage learners there [manual 6]: the list, one's defaults for profiles, its contacts."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from loaders.holding import hold_providers
from loaders.provider_fields import change_provider, read_fields
from records.tables import Provider
from schemas.columns import YEAR_GROUPS
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_session
from web_min.forms import digest
from web_min.learners.profile_settings import PROFILE_SETTINGS
from web_min.paging import find_page
from web_min.permissions import Permission, list_provider_ids, may, require
from web_min.providers.managed_forms import NO, YES, ContactsForm, DefaultsForm
from web_min.providers.managed_queries import count_learners_of, count_managed, list_managed
from web_min.providers.routes import OVERTAKEN, blueprint

PROVIDERS_A_PAGE = 50
LARGEST_ID = 2**63 - 1
MANAGED = f"/my-providers/<int(max={LARGEST_ID}):provider_id>"
LONGEST_SEARCH = 200
YEARS = {year.removeprefix("Year "): year for year in YEAR_GROUPS}


@blueprint.get("/my-providers")
@opens_to(Role.STAFF)
def show_managed_list() -> str:
    """List the providers at whose learners one may look, with how many learners there are."""
    provider_ids = list_provider_ids(Permission.VIEW) or abort(403)
    search, year = request.args.get("search", "").strip()[:LONGEST_SEARCH], request.args.get("year", "")
    if year and year not in YEARS:
        abort(404)
    session = get_session()
    page = find_page(count_managed(session, provider_ids, search), PROVIDERS_A_PAGE)
    return render_template(
        "providers/managed_list.html",
        providers=list_managed(session, provider_ids, page, search=search, year_group=YEARS.get(year)),
        page=page,
        search=search,
        year=year,
        years=YEARS,
        arguments={name: value for name, value in {"search": search, "year": year}.items() if value},
    )


@blueprint.get(MANAGED)
@opens_to(Role.STAFF)
def show_managed(provider_id: int) -> str:
    """Show one provider: its learners, its defaults, whom to tell."""
    return _render(_find_provider(provider_id))


@blueprint.post(f"{MANAGED}/defaults")
@opens_to(Role.STAFF)
def save_managed_defaults(provider_id: int) -> ResponseReturnValue:
    """Save what holds for learners without a setting of their own."""
    provider, form = _find_provider(provider_id), DefaultsForm()
    require(Permission.EDIT, provider_id)
    if not form.validate():
        return _render(provider, defaults_form=form), 400
    provider = _hold_provider(provider_id)
    if form.seen.data != digest(_read_defaults(provider)):
        flash(OVERTAKEN)
        return redirect(url_for("providers.show_managed", provider_id=provider_id))
    changes = {}
    for name, new in form.read().items():
        old = getattr(provider, name)
        if old != new:
            setattr(provider, name, new)
            changes[name] = [old, new]
    if changes:
        record("provider changed", provider_id=provider_id, details={"changes": changes})
    return _finish(provider_id)


@blueprint.post(f"{MANAGED}/contacts")
@opens_to(Role.STAFF)
def save_managed_contacts(provider_id: int) -> ResponseReturnValue:
    """Save whom to tell of outcomes."""
    provider, form = _find_provider(provider_id), ContactsForm()
    if not may_set_contacts(provider_id):
        abort(403)
    if not form.validate():
        return _render(provider, contacts_form=form), 400
    provider = _hold_provider(provider_id)
    before = read_fields(provider)
    if form.seen.data != digest(before.contacts):
        flash(OVERTAKEN)
        return redirect(url_for("providers.show_managed", provider_id=provider_id))
    change_provider(get_session(), provider, before._replace(contacts=tuple(form.contacts.data)), record=record)
    return _finish(provider_id)


def may_set_contacts(provider_id: int) -> bool:
    """Tell whether one may say whom to tell: whoever imports there, or edits."""
    return may(Permission.IMPORT, provider_id) or may(Permission.EDIT, provider_id)


def _find_provider(provider_id: int) -> Provider:
    require(Permission.VIEW, provider_id)
    return get_session().get(Provider, provider_id) or abort(404)


def _hold_provider(provider_id: int) -> Provider:
    """Return the provider as it is now and stays until the request's end."""
    hold_providers(get_session(), provider_id)
    return get_session().get_one(Provider, provider_id, populate_existing=True)


def _finish(provider_id: int) -> ResponseReturnValue:
    get_session().commit()
    flash("The changes are saved.")
    return redirect(url_for("providers.show_managed", provider_id=provider_id))


def _read_defaults(provider: Provider) -> list[bool]:
    return [getattr(provider, setting.name) for setting in PROFILE_SETTINGS]


def _render(
    provider: Provider, *, defaults_form: DefaultsForm | None = None, contacts_form: ContactsForm | None = None
) -> str:
    defaults, contacts = _read_defaults(provider), read_fields(provider).contacts
    return render_template(
        "providers/managed.html",
        provider=provider,
        learner_count=count_learners_of(get_session(), [provider.id]).get(provider.id, 0),
        settings=PROFILE_SETTINGS,
        contacts=contacts,
        may_set_contacts=may_set_contacts(provider.id),
        form=defaults_form or contacts_form,
        defaults_form=defaults_form
        or DefaultsForm(
            formdata=None,
            seen=digest(defaults),
            **{setting.name: YES if is_on else NO for setting, is_on in zip(PROFILE_SETTINGS, defaults, strict=True)},
        ),
        contacts_form=contacts_form or ContactsForm(formdata=None, seen=digest(contacts), contacts=list(contacts)),
    )
