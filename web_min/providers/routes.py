"""The list of providers, one provider's page, and the form for a new or a changed one."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from loaders.holding import hold_providers
from loaders.provider_fields import (
    UkprnFixedError,
    UkprnTakenError,
    change_provider,
    create_provider,
    is_ukprn_fixed,
    read_fields,
)
from records.tables import Provider
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_session
from web_min.forms import digest
from web_min.paging import find_page
from web_min.permissions import Permission, list_provider_ids
from web_min.providers.forms import ProviderForm, SearchForm
from web_min.providers.queries import Scope, count_providers, find_provider, list_providers, list_staff

PROVIDERS_A_PAGE = 50
OVERTAKEN = "Somebody else changed this while you had the page open. What is shown now is what they saved."
LARGEST_ID = 2**63 - 1
PROVIDER = f"/providers/<int(max={LARGEST_ID}):provider_id>"

blueprint = Blueprint("providers", __name__)


@blueprint.get("/providers")
@opens_to(Role.ADMINISTRATOR)
def show_list() -> ResponseReturnValue:
    """List the providers whom one may see, or those of them whom a search finds."""
    session, scope, form = get_session(), find_scope(), SearchForm(request.args)
    search = (form.search.data or "") if form.validate() else ""
    page = find_page(count_providers(session, scope, search=search), PROVIDERS_A_PAGE)
    shown = render_template(
        "providers/list.html",
        form=form,
        providers=list_providers(session, scope, page, search=search),
        page=page,
        search={"search": search} if search else {},
    )
    return shown, 400 if form.errors else 200


@blueprint.get(PROVIDER)
@opens_to(Role.ADMINISTRATOR)
def show(provider_id: int) -> str:
    """Show one provider: what is known of it, whom to tell, who works there."""
    provider = find_provider_or_404(provider_id)
    return render_template(
        "providers/show.html",
        provider=provider,
        contacts=read_fields(provider).contacts,
        staff=list_staff(get_session(), provider_id),
    )


@blueprint.route("/providers/new", methods=["GET", "POST"])
@opens_to(Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    """Register a provider."""
    form = ProviderForm()
    if form.validate_on_submit():
        session = get_session()
        try:
            provider = create_provider(session, form.read(), record=record)
        except UkprnTakenError as refused:
            session.rollback()
            form.add_error("ukprn", str(refused))
        else:
            session.commit()
            flash(f"{provider.name} is registered. Its drop folder appears while the collector runs.")
            return redirect(url_for("providers.show", provider_id=provider.id))
    return render_template("providers/create.html", form=form), 400 if form.errors else 200


@blueprint.route(f"{PROVIDER}/edit", methods=["GET", "POST"])
@opens_to(Role.ADMINISTRATOR)
def edit(provider_id: int) -> ResponseReturnValue:
    """Change a provider. Once learners or imports go by its UKPRN, that is no field of the form."""
    session, provider = get_session(), find_provider_or_404(provider_id)
    fields = read_fields(provider)
    form = ProviderForm(data=fields._asdict() | {"seen": digest(fields)})
    if is_ukprn_fixed(session, provider_id):
        del form.ukprn
    if form.validate_on_submit():
        hold_providers(session, provider_id)
        session.refresh(provider)
        if form.seen.data != digest(read_fields(provider)):
            session.rollback()
            flash(OVERTAKEN)
            return redirect(url_for("providers.edit", provider_id=provider_id))
        try:
            change_provider(session, provider, form.read(ukprn=fields.ukprn), record=record)
        except (UkprnTakenError, UkprnFixedError) as refused:
            session.rollback()
            form.add_error("ukprn", str(refused))
        else:
            session.commit()
            flash("The changes are saved.")
            return redirect(url_for("providers.show", provider_id=provider_id))
    page = render_template("providers/edit.html", form=form, provider=provider, ukprn=fields.ukprn)
    return page, 400 if form.errors else 200


def find_scope() -> Scope:
    """Return the ids of the providers that may be seen; None for an administrator, who sees every one."""
    return None if current_user.is_administrator else list_provider_ids(Permission.VIEW)


def find_provider_or_404(provider_id: int) -> Provider:
    """Return the provider that a page is about. The one place that decides whether there is such a page."""
    return find_provider(get_session(), find_scope(), provider_id) or abort(404)
