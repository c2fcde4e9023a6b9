"""The login of the local demo."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

USERNAME = "admin"
PASSWORD = "demo-admin-password"  # noqa: S105, printed on purpose; refused with DEBUG=0


class Command(BaseCommand):
    help = "Make the superuser of the local demo; refused with DEBUG=0."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEBUG:
            raise CommandError(
                _(
                    "The demo's login has a published password and is refused with"
                    " DEBUG=0: use `manage.py createsuperuser`."
                )
            )
        users = get_user_model().objects
        user = users.filter(username=USERNAME).first()
        if user is None:
            user = users.create_superuser(USERNAME, "", PASSWORD)
        if user.check_password(PASSWORD):
            line = _("Log in as %(name)s with the password %(password)s")
        else:
            line = _("Log in as %(name)s with the password that you gave it")
        self.stdout.write(line % {"name": USERNAME, "password": PASSWORD})
