"""Django's makemessages as this project uses it: one catalogue whose differences can be
read, and no guess at what a new sentence might mean."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(
            locale=["de"],
            ignore_patterns=["tests", "docs"],
            no_location=True,
            no_obsolete=True,
        )
