"""The knowledge base: search, articles and their past, the form to write one, what stands beside a form."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.casework import categories
from appliance.errors import ArticleChanged, FieldWrong
from appliance.knowledge.article import KINDS, LONGEST, Article, Draft, Words
from appliance.knowledge.article_rows import columns
from appliance.knowledge.gaps import Gap
from web import current, forms, ids, words
from web.marks import N_

bp = Blueprint("knowledge", __name__, url_prefix="/knowledge")

WORDS = ("title", "answer", "sms", "materials", "fees", "place")


@bp.get("")
def page() -> str:
    """The search, and everything there is of a class."""
    office, user, wanted = current.office(), current.user(), forms.text(request.args, "q")
    groups = {row.key for row in categories.groups()}
    group = request.args.get("class", "") if request.args.get("class") in groups else ""
    kind = request.args.get("kind", "") if request.args.get("kind") in KINDS else ""
    articles = office.knowledge.articles
    found = (
        articles.search(user, wanted, group=group, kind=kind)
        if wanted
        else articles.of_class(user, group=group, kind=kind)
    )
    return render_template(
        "knowledge/page.html",
        q=wanted,
        group=group,
        kind=kind,
        found=found,
        groups=categories.groups(),
        may_write=articles.may_write(user),
        gaps=office.knowledge.gaps.all(user),
        departments=office.departments.all(),
    )


@bp.get("/<int:article_id>")
def one(article_id: int) -> str:
    articles, user = current.office().knowledge.articles, current.user()
    return render_template(
        "knowledge/one.html",
        article=articles.get(article_id, user),
        before=articles.before(article_id, user),
        may_write=articles.may_write(user),
    )


@bp.post("/offers")
def offers() -> str:
    """What fits the form that is being filled in. Posted: a citizen's words stand in no address."""
    form = request.form
    category = words.typed_keys()["category"].get(forms.text(form, "category").casefold(), "")
    text = f"{forms.text(form, 'title')} {forms.text(form, 'content')}"
    found = current.office().knowledge.articles.offered(current.user(), category=category, text=text)
    return render_template("knowledge/_offers.html", found=found, answers=form.get("answers") == "yes")


@bp.get("/directory")
def directory() -> str:
    """The units with telephone and hours, for whoever has a caller waiting."""
    wanted = forms.text(request.args, "q")
    return render_template(
        "knowledge/directory.html", q=wanted, found=current.office().knowledge.directory.find(wanted)
    )


# --- writing ---


@bp.route("/new", methods=["GET", "POST"])
def new() -> BaseResponse:
    office, user = current.office(), current.user()
    office.knowledge.articles.must_write(user)
    gap_id = request.values.get("gap", type=ids.whole)
    gap = office.knowledge.gaps.get(gap_id, user) if gap_id is not None else None
    if request.method == "GET":
        return _form(MultiDict(_of_gap(gap)), gap=gap)
    try:
        made = office.knowledge.articles.write(
            _typed(request.form), user, gap_id=gap_id, token=forms.text(request.form, "token")
        )
    except FieldWrong as wrong:
        return _form(request.form, gap=gap, wrong=wrong)
    return redirect(_of(made))


@bp.route("/<int:article_id>/edit", methods=["GET", "POST"])
def edit(article_id: int) -> BaseResponse:
    articles, user, form = current.office().knowledge.articles, current.user(), request.form
    articles.must_write(user)
    article = articles.get(article_id, user)
    if request.method == "GET":
        return _form(_of_article(article), article=article)
    try:
        articles.write(
            _typed(form),
            user,
            article_id=article_id,
            version=forms.number(form, "version") or 0,
            token=forms.text(form, "token"),
        )
    except FieldWrong as wrong:
        return _form(form, article=article, wrong=wrong, version=forms.number(form, "version"))
    except ArticleChanged as changed:
        return _form(form, article=articles.get(article_id, user), changed=changed)
    return redirect(_of(article_id))


@bp.post("/<int:article_id>/retire")
def retire(article_id: int) -> BaseResponse:
    current.office().knowledge.articles.retire(
        article_id, current.user(), version=forms.number(request.form, "version") or 0
    )
    return redirect(url_for("knowledge.page", done="saved"))


def _of(article_id: int) -> str:
    """The article's page; its words are no draft of anybody any more."""
    return url_for("knowledge.one", article_id=article_id, done="saved", sent=forms.text(request.form, "draft"))


def _form(
    typed: MultiDict[str, str],
    *,
    article: Article | None = None,
    gap: Gap | None = None,
    wrong: FieldWrong | None = None,
    changed: ArticleChanged | None = None,
    version: int | None = None,
) -> BaseResponse:
    """`version` is the one the form was opened with; without it, the one that stands there now."""
    drawn = render_template(
        "knowledge/edit.html",
        typed=typed,
        article=article,
        gap=gap,
        wrong=wrong,
        changed=changed,
        version=version or (article.version if article else 0),
        kinds=KINDS,
        longest_words=LONGEST,
        departments=current.office().departments.all(),
    )
    return make_response(drawn, 422 if wrong else 409 if changed else 200)


def _typed(form: MultiDict[str, str]) -> Draft:
    """Raises FieldWrong."""
    zh, en = (Words(*(forms.text(form, f"{name}_{language}") for name in WORDS)) for language in ("zh", "en"))
    category = forms.text(form, "category")
    return Draft(
        zh,
        en,
        code=forms.text(form, "code"),
        kind=forms.text(form, "kind"),
        category=words.typed_keys()["category"].get(category.casefold(), category),
        department_id=forms.number(form, "department_id"),
        valid_to=_day(forms.text(form, "valid_to")),
        is_public=form.get("is_public") == "yes",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise FieldWrong("valid_to", N_("Write the day like 2026-12-01.")) from wrong


def _of_article(article: Article) -> MultiDict[str, str]:
    """As the form's fields are called."""
    kept = columns(article.draft)
    kept |= {
        "valid_to": kept["valid_to_on"],
        "is_public": "yes" if article.draft.is_public else "",
        "category": words.category_name(article.category) if article.category else "",
    }
    return MultiDict({name: str(value) for name, value in kept.items() if value is not None})


def _of_gap(gap: Gap | None) -> dict[str, str]:
    """A new article, with what was asked and what the department wrote."""
    if gap is None:
        return {"is_public": "yes", "kind": "guide"}
    return {
        "is_public": "yes",
        "kind": "guide",
        "title_zh": gap.question[: LONGEST["title"]],
        "answer_zh": gap.answer,
        "category": words.category_name(gap.category) if gap.category else "",
        "department_id": str(gap.department_id or ""),
    }
