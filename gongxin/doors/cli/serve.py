"""`gongxin serve` (启动服务): the portal, the workbench and the machine interface, and a worker for queued batches."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage

NAME = "serve"
HELP = gettext_noop("启动服务：门户、工作台、接口，并在后台核对排队的报送批次")

PARENT_DEATH_SIGNAL = 1
"""Linux's PR_SET_PDEATHSIG."""

SERVICE = "GONGXIN_SERVICE_PID"
"""The variable by which the service tells its own processes who it is."""

LAST_PORT = 65535

PATIENCE = 15
"""Seconds the batch worker gets to reach a safe place when the service stops; a batch resumes where it was."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, with how many processes."""
    parser.add_argument("--host", default="127.0.0.1", help=_("监听地址（默认只接受本机）"))
    parser.add_argument("--port", type=usage.at_least(1), default=8000, help=_("端口，1 到 65535"))
    parser.add_argument("--workers", type=usage.at_least(1), default=min(4, os.cpu_count() or 1), help=_("服务进程数"))
    parser.add_argument(
        "--no-batches", action="store_true", help=_("不在本机核对报送批次（另有机器运行 gongxin work）")
    )


class BatchWorker:
    """Keeps one `gongxin work` running beside the service (批次核对进程), and starts it again should it fall."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = threading.Thread(target=self._keep, name="batch-worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._watch.start()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            # A session of its own: Ctrl-C in the terminal reaches the service first, which then stops the worker.
            self._process = subprocess.Popen(self._command, start_new_session=True, stdout=subprocess.DEVNULL)
            code = self._process.wait()
            if not self._stopping.is_set():
                print(_("批次核对进程退出（%(code)s），5 秒后重新启动") % {"code": code}, file=sys.stderr)
                self._stopping.wait(5)

    def stop(self) -> None:
        """Ask it to stop, wait, insist."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            # As by Ctrl-C: the transaction under way is given up whole, and the batch goes on there next time.
            process.send_signal(signal.SIGINT)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
        self._watch.join(PATIENCE)


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop; a store whose tables are of an earlier version is told how to be brought up to date."""
    from django.conf import settings
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces

    no = cannot_listen(args.host, args.port)
    if no is not None:
        print(no, file=sys.stderr)
        return 1
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print(_("数据库的表还没有建，或者是以前版本的；请先运行 gongxin init"), file=sys.stderr)
        return 1
    connection.close()
    if args.host not in {"127.0.0.1", "localhost", "::1"} and args.host not in settings.ALLOWED_HOSTS:
        print(
            _("提示：请用 GONGXIN_HOSTS 写明对外的主机名，否则浏览器会收到 400（现在允许：%(hosts)s）")
            % {"hosts": " ".join(settings.ALLOWED_HOSTS)},
            file=sys.stderr,
        )
    server = Granian(
        "gongxin.site.asgi:application",
        address=args.host,
        port=args.port,
        interface=Interfaces.ASGI,
        workers=args.workers,
        http=HTTPModes.http1,
        websockets=False,
        backlog=2048,
        log_level="warning",  # type: ignore[arg-type] - granian declares its enumeration, and takes the word
        workers_kill_timeout=PATIENCE,
        respawn_failed_workers=True,
    )
    # The workers read it when they load the application.
    os.environ[SERVICE] = str(os.getpid())
    batches = None if args.no_batches else BatchWorker([sys.executable, "-m", __name__])
    words = _("%(address)s（%(workers)d 个进程；按 Ctrl-C 停止）")
    told = {"address": f"http://{args.host}:{args.port}", "workers": args.workers}
    print(words % told, file=sys.stderr, flush=True)
    try:
        if batches is not None:
            batches.start()
        server.serve()
    finally:
        if batches is not None:
            batches.stop()
    return 0


def cannot_listen(host: str, port: int) -> str | None:
    """Return why nobody can listen there (不能监听), in words, or None: the server itself would fall or share the port."""
    if port > LAST_PORT:
        return _("没有端口 %(port)d；请写 1 到 %(last)d") % {"port": port, "last": LAST_PORT}
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as asked:
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            asked.bind(address)
    except OSError as fault:
        told = {"place": f"{host}:{port}", "fault": fault.strerror or fault}
        return _("不能在 %(place)s 监听：%(fault)s。请停止占用它的程序，或者用 --host、--port 换一个地址") % told
    return None


def end_with_service(service: int, how: int) -> None:
    """Have this process end when the service that started it is gone (随服务结束), however it ended: even by `kill -9`.

    `service` is the service's process number, `how` the signal that ends this process well. Linux tells a child of its
    parent's death if asked; elsewhere an operator ends what is left by hand.
    """
    if service != os.getppid():
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, how)
        if service != os.getppid():
            # The service fell before the word was given.
            os.kill(os.getpid(), how)


def work_beside() -> int:
    """Run `gongxin work` in this process, and stop when the service beside it is gone, however it ended."""
    from gongxin.doors.cli import main

    end_with_service(os.getppid(), signal.SIGINT)
    return main(["work"])


if __name__ == "__main__":
    sys.exit(work_beside())
