from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from oms.core.api.models import ApiKey
from oms.core.base import TimestampedModel

CUSTOMER_WORDS = SearchVector("name", config="simple")


class CustomerSet(models.QuerySet):
    def for_key(self, key: ApiKey) -> "CustomerSet":
        """What a partner's key may see: who has ordered in one of its channels."""
        from orders.models.orders import Order

        theirs = Order.objects.for_key(key).filter(customer=models.OuterRef("pk"))
        return self.filter(models.Exists(theirs))


class Customer(TimestampedModel):
    """Who orders. `key` says what identifies the person: the e-mail address, or the
    channel's own id where there is none.

    `merged_into` is who has the orders now, and is never merged itself; orders with the
    old key go there.
    """

    key = models.CharField(_("key"), max_length=300, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = CustomerSet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        permissions = [
            ("merge_customer", "Can merge customers"),
            ("export_customer", "Can export what is kept of a person"),
            ("erase_customer", "Can erase a person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
                name="customer_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(name="", email=""),
                name="customer_erased_has_no_name",
            ),
        ]
        indexes = [
            # search by words of the name
            GinIndex(CUSTOMER_WORDS, name="customer_name_words"),
            # partners' programs follow what has changed
            models.Index(fields=["updated_at", "id"], name="customer_changes"),
            # exact search by e-mail, whatever the case
            models.Index(Lower("email"), name="customer_email_lower"),
        ]

    def __str__(self):
        return self.name or self.email or self.key

    @property
    def timeline_root(self) -> tuple[str, int]:
        return "customer", self.pk
