"""What has to be known of a file before it is read: which kind it is, and what is said
of all its rows."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from oms.core.exceptions import BusinessRuleError
from oms.core.files import profiles
from oms.core.files.models import ImportRun
from oms.core.files.profiles import Profile
from oms.core.files.shapes import shape_named
from oms.core.files.sheet import FileRefusedError, Row


class QuestionError(BusinessRuleError):
    """It cannot be read yet. `about`: profile, columns, or the name of an option."""

    def __init__(self, about: str, text: str):
        super().__init__(text)
        self.about = about


class NotForKeyError(BusinessRuleError):
    """Files of this kind are not for the key that has sent it."""


def settle(run: ImportRun, user=None) -> set[str]:
    """Choose the profile and the shape; the names of the options that this file asks
    for. Raises QuestionError and NotForKeyError."""
    header, options = Row(1, run.header), run.options
    profile = _profile(run, header, _among(user))
    shape = shape_named(profile.shape)
    if run.key is not None and (why := shape.why_not(run.key)):
        raise NotForKeyError(why)
    run.shape = shape.name
    try:
        columns = options.get("columns", {})
        ignored = options.get("ignored", [])
        binding = profiles.bind_header(profile, header, columns, ignored)
    except FileRefusedError as error:
        raise QuestionError("columns", str(error)) from error
    asked = profiles.options_of(profile, binding.positions)
    for option in asked:
        choices = [value for value, _label in option.choices(run.key)]
        said = run.key is not None and option.name in options
        if len(choices) == 1 and not said:  # a shop with one channel is not asked which
            options[option.name] = choices[0]
        if options.get(option.name) not in choices:
            text = _("Say for the whole file: %(what)s.") % {"what": option.label}
            raise QuestionError(option.name, text)
    run.scope = shape.scope(options)[:80]
    return {option.name for option in asked}


def _among(user) -> list[Profile]:
    """Those that this person may import. What a file is does not depend on which key
    sends it: that is refused later, if need be."""
    return [
        each
        for each in profiles.all_profiles()
        if user is None or user.has_perm(shape_named(each.shape).permission)
    ]


def _profile(run: ImportRun, header: Row, among: Collection[Profile]) -> Profile:
    if not run.profile:
        fitting = profiles.best_profiles(header, among)
        if not fitting:
            raise QuestionError("profile", _nobody_knows(header, among))
        run.profile = fitting[0].code
    profile = profiles.profile_named(run.profile)
    if profile is None or profile not in among:
        run.profile = ""
        text = _("This kind of file is not known here, or not yours to import.")
        raise QuestionError("profile", text)
    return profile


def _nobody_knows(header: Row, among: Iterable[Profile]) -> str:
    """By what is missing from the profile that comes nearest."""
    nearest = profiles.nearest_profile(header, among)
    if nearest is not None:
        try:
            profiles.bind_header(nearest, header, {}, ["*"])
        except FileRefusedError as error:
            return str(error)
    return _("Nobody knows these columns: %(found)s. Say what the file is.") % {
        "found": ", ".join(filter(None, header.cells))[:300]
    }
