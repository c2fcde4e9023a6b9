"""Workers in processes of their own, which tests kill."""

import os
import signal
import sys
import traceback
from collections.abc import Callable

from django.db import connection, connections

from oms.core import faults


def start(call: Callable, fault: str = "") -> int:
    """Run `call` in a child process with its own connections; its process id. With
    `fault` it dies at the fault point of that name."""
    connections.close_all()  # a child must not share its parent's
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        faults.POINT = fault
        call()
        connections.close_all()
        code = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def wait(pid: int) -> int:
    """Its exit code; the signal that killed it as a negative number."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def run(call: Callable, fault: str = "") -> int:
    return wait(start(call, fault))


def database_url() -> str:
    """The database of this test, for a program that is started by its name."""
    given = connection.settings_dict
    user = f"{given['USER']}:{given['PASSWORD']}@" if given["PASSWORD"] else ""
    user = user or f"{given['USER']}@" * bool(given["USER"])
    host = given["HOST"].replace("/", "%2F")
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgresql://{user}{host}{port}/{given['NAME']}"
