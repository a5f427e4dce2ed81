"""The file from which supervisord runs the processes of a desk."""

from __future__ import annotations

import os
import shlex

from rollback_site.processes import Desk, Program, ends_with_its_parent, programs


def configuration(desk: Desk) -> str:
    """The text of supervisord.conf."""
    sections = [_supervisord(desk), *_control(desk)]
    sections += [_program(desk, program, at) for at, program in enumerate(programs(desk), start=1)]
    return "\n".join(sections)


def _section(title: str, values: dict[str, object]) -> str:
    return "\n".join([f"[{title}]", *(f"{key}={_escaped(value)}" for key, value in values.items()), ""])


def _escaped(value: object) -> str:
    """supervisord expands %(...)s in values."""
    return str(value).replace("%", "%%")


def _supervisord(desk: Desk) -> str:
    values: dict[str, object] = {
        "nodaemon": "true",
        "silent": "true",
        "directory": desk.root,
        "logfile": desk.log / "supervisord.log",
        "logfile_maxbytes": "2MB",
        "logfile_backups": 1,
        "pidfile": desk.run / "supervisord.pid",
        "childlogdir": desk.log,
    }
    if os.getuid() == 0:
        values["user"] = "root"
    return _section("supervisord", values)


def _control(desk: Desk) -> list[str]:
    """The private socket on which `supervisorctl -c var/run/supervisord.conf status` asks."""
    socket = desk.run / "supervisor.sock"
    factory = "supervisor.rpcinterface:make_main_rpcinterface"
    return [
        _section("unix_http_server", {"file": socket, "chmod": "0700"}),
        _section("rpcinterface:supervisor", {"supervisor.rpcinterface_factory": factory}),
        _section("supervisorctl", {"serverurl": f"unix://{socket}"}),
    ]


def _program(desk: Desk, program: Program, priority: int) -> str:
    values: dict[str, object] = {
        "command": shlex.join([*ends_with_its_parent(), *program.command]),
        "directory": desk.root,
        "priority": priority,
        "autorestart": "true",
        "startsecs": 5,
        # Each try waits a second longer than the one before; giving up would leave the desk without a hand.
        "startretries": 100_000,
        "stopwaitsecs": program.stop_seconds,
        "stopasgroup": "false" if program.tells_children else "true",
        "killasgroup": "true",
        "redirect_stderr": "true",
        # The one value that supervisord expands twice.
        "stdout_logfile": _escaped(desk.log / f"{program.name}.log"),
        "stdout_logfile_maxbytes": "5MB",
        "stdout_logfile_backups": 2,
    }
    return _section(f"program:{program.name}", values)
