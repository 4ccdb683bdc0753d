"""The first schema: tables, constraints, three roles' rights, row security. The SQL stands in ``store/sql``."""

from importlib import resources
from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[object]] = [
        migrations.RunSQL(
            resources.files("jiexu.store").joinpath("sql/0001_schema.sql").read_text(encoding="utf-8"),
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
