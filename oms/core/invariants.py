"""What must hold in the database whatever has happened to it, as queries that find what
does not. Each app lists its own in `<app>/invariants.py`; `oms/invariants.py` runs all.

A lock or a constraint keeps one mistake out; these compare the numbers with the ledgers
that explain them, and so see what no constraint can: a lost update.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Invariant:
    """`sql` returns the rows that break it, the id first; no row: it holds. A `warning`
    is worth a look and fails nothing. A percent sign stands as it is."""

    code: str
    text: str | Promise
    sql: str
    warning: bool = False


INVARIANTS = [
    Invariant(
        "E2",
        _("The changes of a document's status chain without a gap"),
        """
        SELECT id, subject_type, subject_id, from_status, previous FROM (
            SELECT id, subject_type, subject_id, from_status,
                   lag(to_status, 1, '') OVER (
                       PARTITION BY subject_id, subject_type ORDER BY id) AS previous
            FROM core_event WHERE to_status <> '') e
        WHERE from_status <> previous
        """,
    ),
    Invariant(
        "W1",
        _("One open work item for a kind and subject"),
        """
        SELECT min(id) AS id, subject_type, subject_id, kind, count(*)
        FROM core_workitem WHERE status <> 'resolved'
        GROUP BY subject_type, subject_id, kind HAVING count(*) > 1
        """,
    ),
    Invariant(
        "J1",
        _("A job has counted its rows, and one that is over has none left"),
        """
        SELECT j.id, j.kind, j.status, j.total, j.done_count, j.refused_count
        FROM core_job j LEFT JOIN (
            SELECT job_id, count(*) AS total,
                   count(*) FILTER (WHERE status = 'done') AS done,
                   count(*) FILTER (WHERE status = 'refused') AS refused
            FROM core_jobrow GROUP BY 1) r ON r.job_id = j.id
        WHERE j.kind NOT IN ('import', 'import_undo')
          AND ((j.total, j.done_count, j.refused_count)
               <> (coalesce(r.total, 0), coalesce(r.done, 0), coalesce(r.refused, 0))
               OR (j.status = 'done' AND j.total <> j.done_count + j.refused_count))
        """,
    ),
    Invariant(
        "I1",
        _("An import accounts for every row of its file"),
        """
        SELECT i.id, i.name, i.status, i.row_count, r.*
        FROM core_importrun i
        LEFT JOIN core_job j ON j.id = i.job_id
        LEFT JOIN core_job u ON u.id = i.undo_job_id
        LEFT JOIN LATERAL (
            SELECT count(*) AS rows,
                   count(*) FILTER (WHERE effect = 'error') AS wrong,
                   count(*) FILTER (WHERE effect = 'conflict') AS conflict,
                   count(*) FILTER (WHERE effect = 'new') AS new,
                   count(*) FILTER (WHERE effect = 'changed') AS changed,
                   count(*) FILTER (WHERE status = 'waiting') AS waiting,
                   count(*) FILTER (WHERE status = 'refused') AS refused,
                   count(*) FILTER (WHERE status = 'undone') AS undone,
                   count(*) FILTER (WHERE status IN ('done', 'undone', 'kept')) AS done
            FROM core_importrow WHERE run_id = i.id) r ON true
        WHERE i.status NOT IN ('asking', 'uploaded', 'failed', 'stale')
          AND ((i.row_count, i.error_count, i.conflict_count, i.new_count,
                i.changed_count) <> (r.rows, r.wrong, r.conflict, r.new, r.changed)
               OR (coalesce(j.done_count, 0), coalesce(j.refused_count, 0))
                  <> (r.done, r.refused)
               OR (i.status = 'applying' AND j.total <> r.done + r.refused + r.waiting)
               OR (i.status NOT IN ('previewed', 'applying') AND r.waiting > 0)
               OR (i.status = 'applied') <> (j.status = 'done' AND u.id IS NULL)
               OR (i.status = 'undone' AND (r.done <> r.undone OR r.refused < 0)))
        """,
    ),
    Invariant(
        "X3",
        _("No event waits for its dispatch for more than 15 minutes"),
        """
        SELECT id, action, at FROM core_event
        WHERE dispatched_at IS NULL AND at < now() - interval '15 minutes'
        """,
        warning=True,
    ),
]


def last_status(table: str, subject_type: str) -> str:
    """E1: the rows of `table` whose status is not what their last change of status
    says, or that have none."""
    return f"""
        SELECT d.id, d.number, d.status, e.to_status FROM {table} d
        LEFT JOIN (
            SELECT DISTINCT ON (subject_id) subject_id, to_status FROM core_event
            WHERE subject_type = '{subject_type}' AND to_status <> ''
            ORDER BY subject_id, id DESC) e ON e.subject_id = d.id
        WHERE e.to_status IS DISTINCT FROM d.status
        """  # noqa: S608
