"""Tickets: list, the form for new ones and changes, the page of one ticket and everything done on it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.casework import categories, lifecycle, pasting
from appliance.casework.duplicates import Hint
from appliance.casework.tickets import Arrival, TicketForm, TicketPage, TicketRow
from appliance.errors import FieldWrong, NeedsLead, TicketChanged
from web import current, drawing, forms, ids, language, move_form, next_steps, speech, suggested, words

bp = Blueprint("tickets", __name__, url_prefix="/tickets")

Trouble = FieldWrong | TicketChanged | NeedsLead
WAS = "was_"  # begins the names of hidden fields that hold what stood there when the form was opened


@bp.get("")
def list_page() -> str:
    counts = current.office().tickets.counts(current.user())
    return render_template("tickets/list.html", counts=counts, **_list())


@bp.get("/rows")
def rows() -> str:
    return render_template("tickets/_list.html", **_list())


@bp.route("/new", methods=["GET", "POST"])
def new() -> BaseResponse:
    call_id = request.values.get("call", type=ids.whole)
    if request.method == "GET":
        return _form_for_new(call_id, _of_call(call_id), Arrival(), forms.new_token())
    form = request.form
    token = forms.text(form, "token")
    written, arrival = forms.ticket_form(form, words.typed_keys()), forms.arrival(form, words.HAND_SOURCES)
    if form.get("then") == "paste":
        return _form_for_new(None, *pasting.read(forms.text(form, "pasted")), forms.new_token(), is_pasted=True)
    tickets, user = current.office().tickets, current.user()
    if _chosen(form) is not None:
        return _consult(written, arrival, call_id, token)
    try:
        no = tickets.create(written, user, call_id=call_id, arrival=arrival, token=token)
    except FieldWrong as wrong:
        return _form_for_new(call_id, written, arrival, token, wrong)
    if current.is_fragment():
        return make_response(_saved(no, draft=forms.text(form, "draft")))
    if form.get("then") == "send" and current.office().sending_out.send(no, user, token=token):
        return redirect(url_for("tickets.page", no=no, done="sent-out", sent=forms.text(form, "draft")))
    if form.get("then") == "next":
        return redirect(url_for("tickets.new", done="created", sent=forms.text(form, "draft")))
    place = "next" if form.get("then") in {"dispatch", "send"} else None
    return redirect(url_for("tickets.page", no=no, done="created", sent=forms.text(form, "draft"), _anchor=place))


def _chosen(form: MultiDict[str, str]) -> int | None:
    """The article that was read out, where its own button sent the form."""
    return forms.number(form, "answered_with") or forms.number(form, "answered_and_texted")


def _consult(written: TicketForm, arrival: Arrival, call_id: int | None, token: str) -> BaseResponse:
    """Somebody asked, and an article answered it: written, accepted and closed with one press."""
    office, user, form = current.office(), current.user(), request.form
    article_id = _chosen(form) or 0
    title = office.knowledge.articles.get(article_id, user).words(office.settings.office.language).title
    try:
        made = office.knowledge.consults.answer(
            written,
            article_id,
            user,
            asked=language.gettext("Asked about: %(title)s", title=title),
            call_id=call_id,
            arrival=arrival,
            texts_it="answered_and_texted" in form,
            token=token,
        )
    except FieldWrong as wrong:
        return _form_for_new(call_id, written, arrival, token, wrong)
    if current.is_fragment():
        return make_response(_saved(made.no, trouble=made.waits, draft=forms.text(form, "draft")))
    done = "asked" if made.waits else "answered"
    return redirect(url_for("tickets.page", no=made.no, done=done, sent=forms.text(form, "draft")))


@bp.post("/hints")
def hints() -> str:
    """What may be the same matter as the form being filled in. Posted: no number stands in an address."""
    written = forms.ticket_form(request.form, words.typed_keys())
    found = current.office().hints.of(
        current.user(),
        phone=written.contact_phone,
        category=written.category,
        town=written.town,
        text=f"{written.title} {written.content}",
        but=forms.number(request.form, "but"),
    )
    advice = categories.advice(written.category, language.chosen())
    return render_template("tickets/_hints.html", hints=found, advice=advice)


@bp.get("/<int:no>")
def page(no: int) -> str:
    return _page(no)


@bp.get("/<int:no>/timeline")
def timeline(no: int) -> str:
    """The living parts of the page; what somebody may be typing in is left alone."""
    found = current.office().tickets.page(no, current.user())
    return render_template("tickets/_live.html", page=found, seen=request.args.get("version", type=ids.whole))


@bp.route("/<int:no>/edit", methods=["GET", "POST"])
def edit(no: int) -> str | BaseResponse:
    tickets, user = current.office().tickets, current.user()
    if request.method == "GET":
        found = tickets.page(no, user)
        if not found.is_editable:
            return redirect(url_for("tickets.page", no=no))
        return _form_for_change(found.row, found.form, found.form, forms.new_token())
    form, keys = request.form, words.typed_keys()
    written, base = forms.ticket_form(form, keys), forms.ticket_form(form, keys, prefix=WAS)
    version, token = forms.number(form, "version") or 0, forms.text(form, "token")
    try:
        tickets.save(no, written, version, user, accept=form.get("then") in {"accept", "send"}, token=token)
    except FieldWrong as wrong:
        drawn = _form_for_change(tickets.row(no, user), written, base, token, version=version, wrong=wrong)
        return make_response(drawn, 422)
    except TicketChanged as changed:
        return make_response(_merge(no, written, base, changed), 409)
    if form.get("then") == "send" and current.office().sending_out.send(no, user, token=token):
        return redirect(url_for("tickets.page", no=no, done="sent-out", sent=forms.text(form, "draft")))
    return redirect(url_for("tickets.page", no=no, done="saved", sent=forms.text(form, "draft"), _anchor="next"))


@bp.post("/<int:no>/move")
def move(no: int) -> str | BaseResponse:
    form = request.form
    key, version, token = forms.text(form, "move"), forms.number(form, "version") or 0, forms.text(form, "token")
    tickets, user = current.office().tickets, current.user()
    try:
        tickets.move(no, key, user, version=version, token=token, **move_form.given(form, key))
    except NeedsLead as needs:
        if current.is_fragment():
            return _saved(no, trouble=needs)
        return redirect(url_for("tickets.page", no=no, done="asked", sent=forms.text(form, "draft"), _anchor="next"))
    except (FieldWrong, TicketChanged) as trouble:
        status = 422 if isinstance(trouble, FieldWrong) else 409
        if current.is_fragment():
            return make_response(_saved(no, trouble=trouble), status)
        return make_response(_page(no, trouble, form), status)
    if current.is_fragment():
        return _saved(no)
    return redirect(url_for("tickets.page", no=no, done="moved", sent=forms.text(form, "draft"), _anchor="next"))


@bp.post("/<int:no>/decide")
def decide(no: int) -> BaseResponse:
    """Grant or refuse what somebody asked for about this ticket."""
    form = request.form
    request_id = forms.number(form, "request_id") or 0
    try:
        current.office().tickets.decide(
            request_id,
            form.get("grant") == "yes",
            current.user(),
            forms.text(form, "text"),
            days=forms.number(form, "days"),
            token=forms.text(form, "token"),
        )
    except (FieldWrong, NeedsLead) as trouble:
        return make_response(_page(no, trouble, form), 422)
    return redirect(
        url_for("tickets.page", no=no, done="request-decided", sent=forms.text(form, "draft"), _anchor="next")
    )


@bp.post("/<int:no>/note")
def note(no: int) -> BaseResponse:
    form = request.form
    try:
        current.office().tickets.note(no, forms.text(form, "note"), current.user(), token=forms.text(form, "token"))
    except FieldWrong as wrong:
        return make_response(_page(no, wrong, form), 422)
    return redirect(url_for("tickets.page", no=no, done="noted", sent=forms.text(form, "draft"), _anchor="timeline"))


@bp.post("/<int:no>/text")
def text(no: int) -> BaseResponse:
    """A text message to the citizen of this ticket."""
    form = request.form
    row = current.office().tickets.row(no, current.user())
    try:
        current.office().messages.write(
            row.phone, forms.text(form, "sms"), current.user(), ticket_no=no, token=forms.text(form, "token")
        )
    except FieldWrong as wrong:
        return make_response(_page(no, wrong, form), 422)
    return redirect(url_for("tickets.page", no=no, done="texted", sent=forms.text(form, "draft"), _anchor="timeline"))


def _list() -> dict[str, object]:
    wanted = request.args
    stage = wanted.get("stage", "")
    chosen: dict[str, Any] = {
        "stage": stage if stage in {row.key for row in lifecycle.STAGES} else None,
        "department": wanted.get("department", type=ids.whole),
        "late": 1 if "late" in wanted else None,
        "only": wanted.get("only") if wanted.get("only") in words.FLAGS else None,
    }
    before = wanted.get("before", type=ids.whole)
    found = current.office().tickets.rows(
        stage=chosen["stage"],
        department_id=chosen["department"],
        late=bool(chosen["late"]),
        only=chosen["only"] or "",
        before=before,
        user=current.user(),
    )
    return {"found": found, "stage": stage, "is_late": bool(chosen["late"]), "chosen": chosen, "before": before}


def _of_call(call_id: int | None) -> TicketForm:
    """An empty form, with what the call knows filled in."""
    if call_id is None:
        return TicketForm()
    card = current.office().calls.card(call_id)
    return TicketForm(contact_phone=card.shown_number, contact_name=card.citizen_name)


def _form_for_new(
    call_id: int | None,
    form: TicketForm,
    arrival: Arrival,
    token: str,
    wrong: FieldWrong | None = None,
    *,
    is_pasted: bool = False,
) -> BaseResponse:
    name = "tickets/_call_form.html" if current.is_fragment() else "tickets/new.html"
    card = current.office().calls.card(call_id) if call_id is not None else None
    drawn = render_template(name, card=card, form=form, arrival=arrival, token=token, wrong=wrong, is_pasted=is_pasted)
    return make_response(drawn, 422 if wrong else 200)


def _form_for_change(
    row: TicketRow,
    form: TicketForm,
    base: TicketForm,
    token: str,
    *,
    version: int | None = None,
    wrong: FieldWrong | None = None,
) -> str:
    """`version` is the one that the form was opened with; without it, the one that stands there now."""
    return render_template(
        "tickets/edit.html",
        no=row.no,
        form=form,
        was=_was(base),
        version=row.version if version is None else version,
        token=token,
        wrong=wrong,
        is_draft=drawing.waits_for(row.status, "accept"),
    )


def _merge(no: int, mine: TicketForm, base: TicketForm, changed: TicketChanged) -> str:
    """Both versions side by side. What I never touched is theirs already; what both changed is mine to decide."""
    found = current.office().tickets.page(no, current.user())
    return render_template(
        "tickets/merge.html",
        no=no,
        mine=forms.merged(mine, base, found.form),
        theirs=found.form,
        was=_was(found.form),
        version=found.row.version,
        changed=speech.say(changed),
    )


def _was(form: TicketForm) -> dict[str, str]:
    return {WAS + name: value for name, value in asdict(form).items()}


def _page(no: int, trouble: Trouble | None = None, typed: MultiDict[str, str] | None = None) -> str:
    office, user = current.office(), current.user()
    found = office.tickets.page(no, user)
    asked = () if found.is_masked else office.tickets.requests_of(no)
    requests = tuple(row for row in asked if row.is_open)
    kinds = tuple(row.kind for row in requests)
    return render_template(
        "tickets/page.html",
        page=found,
        requests=requests,
        alike=_alike(found),
        suggested=suggested.for_page(found),
        steps=next_steps.steps(found.moves, promised=found.row.proposal, open_requests=kinds),
        departments=office.departments.all(),
        trouble=trouble,
        typed=typed or MultiDict(),
    )


def _alike(page: TicketPage) -> tuple[Hint, ...]:
    """Open tickets with which this one may be joined."""
    if not any("ticket" in move.needs for move in page.moves):
        return ()
    row, form = page.row, page.form
    text = f"{form.title} {form.content}"
    found = current.office().hints.of(
        current.user(), phone=row.phone, category=row.category, town=row.town, text=text, but=row.no
    )
    return tuple(hint for hint in found if hint.is_open)


def _saved(no: int, trouble: Trouble | None = None, draft: str = "") -> str:
    """What stands beside the page once the call form is saved: the next step, at once."""
    office, user = current.office(), current.user()
    found = office.tickets.page(no, user)
    return render_template(
        "tickets/_saved.html",
        page=found,
        suggested=suggested.for_page(found),
        departments=office.departments.all(),
        trouble=trouble,
        draft=draft,
    )
