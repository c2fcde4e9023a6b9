"""Corruptions of imports."""

COUNTS = "row_count, new_count, changed_count, unchanged_count, conflict_count"


def run(status: str, rows: str, effects: str, job: str = "NULL") -> str:
    """An import past all services; `rows`: its counts, `effects`: of its rows, each
    with the status of the row after a colon."""
    made = (
        "INSERT INTO core_importrun (created_at, updated_at, actor, name, stored_as,"
        " sha256, size, status, profile, shape, scope, options, header, format,"
        f" {COUNTS}, error_count, consequences, error, job_id)"
        " VALUES (now(), now(), 'x', 'f', md5(random()::text), 's', 1,"
        f" '{status}', 'p', 'p', '', '{{{{}}}}', '[]', '', {rows}, '[]', '', {job})"
    )
    filled = (
        "INSERT INTO core_importrow (run_id, position, number, key, unit, cells,"
        " values, effect, difference, errors, note, status, result, undo)"
        " SELECT (SELECT max(id) FROM core_importrun), n, n, n::text, n, '{{}}',"
        " '{{}}', split_part(r, ':', 1), '{{}}', '[]', '', split_part(r, ':', 2),"
        " '', '{{}}'"
        f" FROM unnest(string_to_array('{effects}', ' ')) WITH ORDINALITY AS e(r, n)"
    )
    return f"{made}; {filled}"


def job(done: int) -> str:
    return (
        "INSERT INTO core_job (created_at, updated_at, kind, params, actor, status,"
        " total, done_count, refused_count, error) VALUES (now(), now(), 'import',"
        f" '{{{{}}}}', 'x', 'done', {done}, {done}, 0, '')"
    )


LAST = "(SELECT max(id) FROM core_job)"
PREVIEWED = "changed:staged error:staged"
PLANTED = [
    # a row that was lost, and one of another effect than was counted
    ("I1", run("previewed", "2, 0, 1, 0, 0, 1", "changed:staged")),
    ("I1", run("previewed", "2, 0, 2, 0, 0, 0", PREVIEWED)),
    # applied, yet a row waits; done, yet the job has counted another
    ("I1", f"{job(1)}; " + run("applied", "1, 0, 1, 0, 0, 0", "changed:waiting", LAST)),
    ("I1", f"{job(2)}; " + run("applied", "1, 0, 1, 0, 0, 0", "changed:done", LAST)),
]
ALWAYS_REFUSED = [
    ("importrun_counts_add_up", run("previewed", "3, 0, 1, 0, 0, 1", PREVIEWED)),
    (
        "importrun_applied_once",
        ";".join(
            f"{job(1)}; " + run("applied", "1, 0, 1, 0, 0, 0", "changed:done", LAST)
            for _twice in range(2)
        ),
    ),
    ("importrun_applied_by_a_job", run("applied", "1, 0, 1, 0, 0, 0", "changed:done")),
    (
        "importrow_wrong_is_never_applied",
        run("previewed", "1, 0, 0, 0, 0, 1", "error:done"),
    ),
    (
        "importrow_one_per_position",
        run("previewed", "2, 0, 1, 0, 0, 1", PREVIEWED)
        + "; UPDATE core_importrow SET position = 7",
    ),
]
