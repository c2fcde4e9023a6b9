"""What the pages of imports show, and what people answer on them."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from oms.core import panels
from oms.core.files import applying, deciding, profiles, showing
from oms.core.files.columns import key_of
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.profiles import Profile
from oms.core.files.shapes import DIFFERENCE, FILE, shape_named
from oms.core.files.sheet import FileRefusedError, Row
from oms.core.words import whole

Status = ImportRun.Status
LOOK = {
    Status.APPLIED: "ok",
    Status.FAILED: "bad",
    Status.ASKING: "wait",
    Status.PARTIALLY_UNDONE: "wait",
    Status.UPLOADED: "work",
    Status.PREVIEWED: "work",
    Status.APPLYING: "work",
    Status.UNDOING: "work",
}
STEPS = {
    Status.ASKING: 1,
    Status.UPLOADED: 1,
    Status.FAILED: 1,
    Status.PREVIEWED: 2,
    Status.STALE: 2,
    Status.APPLYING: 3,
}
DATE_ORDERS = ("", "dmy", "mdy")


def profiles_of(user) -> list[Profile]:
    return [
        profile
        for profile in profiles.all_profiles()
        if user.has_perm(shape_named(profile.shape).permission)
    ]


def kind_of(run: ImportRun) -> str:
    profile = profiles.profile_named(run.profile)
    return str(profile.label) if profile else run.profile


def listed(run: ImportRun) -> dict:
    """A run in the list of all."""
    return {
        "run": run,
        "url": panels.page_url(ImportRun, run.pk),
        "kind": kind_of(run),
        "who": run.actor.removeprefix("user:"),
        "look": LOOK.get(run.status, ""),
        "done": run.job.done_count if run.job else 0,
        "may_undo": run.status == Status.APPLIED and not deciding.why_no_undo(run),
    }


def page(run: ImportRun, request) -> dict:
    """Everything on the page of one."""
    shape = shape_named(run.shape)
    effect = request.GET.get("effect", "")
    start = _number(request.GET.get("from", ""))
    context = listed(run) | {
        "step": STEPS.get(run.status, 4),
        "steps": enumerate([_("File"), _("Preview"), _("Apply"), _("Result")], 1),
        "address": {
            name: reverse(f"admin:core_importrun_{name}", args=[run.pk])
            for name in ("answer", "apply", "undo", "discard", "errors", "rows")
        },
        "days": deciding.UNDOABLE.days,
        "form": _answers(run, request.user),
        "may_add": request.user.has_perm("core.add_importrun"),
        "takes_conflicts": shape.takes_conflicts if shape else (),
        "effect": effect,
        "left": run.error_count + run.conflict_count,
        "consequences": [
            (text, [panels.link_for(request.user, *each) for each in concerned])
            for text, concerned in run.consequences
        ],
        "columns": sum(bool(cell.strip()) for cell in run.header),
    }
    if run.status in (Status.ASKING, Status.UPLOADED, Status.FAILED):
        return context
    effect = effect or ("" if run.job is None else "left")
    rows = showing.sample(run, effect, start)
    context |= {
        "counters": [
            (name, ImportRow.Effect(name).label, n, whole(n))
            for name, n in run.counts().items()
        ],
        "rows": rows,
        "as_file": f"{context['address']['rows']}?effect={effect}",
        "next": start + showing.ROWS if len(rows) == showing.ROWS else 0,
        "repairs": showing.repairs(run) if run.error_count else [],
        "reasons": [(whole(n), why) for n, why in showing.left(run)],
        "before": deciding.applied_before(run) if run.job is None else "",
    }
    return context | _progress(run)


def _progress(run: ImportRun) -> dict:
    """Of the job that is at it, or was the last."""
    job = run.undo_job or run.job
    if job is None:
        return {}
    results, ended = applying.results(run), job.done_count + job.refused_count
    return {
        "job": job,
        "ended": ended,
        "so_far": {"ended": whole(ended), "all": whole(job.total)},
        "results": [
            (ImportRow.Status(name).label, whole(results[name]))
            for name in ImportRow.Status.values
            if results.get(name)
        ],
        "has_left": bool(run.rows.filter(showing.LEFT).exists()),
        "why_no_undo": deciding.why_no_undo(run),
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


# --- Answers --------------------------------------------------------------------------


def _answers(run: ImportRun, user) -> dict:
    """The form that says what a file is."""
    known = profiles_of(user)
    profile = profiles.profile_named(run.profile)
    said = run.options
    names = [cell.strip() for cell in run.header if cell.strip()]
    form = {"profiles": known, "chosen": run.profile, "names": names}
    form["date_order"] = said.get("date_order", "")
    form["ignores"] = bool(said.get("ignored"))
    if profile is None or profile not in known:
        return form
    columns = profile.all_columns(Row(1, run.header))
    mapped = said.get("columns", {})
    form["columns"] = [(c.name, c.is_required, mapped.get(c.name, "")) for c in columns]
    form["options"] = [
        (option, said.get(option.name, ""), option.choices(run.key))
        for option in profiles.options_of(profile, _bound(profile, run))
    ]
    return form


def _bound(profile: Profile, run: ImportRun) -> set[str]:
    """Our columns that the file has."""
    header, mapped = Row(1, run.header), run.options.get("columns", {})
    try:
        return set(profiles.bind_header(profile, header, mapped, ["*"]).positions)
    except FileRefusedError:
        return set()


def options_said(sent: Mapping, profile: Profile, run: ImportRun) -> dict:
    said = {}
    for option in profiles.options_of(profile, ()):
        value = sent.get(f"option-{option.name}", "")
        if value in {each for each, _label in option.choices(run.key)}:
            said[option.name] = value
    if sent.get("date_order") in DATE_ORDERS[1:]:
        said["date_order"] = sent["date_order"]
    if sent.get("ignore"):
        said["ignored"] = ["*"]
    return said


def conflicts_said(sent: Mapping) -> str:
    said = sent.get("conflict", "")
    return said if said in (FILE, DIFFERENCE) else ""


def columns_said(sent: Mapping, profile: Profile, run: ImportRun) -> dict[str, str]:
    """{our column: what the file calls it}, as far as it was chosen."""
    names = {key_of(cell): cell.strip() for cell in run.header if cell.strip()}
    said = {}
    for column in profile.all_columns(Row(1, run.header)):
        chosen = key_of(sent.get(f"column-{column.name}", ""))
        if chosen in names:
            said[column.name] = names[chosen]
    return said
