"""Who sent an application, and where money is paid to the person. The SQL stands in ``store/sql``."""

from typing import ClassVar

from django.db import migrations

from jiexu.store.schema import statements


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    dependencies: ClassVar[list[tuple[str, str]]] = [("store", "0006_by_hand")]
    operations: ClassVar[list[object]] = [
        migrations.RunSQL(statements("0007_applying.sql"), reverse_sql=migrations.RunSQL.noop)
    ]
