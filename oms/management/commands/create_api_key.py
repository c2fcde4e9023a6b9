"""A key for a partner's program; the only thing written to stdout is the key."""

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from oms.core.api.keys import NewKey, create_keys
from oms.core.api.models import Scope

ACTOR = "command:create_api_key"
USUAL = [Scope.ORDERS_READ, Scope.ORDERS_WRITE, Scope.WEBHOOKS]


class Command(BaseCommand):
    help = "Make a key of the partner API and print it. It is not shown again."

    def add_arguments(self, parser) -> None:
        parser.add_argument("name", help=_("whose program uses it"))
        parser.add_argument(
            "--scope",
            action="append",
            dest="scopes",
            choices=Scope.values,
            metavar="SCOPE",
            help=_("what it may, each on its own: %(all)s; unless said: %(usual)s")
            % {"all": ", ".join(Scope.values), "usual": ", ".join(USUAL)},
        )
        for name, text in (
            ("channel", _("the code of a channel that it is limited to")),
            ("location", _("the code of a location that it is limited to")),
        ):
            parser.add_argument(
                f"--{name}", action="append", default=[], dest=f"{name}s", help=text
            )
        parser.add_argument("--sandbox", action="store_true", dest="is_sandbox")

    def handle(self, *args: object, **given) -> None:
        names = ("name", "channels", "locations", "is_sandbox")
        wanted = NewKey(
            scopes=given["scopes"] or USUAL, **{name: given[name] for name in names}
        )
        out = create_keys([wanted], actor=ACTOR)
        if out.refused:
            raise CommandError(" ".join(out.refused[0]))
        self.stdout.write(out.one().secret)
