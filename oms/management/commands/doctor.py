"""One line per matter: is this installation sound, and if not, what to do."""

from django.core.management import BaseCommand
from django.utils.translation import gettext as _

from oms import diagnosis


class Command(BaseCommand):
    help = "Examine this installation; exit code 1 when something fails."
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *args: object, **options: object) -> None:
        styles = {
            diagnosis.OK: self.style.SUCCESS,
            diagnosis.WARN: self.style.WARNING,
            diagnosis.FAIL: self.style.ERROR,
        }
        failed = 0
        for finding in diagnosis.examine():
            level = styles[finding.level](f"{finding.level:<4}")
            remedy = f" -> {finding.remedy}" if finding.remedy else ""
            self.stdout.write(f"{level}  {finding.matter}: {finding.text}{remedy}")
            failed += finding.level == diagnosis.FAIL
        if failed:
            self.stderr.write(_("%(count)d failed.") % {"count": failed})
            raise SystemExit(1)
