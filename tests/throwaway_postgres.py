"""A throwaway PostgreSQL (一次性数据库): a server of its own in a temporary folder, on a socket, gone at the end.

    with throwaway_postgres() as address:
        subprocess.call([...], env={**os.environ, "GONGXIN_DATABASE_URL": address})

It listens on no port. PostgreSQL refuses to run as root, so root hands the folder to the user `postgres`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

RUNUSER = shutil.which("runuser") or "/usr/sbin/runuser"
"""It lies where the system's own programs do, which not every path names."""

SERVER_USER = "postgres"


class PostgresMissing(RuntimeError):
    """The programs of PostgreSQL are not installed; the message says what brings them."""


def find_programs() -> Path | None:
    """Return the folder that holds initdb and pg_ctl, the newest release first."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0])
    )
    if installed:
        return installed[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def knows_languages(programs: Path) -> bool:
    """Tell whether a server can order texts as Chinese are ordered (能否按中文排序), as offices' servers often do."""
    said = subprocess.run([str(programs / "initdb"), "--help"], capture_output=True, text=True, check=False)
    return "--icu-locale" in said.stdout


@contextmanager
def throwaway_postgres(database: str = "gongxin") -> Iterator[str]:
    """Start a server, make one database, yield its address in the form of GONGXIN_DATABASE_URL, and leave nothing."""
    programs = find_programs()
    if programs is None:
        raise PostgresMissing("PostgreSQL's programs are missing (bring them with: apt-get install postgresql)")
    as_root = os.geteuid() == 0
    user = SERVER_USER if as_root else pwd.getpwuid(os.geteuid()).pw_name
    # A socket's path may have some 100 characters at most, so the folder lies directly under the system's own.
    place = Path(tempfile.mkdtemp(prefix="gxpg-", dir="/tmp"))
    if as_root:
        owner = pwd.getpwnam(SERVER_USER)
        os.chown(place, owner.pw_uid, owner.pw_gid)

    def run(*command: str) -> None:
        # Everybody may enter the new folder's parent, but not the caller's working folder, hence `cwd`.
        before = [RUNUSER, "-u", SERVER_USER, "--"] if as_root else []
        done = subprocess.run([*before, *command], cwd=place, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr or done.stdout}")

    data = str(place / "data")
    order = ["--locale-provider=icu", "--icu-locale=zh-Hans-CN"] if knows_languages(programs) else []
    try:
        run(str(programs / "initdb"), "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", *order, "--no-sync")
        # A throwaway server may lose everything when the power fails; commits still wait for one another in order.
        settings = (
            f"-k {place} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
            " -c shared_buffers=256MB -c max_wal_size=4GB -c max_connections=60"
        )
        os.chmod(place, 0o755)  # noqa: PTH101 - the client, another user, must reach the socket
        # pg_ctl would hand our pipes on to the server and so keep them open for ever; the log file takes them instead.
        run(str(programs / "pg_ctl"), "-D", data, "-l", str(place / "log"), "-w", "-t", "60", "-o", settings, "start")
        try:
            run(str(programs / "createdb"), "-h", str(place), "-U", user, database)
            yield f"postgres://{user}@/{database}?host={quote(str(place), safe='')}"
        finally:
            run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    # By hand: python -m tests.throwaway_postgres COMMAND … runs the command beside a server and stops it afterwards.
    import sys

    with throwaway_postgres() as address:
        print(address, file=sys.stderr)
        sys.exit(subprocess.call(sys.argv[1:] or ["sh"], env={**os.environ, "GONGXIN_DATABASE_URL": address}))
