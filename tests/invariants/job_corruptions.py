"""Corruptions of jobs."""


def job(status: str, total: int, done: int, rows: str) -> str:
    """A job past all services; `rows`: the statuses of its rows."""
    made = (
        "INSERT INTO core_job (created_at, updated_at, kind, params, actor, status,"
        " total, done_count, refused_count, error) VALUES (now(), now(), 'k', '{{}}',"
        f" 'x', '{status}', {total}, {done}, 0, '')"
    )
    filled = (
        "INSERT INTO core_jobrow (job_id, position, subject_id, label, status, text)"
        " SELECT (SELECT max(id) FROM core_job), n, n, 'l', status, ''"
        f" FROM unnest(string_to_array('{rows}', ' ')) WITH ORDINALITY AS r(status, n)"
    )
    return f"{made}; {filled}"


PLANTED = [
    ("J1", job("running", 2, 2, "done waiting")),
    ("J1", job("running", 3, 1, "done waiting")),
    ("J1", job("done", 2, 1, "done waiting")),
]
ALWAYS_REFUSED = [
    ("job_counts_within_total", job("running", 1, 2, "done")),
    (
        "jobrow_one_per_subject",
        f"{job('running', 2, 0, 'waiting waiting')};"
        " UPDATE core_jobrow SET subject_id = 7",
    ),
    (
        "jobrow_one_per_position",
        f"{job('running', 2, 0, 'waiting waiting')};"
        " UPDATE core_jobrow SET position = 7",
    ),
]
