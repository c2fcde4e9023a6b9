"""The other side for tests: a real server in a process of its own (see oms.sandbox)."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent


class Sandbox:
    """`url` is where it listens. Its books survive a restart, its misbehaviour not."""

    def __init__(self, file: Path):
        command = [sys.executable, "-m", "oms.sandbox", "--port", "0", "--file"]
        self._process = subprocess.Popen(
            [*command, str(file)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        self.url = self._process.stdout.readline().split()[-1]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()

    def do(self, side: str, verb: str, **body) -> dict:
        """As somebody else would: `do("gateway", "authorize", key="a", amount="9")`."""
        return self._ask(f"/{side}/{verb}", body)

    def authorize(self, key: str, amount, currency: str = "EUR") -> str:
        """A customer's authorization; what the gateway calls it."""
        body = {"key": key, "amount": str(amount), "currency": currency}
        return self.do("gateway", "authorize", **body)["reference"]

    def behave(
        self, side: str, verb: str, how: str, times: int = 1, lie_amount: str = ""
    ) -> None:
        """Let the next calls of a verb misbehave; the verb `calls` is looking up."""
        said = {"side": side, "verb": verb, "how": how, "times": times}
        self._ask("/behave", said | {"lie_amount": lie_amount})

    def calls(self, side: str, key: str) -> list[dict]:
        return self._ask(f"/{side}/calls?key={quote(key)}")["calls"]

    def ledger(self, side: str, *verbs: str) -> list[dict]:
        """What it did, oldest first: everything, or these verbs."""
        calls = self._ask(f"/ledger?side={side}")["calls"]
        return [call for call in calls if not verbs or call["verb"] in verbs]

    def _ask(self, path: str, body: dict | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data)
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)
