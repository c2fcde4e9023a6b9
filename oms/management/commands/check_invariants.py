"""Do all numbers agree with the ledgers that explain them?"""

from django.core.management import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms.invariants import INVARIANTS, Violation, violations


class Command(BaseCommand):
    help = "Compare every number with what explains it; exit code 1 if one is wrong."

    def handle(self, *args: object, **options: object) -> None:
        found = violations(warnings=True)
        broken = [each for each in found if not each.invariant.warning]
        for each in broken:
            self._print(each, self.style.ERROR(_("BROKEN")))
        for each in found:
            if each.invariant.warning:
                self._print(each, self.style.WARNING(_("WARNING")))
        total = sum(not invariant.warning for invariant in INVARIANTS.values())
        if not broken:
            text = ngettext("%(n)d invariant holds.", "%(n)d invariants hold.", total)
            self.stdout.write(self.style.SUCCESS(text % {"n": total}))
            return
        text = ngettext(
            "%(n)d violation of %(codes)s.",
            "%(n)d violations of %(codes)s.",
            count := sum(each.count for each in broken),
        )
        codes = ", ".join(each.code for each in broken)
        self.stderr.write(text % {"n": count, "codes": codes})
        raise SystemExit(1)

    def _print(self, found: Violation, level: str) -> None:
        rows = ngettext("%(n)d row", "%(n)d rows", found.count) % {"n": found.count}
        text = found.invariant.text
        self.stdout.write(f"{level}  {found.code}: {text} ({rows})")
        for row in found.rows:
            columns = ", ".join(f"{name} {value}" for name, value in row.items())
            self.stdout.write(f"    {columns}")
        if found.count > len(found.rows):
            more = found.count - len(found.rows)
            self.stdout.write(_("    and %(n)d more") % {"n": more})
