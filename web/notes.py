"""What a page says after something was done. The redirect names one of these; any other word is ignored.

They stay on the page until it is left: no message that vanishes with something in it.
"""

from __future__ import annotations

from web.marks import N_

NOTES: dict[str, str] = {
    "saved": N_("Saved."),
    "imported": N_("The list is taken."),
    "created": N_("The ticket is saved."),
    "moved": N_("Done. The ticket has moved on."),
    "asked": N_("A lead decides this. It was passed on and waits for the lead's word."),
    "decided": N_("Decided. Whoever asked is told."),
    "noted": N_("The note is saved."),
    "slip-handed-over": N_("Noted: the slip was handed over on paper."),
    "paper-entered": N_("The paper is entered."),
    "attachment-erased": N_("The file is erased for good."),
    "unit-done": N_("Sent to the hotline."),
    "texted": N_("The text message is waiting to be sent."),
    "filed": N_("The text message is filed to the ticket."),
    "handled": N_("Marked as handled."),
    "resent": N_("It is waiting to be sent again."),
    "given-up": N_("It will not be sent again."),
    "dialled": N_("The line is dialling."),
    "recorded": N_("The result of the call back is saved."),
    "acknowledged": N_("The reminder is ticked off."),
    "password": N_("The new password is set."),
    "look": N_("This browser now shows the pages like this."),
    "language": N_("The language is set."),
    "office-mode": N_("From now on the office works like this."),
    "limits-chosen": N_("These time limits count from now on."),
    "calendar-changed": N_("The calendar was changed. It counts from now on."),
    "user-added": N_("The new user can sign in now."),
    "user-reset": N_("The password is reset. It has to be changed at the next sign-in."),
    "user-disabled": N_("This user can no longer sign in."),
    "signed-out": N_("You are signed out."),
    "missed": N_("Noted as missed. The caller is in the list of call-backs."),
    "taken": N_("The call is yours."),
    "pressed": N_("The keys are being pressed."),
    "prompt-heard": N_("Recorded. Listen to it, then use it."),
    "prompt-used": N_("Callers hear the new recording from now on."),
    "prompt-dropped": N_("The recording is thrown away. Callers hear what they heard before."),
    "prompt-back": N_("Done. Callers hear this from now on."),
    "flow-saved": N_("Saved. The next call goes by it."),
    "announced": N_("The announcement is on. The next caller hears it."),
    "announced-no-more": N_("The announcement is off."),
    "tested": N_("The result of the test call is saved."),
    "old-test-ended": N_("That test went on for more than 5 minutes; it is given up. You can start yours."),
    "lifted": N_("The line is yours: speak on the handset."),
    "recording": N_("The call is being recorded."),
    "recording-ended": N_("The recording is ended."),
    "rating-asked": N_("The box asks the caller for a rating."),
    "named": N_("The number is kept with the call."),
    "released": N_("The call is being ended."),
}
