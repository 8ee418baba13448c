"""The office's errors, named for the trouble. Each carries fields, so that pages can say it in the user's language."""

from __future__ import annotations


class OfficeError(Exception):
    """Something asked of the office can't be done. `message` is an English sentence with named gaps (a message id)."""

    message = "That is not possible now."

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.message % fields if fields else self.message)


class NotFound(OfficeError):
    message = "There is no such record."


class NotAllowed(OfficeError):
    message = "Your role may not do this."


class NeedsLead(OfficeError):
    """A lead decides this. Where a user asked for it, it waits as a request (`request_id`)."""

    message = "A lead decides this. It was passed on and waits for the lead's word."

    def __init__(self, move: str, request_id: int | None = None) -> None:
        self.move, self.request_id = move, request_id
        super().__init__()


class FieldWrong(OfficeError):
    """One field of a form is wrong; `field` names it and the text typed is kept."""

    message = "%(reason)s"

    def __init__(self, field: str, reason: str, **fields: object) -> None:
        self.field = field
        super().__init__(reason=reason % fields if fields else reason, reason_id=reason, reason_fields=fields)


class TicketChanged(OfficeError):
    """Somebody else saved the ticket in between; nothing was overwritten."""

    message = "%(who)s saved ticket %(no)s at %(at)s, while you were writing."


class ArticleChanged(OfficeError):
    """Somebody else saved the article in between; nothing was overwritten."""

    message = "%(who)s saved article %(code)s at %(at)s, while you were writing."


class LineBusy(OfficeError):
    message = "Line %(line)s cannot do this now: %(reason)s."


class NoTalkPath(OfficeError):
    message = "Nobody can speak on line %(line)s from here: it has no talk path for calls of the office."


class NotProven(OfficeError):
    message = "Make a test call on the page Lines first: whether both sides hear each other on %(line)s isn't known."


class SignInRefused(OfficeError):
    message = "The name or the password is wrong."


class SignInThrottled(OfficeError):
    message = "Too many attempts. Try again in %(minutes)d minutes."
