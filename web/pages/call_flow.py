"""What the box does with the calls of a line, in office hours and after them: edited here, and shown in words."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.callflow.plan_form import Typed, typed_of
from appliance.callflow.preview import previews
from appliance.errors import FieldWrong
from web import current, forms

bp = Blueprint("call_flow", __name__, url_prefix="/lines/<line>/flow")


@bp.get("")
def page(line: str) -> str:
    flow = current.office().call_flows.line(line)
    return _draw(line, typed_of(flow.plan))


@bp.post("")
def change(line: str) -> BaseResponse | tuple[str, int]:
    """Save it, or only show what it would do."""
    flows, typed = current.office().call_flows, _typed()
    try:
        if request.form.get("do") == "preview":
            return _draw(line, typed, tried=True), 200
        flows.save(line, typed, current.user())
    except FieldWrong as wrong:
        return _draw(line, typed, wrong=wrong), 422
    return redirect(url_for("call_flow.page", line=line, done="flow-saved"))


def _typed() -> Typed:
    names = list(request.form)
    return Typed({name: forms.text(request.form, name) for name in names}, request.form.to_dict(flat=False))


def _draw(line: str, typed: Typed, *, wrong: FieldWrong | None = None, tried: bool = False) -> str:
    office = current.office()
    flow = office.call_flows.line(line)
    plan = office.call_flows.read(line, typed) if tried else flow.plan
    return render_template(
        "call_flow/page.html",
        line=line,
        flow=flow,
        typed=typed,
        wrong=wrong,
        is_tried=tried,
        previews=previews(plan, office.announcements.title_on(line)),
    )
