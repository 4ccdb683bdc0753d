"""Changes the rules in every small way mutmut knows, and counts which changes the claims notice.

    .venv/bin/python tools/mutate_rules.py [waiting] [pension.amount] [--sample N] [--hours H] [--seed S] [--keep FOLDER]

Works on a copy, so nothing here is touched. Names are modules of ``jiexu.rules``; without any it is all of them. The
changes are shuffled by the seed, so what was come to before the end is a sample of all. Prints a table by module, then every change nobody noticed. Ends
with 1 where less than 95 % were noticed. With ``--keep`` a run that was broken off goes on where it stood. What each
survivor means stands in docs/mutation.md.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents

from mutate import ROOT, SAME_TWICE, WANTED, copy_to
from mutate_plugin import KILLED, MOST, SURVIVED, TASK, UNTOUCHED

RULES = Path("src/jiexu/rules")
TASKS = "changes.json"
CLAIMS = (
    "tests/policy/test_rules_yaml.py",
    "tests/policy/test_calculations.py",
    "tests/policy/test_other_systems.py",
    "tests/policy/test_explained_in_full.py",
    "tests/policy/test_errata_rows.py",
    "tests/unit/rules",
)
"""What is claimed of the rules: the cases a clerk reads, and the claims in code."""
QUICKLY = (*SAME_TWICE, "-s", "--assert=plain", "--tb=no", "-p", "no:logging")
"""Nobody reads how a claim failed."""
TWICE = "same_facts_give_the_same_bytes"
"""Claims that find nothing the others do not."""
NOTICED = {KILLED, "timeout"}


def modules(names: Iterable[str]) -> list[str]:
    """Modules of the rules by their dotted names. Raises SystemExit for one that is not there."""
    every = [".".join(path.relative_to(RULES).with_suffix("").parts) for path in sorted(RULES.rglob("*.py"))]
    every = [name for name in every if not name.endswith("__init__")]
    unknown = set(names) - set(every)
    if unknown:
        sys.exit(f"No module of the rules: {', '.join(sorted(unknown))}. There are: {', '.join(every)}.")
    return list(names) or every


def change_all(folder: Path, names: Iterable[str]) -> list[str]:
    """Puts every change beside its function, to be chosen by name when it is called; the names of the changes."""
    changes = []
    for name in names:
        path = folder / RULES / f"{name.replace('.', '/')}.py"
        changed = mutate_file_contents(
            str(path), (ROOT / path.relative_to(folder)).read_text(encoding="utf-8")
        )
        path.write_text(changed.code, encoding="utf-8")
        changes += [f"jiexu.rules.{name}.{each}" for each in changed.mutant_names]
    return changes


def measure(folder: Path, changes: list[str], most: int | None, hours: float) -> dict[str, str]:
    """What became of every change that was come to in that time, of so many at most."""
    task = folder / TASKS
    task.write_text(json.dumps([time.time() + hours * 3600, changes]), encoding="utf-8")
    command = [
        sys.executable,
        "-B",
        "-m",
        "pytest",
        "-p",
        "mutate_plugin",
        *QUICKLY,
        "-k",
        f"not {TWICE}",
        *CLAIMS,
    ]
    environment = {
        **os.environ,
        TASK: str(task),
        MOST: str(most or len(changes)),
        "PYTHONPATH": str(folder / "tools"),
    }
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # our own interpreter
    done = task.with_suffix(".done")
    outcomes = [json.loads(line) for line in done.read_text("utf-8").splitlines()] if done.exists() else []
    if run.returncode:
        sys.exit(run.stdout[-4000:] + run.stderr[-4000:])
    return {change: outcome for change, outcome, *_ in outcomes if change in set(changes)}


def difference(folder: Path, change: str) -> str:
    """The changed lines of a function."""
    module, _, name = change.rpartition(".")
    source = (folder / "src" / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    bodies = {
        node.name: ast.unparse(ast.Module(node.body, [])).splitlines()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }
    before = bodies[f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"]
    lines = list(difflib.unified_diff(before, bodies[name], n=0, lineterm=""))[2:]
    return "\n".join(line for line in lines if not line.startswith("@@"))


def table(outcomes: Mapping[str, str]) -> float:
    """Prints one row a module and the sum; the share that was noticed."""
    by_module: dict[str, Counter[str]] = defaultdict(Counter)
    for change, outcome in outcomes.items():
        by_module[change.rpartition(".")[0].removeprefix("jiexu.")][outcome] += 1
    by_module["**rules together**"] = sum(by_module.values(), Counter())
    print("| module | changes | killed | timeout | survived | no claim |\n|---|---|---|---|---|---|")
    for module, each in by_module.items():
        numbers = [each.total(), each[KILLED], each["timeout"], each[SURVIVED], each[UNTOUCHED]]
        print(f"| {module} | {' | '.join(map(str, numbers))} |")
    whole = by_module["**rules together**"]
    return sum(whole[outcome] for outcome in NOTICED) / max(whole.total(), 1)


def interval(share: float, size: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share found in a sample."""
    z = 1.96
    middle = share + z * z / (2 * size)
    apart = z * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    return (middle - apart) / (1 + z * z / size), (middle + apart) / (1 + z * z / size)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--sample", type=int, help="so many changes only")
    parser.add_argument("--hours", type=float, default=24, help="begin no change after so long (24)")
    parser.add_argument("--seed", type=int, default=1, help="of the order in which they are come to (1)")
    parser.add_argument("--keep", type=Path, help="folder in which the changed copy stays")
    options = parser.parse_args()
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="jiexu-mutants-") as temporary:
        folder = (options.keep or Path(temporary)).absolute()
        if (folder / TASKS).exists():
            _, changes = json.loads((folder / TASKS).read_text(encoding="utf-8"))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            copy_to(folder)
            changes = change_all(folder, modules(options.modules))
            random.Random(options.seed).shuffle(changes)  # noqa: S311  # so that what was come to is a sample of all
        outcomes = measure(folder, changes, options.sample, options.hours)
        share = table(outcomes)
        low, high = interval(share, len(outcomes))
        print(f"\n{len(outcomes)} of {len(changes)} changes: {share:.1%} noticed ({low:.1%} to {high:.1%})\n")
        for change, outcome in sorted(outcomes.items()):
            if outcome not in NOTICED:
                print(f"{change}: {outcome}\n{difference(folder, change)}\n")
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
