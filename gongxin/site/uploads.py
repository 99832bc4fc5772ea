"""Uploads (上传): a large one waits in a file that has no name, so that nobody finds it and nothing of it is left behind."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler


class NamelessFileUploadHandler(TemporaryFileUploadHandler):
    """The framework's temporary file, its name taken away at once (无名临时文件): gone with the process, however it ends."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, and take its name off the disk while it stays open."""
        super().new_file(*args, **kwargs)
        with contextlib.suppress(OSError):
            # Systems that cannot part with the name of an open file keep it until the request ends.
            Path(self.file.temporary_file_path()).unlink()
