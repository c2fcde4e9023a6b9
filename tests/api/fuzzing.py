"""schemathesis against a running server: requests that the description allows, and some
that it forbids, made up from a seed."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

PHASES = "examples,coverage,fuzzing,stateful"
# A body that the description allows may still break a rule that no schema tells.
NOT_ASKED = "positive_data_acceptance"
# What an answer must not tell of the inside.
INSIDE = re.compile(r"Traceback|psycopg|django|site-packages|\.py\b|SELECT |DETAIL:")


class Found(NamedTuple):
    code: int  # 0: no check has failed
    text: str  # what schemathesis says
    statuses: Counter
    leaks: list[str]  # bodies that tell of the inside

    @property
    def is_clean(self) -> bool:
        faults = [status for status in self.statuses if status >= 500]
        return not (self.code or self.leaks or faults or not self.statuses)


def run(
    url: str, secret: str, folder: Path, *, seed: int, examples: int, **options
) -> Found:
    """`options`: further ones of `schemathesis run`."""
    record = folder / "fuzzing.json"
    given = {
        "header": f"Authorization: Bearer {secret}",
        "phases": PHASES,
        "exclude-checks": NOT_ASKED,
        "seed": seed,
        "max-examples": examples,
        "warnings": "off",
        "report-har-path": record,
        "generation-database": "none",
        "suppress-health-check": "all",
        **options,
    }
    command = [str(Path(sys.executable).with_name("schemathesis"))]
    command += ["--config-file", str(Path(__file__).with_name("schemathesis.toml"))]
    command += ["run", f"{url}/api/v1/schema/", "--continue-on-failure", "--no-color"]
    command += ["--output-sanitize=false", "--output-truncate=false"]
    command += [f"--{name}={value}" for name, value in given.items()]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return Found(done.returncode, done.stdout + done.stderr, *_read(record))


def _read(record: Path) -> tuple[Counter, list[str]]:
    """The statuses of all answers, and the bodies of those that tell too much."""
    statuses, leaks = Counter(), []
    entries = (
        json.loads(record.read_text())["log"]["entries"] if record.exists() else []
    )
    for entry in entries:
        answer = entry["response"]
        statuses[answer["status"]] += 1
        text = answer["content"].get("text", "")
        if answer["status"] >= 400 and INSIDE.search(_own_words(text)):
            leaks.append(text)
    return statuses, leaks


def _own_words(text: str) -> str:
    """Without what the answer repeats of the request, which stands between “ and ”."""
    return re.sub(r"“[^”]*”", "", text)
