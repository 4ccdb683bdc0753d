"""What is looked for among a million: an inbox in its order, batches that were begun."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

from jiexu.store.schema import statements

HERE = Path(__file__)
BEFORE = max(file.stem for file in HERE.parent.glob("0*.py") if file.stem < HERE.stem)
"""Whichever has the number before."""


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    dependencies: ClassVar[list[tuple[str, str]]] = [("store", BEFORE)]
    operations: ClassVar[list[object]] = [
        migrations.RunSQL(statements("0024_looked_for.sql"), reverse_sql=migrations.RunSQL.noop)
    ]
