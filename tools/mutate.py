"""Changes money, months and holds in every small way mutmut knows, and counts which changes the claims notice.

    .venv/bin/python tools/mutate.py [records] [ledger] [cases] [--only MODULE …] [--keep FOLDER]

Works on a copy, so nothing here is touched. First the changes of mutmut (mutate_forks.py), then those it does not make
(mutate_rest.py). Prints a table by module, then every change nobody noticed. Ends with 1 where a group stays under 95 %.
``--only cases.legs`` changes that module alone. With ``--keep`` the first part of a run that was broken off goes on where
it stood; with ``--again`` what nobody noticed there is run once more, with the claims as they are now. What each survivor means stands in docs/mutation.md.
"""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from mutate_forks import SAME_TWICE, change_all, difference, forget_survivors, kept_changes, measure
from mutate_rest import rest

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("src", "policy", "docs", "tests", "tools", "pyproject.toml")
WANTED = 0.95
MOST_MEMORY = 4 * 2**30
"""Bytes a process may take: a change that gathers without end shall not take the machine with it."""
LONGEST = 900
"""Seconds for all claims of a group about one change; what takes longer has not ended."""
NOTICED = frozenset({"killed", "timeout"})
"""A change that never comes to an end is noticed too: by whoever waits."""


@dataclass(frozen=True, slots=True)
class Group:
    """Modules that are changed, and the claims that should notice it. ``tables``: modules that only hold tables."""

    mutated: tuple[str, ...]
    claims: tuple[str, ...]
    tables: tuple[str, ...] = ()


GROUPS = {
    "records": Group(
        ("src/jiexu/records/*.py", *(f"src/jiexu/values/{name}.py" for name in ("money", "month", "period"))),
        # Of the values' claims those that run the code; another reads its source and finds every sentence doubled.
        (
            "tests/unit/records",
            *(f"tests/unit/values/test_{name}.py" for name in ("yuan", "month", "period")),
        ),
    ),
    "ledger": Group(("src/jiexu/ledger/*.py",), ("tests/unit/ledger",)),
    "cases": Group(
        tuple(
            f"src/jiexu/cases/{name}.py"
            for name in (
                "file",
                "legs",
                "origin",
                "destination",
                "ending",
                "money_in",
                "money_late",
                "money_out",
            )
        ),
        # Without the search over both machines: it would take hours, and a claim should say what the search finds.
        tuple(
            f"tests/unit/cases/{path.name}"
            for path in sorted((ROOT / "tests/unit/cases").glob("test_*.py"))
            if path.name != "test_two_machines.py"
        ),
        ("src/jiexu/cases/states.py",),
    ),
}


def narrowed(group: Group, names: list[str]) -> Group:
    """The group with these modules alone, as ``cases.legs``; whole where none is named.

    Its patterns become paths from the top.
    """

    def kept(patterns: tuple[str, ...]) -> tuple[str, ...]:
        paths = [path.relative_to(ROOT) for pattern in patterns for path in sorted(ROOT.glob(pattern))]
        return tuple(
            str(path) for path in paths if not names or ".".join(path.with_suffix("").parts[2:]) in names
        )

    return replace(group, mutated=kept(group.mutated), tables=kept(group.tables))


@contextmanager
def folder_for(kept: Path | None, name: str) -> Iterator[Path]:
    """A copy of what is needed: fresh and removed at the end, unless it is to be kept."""
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="jiexu-mutants-") as temporary:
            copy_to(Path(temporary))
            yield Path(temporary)
        return
    target = kept / name
    if not target.exists():
        target.mkdir(parents=True)
        copy_to(target)
    yield target


def copy_to(target: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / name)


def measure_changes(folder: Path, group: Group) -> dict[str, str]:
    """Every change of mutmut by its name, and what became of it."""
    changes = kept_changes(folder) or change_all(folder, map(Path, group.mutated), seed=1)
    return measure(folder, changes, group.claims)


def measure_rest(folder: Path, group: Group) -> dict[str, str]:
    """The same for what mutmut does not change, one run of the claims for each."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", *SAME_TWICE, *group.claims]
    if one_run(folder, command) != "survived":
        sys.exit(f"{' '.join(group.claims)}: the claims do not hold as they are; mend that first.")
    outcomes: dict[str, str] = {}
    for name in (*group.mutated, *group.tables):
        path = folder / name
        source = path.read_text(encoding="utf-8")
        module = ".".join(path.relative_to(folder / "src").with_suffix("").parts)
        for what, changed in rest(source):
            path.write_text(changed, encoding="utf-8")
            outcomes[f"{module}: {what}"] = one_run(folder, command)
        path.write_text(source, encoding="utf-8")
    return outcomes


def one_run(folder: Path, command: list[str]) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=LONGEST)  # noqa: S603 - our own interpreter
    except subprocess.TimeoutExpired:
        return "timeout"
    return "killed" if done.returncode else "survived"


def table(outcomes: dict[str, str]) -> float:
    """Prints one row a module and the sum; the share that was noticed."""
    modules: dict[str, Counter[str]] = defaultdict(Counter)
    for name, outcome in outcomes.items():
        modules[re.split(r"\.x|:", name, maxsplit=1)[0]][outcome] += 1
    modules["together"] = sum(modules.values(), Counter())
    print("| module | changes | killed | timeout | survived | other |")
    print("|---|---|---|---|---|---|")
    for module, each in modules.items():
        known = [each["killed"], each["timeout"], each["survived"]]
        print(f"| {module} | {each.total()} | {' | '.join(map(str, [*known, each.total() - sum(known)]))} |")
    whole = modules["together"]
    return sum(whole[outcome] for outcome in NOTICED) / max(whole.total(), 1)


def report(folder: Path, title: str, outcomes: dict[str, str]) -> bool:
    """Prints the table and what nobody noticed; whether enough was noticed."""
    print(f"\n{title}\n")
    share = table(outcomes)
    print(f"\n{share:.1%} noticed\n")
    for change, outcome in outcomes.items():
        if outcome not in NOTICED:
            lines = difference(folder, change) if "__mutmut_" in change else ""
            print(f"{outcome}: {change}\n{lines}", flush=True)
    return share >= WANTED


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], metavar="group", help=", ".join(GROUPS))
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="MODULE", help="these modules alone: cases.legs …"
    )
    parser.add_argument(
        "--again", action="store_true", help="with --keep: only what nobody noticed, once more"
    )
    parser.add_argument("--keep", type=Path, help="folder in which the changed copies stay")
    options = parser.parse_args()
    with suppress(ValueError, OSError):  # a system that cannot limit it
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    good = True
    for name in options.groups or GROUPS:
        group = narrowed(GROUPS[name], options.only)
        with folder_for(options.keep, name) as folder:
            if options.again:
                forget_survivors(folder, ROOT / "tests")
            good &= report(folder, name, measure_changes(folder, group))
        if options.again:
            continue
        with folder_for(options.keep, f"{name}-rest") as folder:
            good &= report(folder, f"{name}, the rest", measure_rest(folder, group))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
