"""The first schema: tables, constraints, three roles' rights, row security. The SQL stands in ``store/sql``."""

from typing import ClassVar

from django.db import migrations

from jiexu.store.schema import statements


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[object]] = [
        migrations.RunSQL(statements("0001_schema.sql"), reverse_sql=migrations.RunSQL.noop)
    ]
