"""Changes the rules in every small way mutmut knows, and counts which changes the claims notice.

    .venv/bin/python tools/mutate_rules.py [waiting] [pension.amount] [--sample N] [--hours H] [--seed S] [--children N] [--keep FOLDER]

Works on a copy, so nothing here is touched. Names are modules of ``jiexu.rules``; without any it is all of them. The
changes are shuffled by the seed, so what was come to before the end is a sample of all. Prints a table by module, then every change nobody noticed. Ends
with 1 where less than 95 % were noticed. With ``--keep`` a run that was broken off goes on where it stood, and with
``--again`` what nobody noticed there is run once more, with the claims as they are now. What each
survivor means stands in docs/mutation.md.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from mutate import ROOT, WANTED, copy_to
from mutate_forks import change_all, difference, forget_survivors, kept_changes, measure
from mutate_plugin import KILLED, SURVIVED, UNTOUCHED

RULES = Path("src/jiexu/rules")
CLAIMS = (
    "tests/policy/test_rules_yaml.py",
    "tests/policy/test_calculations.py",
    "tests/policy/test_other_systems.py",
    "tests/policy/test_explained_in_full.py",
    "tests/policy/test_errata_rows.py",
    "tests/unit/rules",
    "-k",
    "not same_facts_give_the_same_bytes",  # finds nothing the others do not
)
"""What is claimed of the rules: the cases a clerk reads, and the claims in code."""
NOTICED = {KILLED, "timeout"}


def modules(names: Iterable[str]) -> list[str]:
    """Modules of the rules by their dotted names. Raises SystemExit for one that is not there."""
    every = [".".join(path.relative_to(RULES).with_suffix("").parts) for path in sorted(RULES.rglob("*.py"))]
    every = [name for name in every if not name.endswith("__init__")]
    unknown = set(names) - set(every)
    if unknown:
        sys.exit(f"No module of the rules: {', '.join(sorted(unknown))}. There are: {', '.join(every)}.")
    return list(names) or every


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
    parser.add_argument(
        "--again",
        action="store_true",
        help="with --keep: only what nobody noticed, with the claims as they are now",
    )
    parser.add_argument("--children", type=int, default=1, help="changes looked at side by side (1)")
    options = parser.parse_args()
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="jiexu-mutants-") as temporary:
        folder = (options.keep or Path(temporary)).absolute()
        changes = kept_changes(folder)
        if not changes:
            folder.mkdir(parents=True, exist_ok=True)
            copy_to(folder)
            paths = [RULES / f"{name.replace('.', '/')}.py" for name in modules(options.modules)]
            changes = change_all(folder, paths, options.seed)
        if options.again:
            forgotten = dict.fromkeys(forget_survivors(folder, ROOT / "tests"))
            changes = [*forgotten, *(each for each in changes if each not in forgotten)]
            options.sample = len(forgotten)
        outcomes = measure(
            folder, changes, CLAIMS, most=options.sample, hours=options.hours, children=options.children
        )
        share = table(outcomes)
        low, high = interval(share, len(outcomes))
        print(f"\n{len(outcomes)} of {len(changes)} changes: {share:.1%} noticed ({low:.1%} to {high:.1%})\n")
        for change, outcome in sorted(outcomes.items()):
            if outcome not in NOTICED:
                print(f"{change}: {outcome}\n{difference(folder, change)}\n")
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
