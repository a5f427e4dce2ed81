"""Memory of a running desk: the proportional share (PSS) of every process, and the sum.

PSS divides a page that several processes share by their number, so the sum is what the machine really gives up.
"""

from __future__ import annotations

import re
from pathlib import Path

from rollback_site import leftovers

_NAMES = (
    (r"valkey-server", "valkey"),
    (r"uvicorn", "web"),
    (r"worker.*-Q urgent", "worker-urgent"),
    (r"worker.*-Q rest", "worker-rest"),
    (r"celery.* beat", "beat"),
    (r"examples\.digits", "example"),
    (r"foreground\.py", "supervisord"),
)


def run(argv: list[str]) -> dict[str, object]:
    """Args: the data folder of the desk; without one, the folder that the settings name."""
    from django.conf import settings

    data = Path(argv[0]).resolve() if argv else settings.DATA_DIR
    processes = [{"process": name_of(pid), "pid": pid, "pss_mib": pss_mib(pid)} for pid in leftovers.of(data)]
    processes.sort(key=lambda row: (str(row["process"]), int(str(row["pid"]))))
    total = sum(float(str(row["pss_mib"])) for row in processes)
    return {"data": str(data), "processes": processes, "sum_mib": round(total, 1)}


def name_of(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "gone"
    return next((name for pattern, name in _NAMES if re.search(pattern, command)), command[:40].strip())


def pss_mib(pid: int) -> float:
    """Proportional share of one process in MiB; 0 when it has ended meanwhile."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return round(int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)[1]) / 1024, 1)  # type: ignore[index]
