"""`python -m gongxin.doors.cli` (命令行): the same program as `gongxin`."""

import sys

from gongxin.doors.cli import main

sys.exit(main())
