"""The logins of the local demo: one that may do everything, and one for each role."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from oms.roles import ROLES

USERNAME = "admin"
PASSWORD = "demo-admin-password"  # noqa: S105, printed on purpose; refused with DEBUG=0


class Command(BaseCommand):
    help = "Make the logins of the local demo; refused with DEBUG=0."

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
        if roles := self._one_of_each_role(users):
            text = _("Or, with the same password, as %(names)s")
            self.stdout.write(text % {"names": ", ".join(roles)})

    def _one_of_each_role(self, users) -> list[str]:
        """A login for each group that `sync_roles` has made."""
        groups = {group.name: group for group in Group.objects.all()}
        names = {role.name.replace(" ", "-"): role.name for role in ROLES}
        names = {name: role for name, role in names.items() if role in groups}
        hashed = make_password(PASSWORD)  # once: it is slow on purpose
        for name, role in names.items():
            facts = {"password": hashed, "is_staff": True}
            user, is_new = users.get_or_create(username=name, defaults=facts)
            if is_new:
                user.groups.add(groups[role])
        return list(names)
