"""What the work items of the door and the inbox mean, and the ways out of them."""

from django.utils.translation import gettext_lazy

from channels.models import HookCall
from oms.core import panels
from oms.core.fixes import Kind, Way, done, register_kinds

SEEN = done(gettext_lazy("Settled with the channel"))
OPEN_CALL = Way(
    gettext_lazy("Look at the call"),
    "channels.view_hookcall",
    lambda item: panels.page_url(HookCall, item.subject_id),
)
register_kinds(
    {
        "hook_conflict": Kind(
            gettext_lazy("Two calls under one id"),
            gettext_lazy("The channel has used an id twice; the first call counts."),
            (SEEN,),
            (OPEN_CALL,),
        ),
        "message_changed": Kind(
            gettext_lazy("Told again, differently"),
            gettext_lazy("The first message counts; look whether the change matters."),
            (SEEN,),
            (OPEN_CALL,),
        ),
    }
)
