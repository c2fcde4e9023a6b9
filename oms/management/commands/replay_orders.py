"""A real year of a shop from its invoice file, from the inbox to delivered and back."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from channels.connectors.invoice_file import InvoiceFileError, read_invoices
from oms.core.exceptions import BusinessRuleError
from oms.core.progress import Progress
from oms.replay.account import take_account
from oms.replay.play import play
from oms.replay.shop import open_shop
from oms.replay.table import rendered

LOCK = "oms.replay_orders"


class Command(BaseCommand):
    help = (
        "Play the sales, stock corrections and credit notes of an invoice file (CSV, "
        "also gzipped) from the inbox to delivered, and back to refunded, and account "
        "for every line. Run it again to carry on after an interruption; what is done "
        "stays as it is."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file: Path, **options) -> None:
        start = time.monotonic()
        try:
            invoices = read_invoices(file)
        except InvoiceFileError as error:
            raise CommandError(str(error)) from error
        lines = sum(len(invoice.lines) for invoice in invoices)
        self.stderr.write(
            _("%(invoices)s invoices with %(lines)s lines read.")
            % {"invoices": f"{len(invoices):,}", "lines": f"{lines:,}"}
        )
        try:
            with _alone(), _in_bulk():
                shop = open_shop(invoices)
                with Progress(lines, self.stderr, _("lines")) as progress:
                    play(shop, invoices, progress.advance)
                account = take_account(shop, invoices)
        except BusinessRuleError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(rendered(account))
        self.stderr.write(
            _("%(seconds).0f seconds.") % {"seconds": time.monotonic() - start}
        )
        if not account.adds_up:
            raise CommandError(
                _(
                    "THE ACCOUNT DOES NOT ADD UP: %(count)d invoices do not stand as "
                    "the file has them (%(some)s). Run it again; should that not help, "
                    "look at these invoices and report it."
                )
                % {"count": len(account.wrong), "some": ", ".join(account.wrong[:10])}
            )


@contextmanager
def _alone() -> Iterator[None]:
    """One replay at a time: two would both correct the stock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK])
        if not cursor.fetchone()[0]:
            raise CommandError(
                _("Another replay is running on this database; let it end first.")
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])


@contextmanager
def _in_bulk() -> Iterator[None]:
    """Settings for hundreds of thousands of rows in one process.

    With DEBUG Django keeps the text of every statement, and these are long. The garbage
    collector would look at the whole file over and over. A commit that a crash takes
    back is made again by the next run, so none waits for the disk.
    """
    debug, settings.DEBUG = settings.DEBUG, False
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)
    _set_synchronous_commit("off")
    try:
        yield
    finally:
        _set_synchronous_commit("DEFAULT")
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        settings.DEBUG = debug


def _set_synchronous_commit(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET synchronous_commit TO {value}")
