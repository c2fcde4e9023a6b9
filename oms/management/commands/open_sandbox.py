"""Where partners' programs practise; safe to repeat."""

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from oms.core.exceptions import BusinessRuleError
from oms.practice import opening


class Command(BaseCommand):
    help = (
        "Make the channel and the location to practise with, and fill the shelves: "
        "what test keys of the partner API see."
    )

    def handle(self, *args: object, **options: object) -> None:
        try:
            filled = opening.open_sandbox()
        except BusinessRuleError as error:
            raise CommandError(str(error)) from error
        text = _(
            "The sandbox is open: channel %(channel)s, location %(place)s, %(n)d "
            "products filled up. Make a key: create_api_key NAME --sandbox"
        )
        facts = {"channel": opening.CHANNEL, "place": opening.PLACE, "n": filled}
        self.stdout.write(text % facts)
