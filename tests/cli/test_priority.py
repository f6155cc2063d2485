"""What can wait stands back, also where processors are shared by session."""

import subprocess
import sys
from pathlib import Path

import pytest

ASK = """
import os
from pathlib import Path
from jawort.core.priority import stand_back
stand_back(7)
group = Path("/proc/self/autogroup")
print(os.nice(0), *(group.read_text().split()[2:] if group.exists() else ()))
"""
GROUPED = Path("/proc/sys/kernel/sched_autogroup_enabled")


@pytest.mark.parametrize("leads", [True, False])
def test_the_process_stands_back_and_its_session_only_if_it_is_its_own(leads: bool) -> None:
    said = subprocess.run(
        [sys.executable, "-c", ASK], start_new_session=leads, capture_output=True, text=True, check=True
    )
    nice, *group = said.stdout.split()
    assert nice == "7"
    if GROUPED.exists() and GROUPED.read_text(encoding="ascii").strip() == "1":
        assert (group == ["7"]) is leads, group
