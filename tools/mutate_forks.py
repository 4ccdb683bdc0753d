"""Puts every change mutmut knows beside its function, and runs the claims against one after the other in forks.

What ``mutate.py`` and ``mutate_rules.py`` share. mutmut starts pytest anew for each change, which takes far longer than
the claims do; here one pytest reads everything once (``mutate_plugin.py``) and forks.
"""

from __future__ import annotations

import ast
import difflib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents

from mutate_plugin import CHILDREN, KILLED, MOST, TASK

TASKS = "changes.json"
SAME_TWICE = ("-p", "no:cacheprovider", "--hypothesis-profile=ci")
"""Without chance and without memory: the same change gives the same answer again."""
QUICKLY = (*SAME_TWICE, "-s", "--assert=plain", "--tb=no", "-p", "no:logging")
"""Nobody reads how a claim failed."""


def kept_changes(folder: Path) -> list[str]:
    """The changes of a run that was broken off in this folder; none where none was."""
    task = folder / TASKS
    return json.loads(task.read_text(encoding="utf-8"))[1] if task.exists() else []


def forget_survivors(folder: Path, claims: Path) -> list[str]:
    """Lets whatever was not noticed in this folder be run again, with the claims as they are now (folder ``claims``).

    The names of what was forgotten.
    """
    done = folder / Path(TASKS).with_suffix(".done")
    lines = done.read_text(encoding="utf-8").splitlines(keepends=True)
    noticed = [line for line in lines if json.loads(line)[1] == KILLED]
    done.write_text("".join(noticed), encoding="utf-8")
    shutil.copytree(
        claims, folder / claims.name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
    )
    return [json.loads(line)[0] for line in lines if line not in noticed]


def change_all(folder: Path, paths: Iterable[Path], seed: int) -> list[str]:
    """Changes modules of a copy, each change to be chosen by name when its function is called.

    ``paths`` are given from the top of the copy. The names of the changes, shuffled by the seed.
    """
    changes = []
    for path in paths:
        source = (folder / path).read_text(encoding="utf-8")
        changed = mutate_file_contents(str(folder / path), source)
        (folder / path).write_text(changed.code, encoding="utf-8")
        module = ".".join(path.relative_to("src").with_suffix("").parts)
        changes += [f"{module}.{each}" for each in changed.mutant_names]
    random.Random(seed).shuffle(changes)  # noqa: S311  # so that what was come to is a sample of all
    return changes


def measure(
    folder: Path,
    changes: Sequence[str],
    claims: Sequence[str],
    *,
    most: int | None = None,
    hours: float = 24,
    children: int = 1,
) -> dict[str, str]:
    """What became of every change that was come to in that time, of so many at most; so many are looked at side by side.

    ``claims`` are what pytest is given. Raises SystemExit where it could not run them.
    """
    task = folder / TASKS
    task.write_text(json.dumps([time.time() + hours * 3600, changes]), encoding="utf-8")
    command = [sys.executable, "-B", "-m", "pytest", "-p", "mutate_plugin", *QUICKLY, *claims]
    environment = {
        **os.environ,
        TASK: str(task.absolute()),
        MOST: str(most or len(changes)),
        CHILDREN: str(children),
        "PYTHONPATH": str(folder.absolute() / "tools"),
    }
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # our own interpreter
    done = task.with_suffix(".done")
    outcomes = [json.loads(line) for line in done.read_text("utf-8").splitlines()] if done.exists() else []
    if run.returncode:
        sys.exit(run.stdout[-4000:] + run.stderr[-4000:])
    return {change: outcome for change, outcome, *_ in outcomes if change in set(changes)}


def difference(folder: Path, change: str) -> str:
    """The changed lines of a function, and what it takes where that is changed."""
    module, _, name = change.rpartition(".")
    source = (folder / "src" / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    bodies = {
        node.name: [ast.unparse(node.args), *ast.unparse(ast.Module(node.body, [])).splitlines()]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }
    before = bodies[f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"]
    lines = list(difflib.unified_diff(before, bodies[name], n=0, lineterm=""))[2:]
    return "\n".join(line for line in lines if not line.startswith("@@"))
