"""What the tests of the supervision run: one supervisor over children that a JSON file describes."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from commands.children import ChildSpec, Policy
from commands.failure import PlainFailure
from commands.supervisor import Supervisor


def main(folder: Path) -> int:
    plan = json.loads((folder / "plan.json").read_text())
    specs = [
        ChildSpec(child["name"], tuple(child["command"]), dict(os.environ), f"http://127.0.0.1:{child['port']}/")
        for child in plan["children"]
    ]

    def write(pids: dict[str, int]) -> None:
        (folder / "unfinished").write_text(json.dumps(pids))
        (folder / "unfinished").rename(folder / "ready.json")

    def changed() -> list[ChildSpec]:
        """The child that ``replace.json`` describes, once."""
        try:
            child = json.loads((folder / "replace.json").read_text())
        except FileNotFoundError:
            return []
        (folder / "replace.json").unlink()
        return [
            ChildSpec(child["name"], tuple(child["command"]), dict(os.environ), f"http://127.0.0.1:{child['port']}/")
        ]

    supervisor = Supervisor(
        specs,
        log_folder=folder,
        on_all_ready=write,
        on_restarted=write,
        changed_specs=changed,
        policy=Policy(**plan["policy"]),
        verbose=plan.get("verbose", False),
    )
    try:
        asyncio.run(supervisor.run())
    except PlainFailure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
