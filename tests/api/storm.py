"""Partners' programs that repeat themselves: shuffled duplicates, and lost replies."""

import random
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.api.partner import new_order

PATIENCE = 200  # repetitions of one request


def _client() -> httpx.Client:
    return httpx.Client(trust_env=False, timeout=60)


def send(
    client: httpx.Client, url: str, secret: str, body: dict, key: str
) -> httpx.Response:
    """As a careful program does: the same key until there is an answer."""
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
    for _ in range(PATIENCE):
        try:
            answer = client.post(url, json=body, headers=headers)
        except httpx.TransportError:
            continue
        if "Retry-After" not in answer.headers:
            return answer
        time.sleep(random.uniform(0.01, 0.1))
    raise AssertionError("no answer")


def creates(base: str, secret: str, orders: int, copies: int, seed: int = 1) -> dict:
    """Each of so many orders, sent `copies` times in a shuffled order, ten at a time:
    half of them under the key of the first, half under a key of their own."""
    luck = random.Random(seed)
    bodies = [new_order(external_id=f"S-{seed}-{n}") for n in range(orders)]
    calls = []
    for number, body in enumerate(bodies):
        for copy in range(copies):
            key = f"s-{seed}-{number}" + (f"-{copy}" if luck.random() < 0.5 else "")
            calls.append((body, key))
    luck.shuffle(calls)
    url = f"{base}/api/v1/orders/"
    with _client() as client, ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda call: send(client, url, secret, *call), calls))
    numbers = {}
    for (body, _key), answer in zip(calls, answers, strict=True):
        if answer.status_code < 300:
            name = body["external_id"]
            numbers.setdefault(name, set()).add(answer.json()["number"])
    return {
        "calls": len(calls),
        "answers": dict(Counter(str(answer.status_code) for answer in answers)),
        "named_twice": sum(len(each) > 1 for each in numbers.values()),
        "named": len(numbers),
    }


def cuts(base: str, secret: str, number: str, times: int, seed: int = 1) -> dict:
    """So many notes for one order (nothing but the key tells one from another), each
    cut off at a random moment before its reply, then repeated under its key."""
    luck = random.Random(seed)
    path = f"/api/v1/orders/{number}/notes/"
    jobs = [(f"c-{seed}-{n}", luck.uniform(0, 0.06)) for n in range(times)]

    def one(job) -> tuple[int, bool]:
        key, wait = job
        _cut(base, secret, path, key, wait)
        answer = send(client, base + path, secret, {"text": key}, key)
        return answer.status_code, "Idempotent-Replayed" in answer.headers

    with _client() as client, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(one, jobs))
    return {
        "cuts": times,
        "answers": dict(Counter(str(status) for status, _again in answers)),
        "done_before_the_cut": sum(again for _status, again in answers),
    }


def _cut(base: str, secret: str, path: str, key: str, wait: float) -> None:
    body = f'{{"text":"{key}"}}'
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {secret}",
        f"Idempotency-Key: {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall("\r\n".join([*lines, "", body]).encode())
        time.sleep(wait)
