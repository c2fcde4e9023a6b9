"""Who may do what: Django's own rules, asked in one statement."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission


class StaffBackend(ModelBackend):
    """Every page asks what its reader may do; a person's own permissions and those of
    their groups come together."""

    def get_all_permissions(self, user_obj, obj=None):
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if user_obj.is_superuser:
            return super().get_all_permissions(user_obj)
        if not hasattr(user_obj, "_perm_cache"):
            names = "content_type__app_label", "codename"
            own = Permission.objects.filter(user=user_obj).order_by()
            groups = Permission.objects.filter(group__user=user_obj).order_by()
            rows = own.values_list(*names).union(groups.values_list(*names))
            user_obj._perm_cache = {f"{app}.{name}" for app, name in rows}
        return user_obj._perm_cache
