"""Places where a test kills the process, to see what is found afterwards."""

import os
import signal

POINT = os.environ.get("OMS_FAULT_POINT", "")  # empty everywhere but in those tests


def fault_point(name: str) -> None:
    """Die here, as by a power cut, if a test has said so."""
    if name == POINT:
        os.kill(os.getpid(), signal.SIGKILL)
