"""Cases that straight-through work leaves to people at a desk. The SQL stands in ``store/sql``."""

from typing import ClassVar

from django.db import migrations

from jiexu.store.schema import statements


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    dependencies: ClassVar[list[tuple[str, str]]] = [("store", "0005_handed")]
    operations: ClassVar[list[object]] = [
        migrations.RunSQL(statements("0006_by_hand.sql"), reverse_sql=migrations.RunSQL.noop)
    ]
