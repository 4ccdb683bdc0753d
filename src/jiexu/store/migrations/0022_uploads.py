"""Supporting papers that people send, kept until the day that was named. The SQL stands in ``store/sql``."""

from typing import ClassVar

from django.db import migrations

from jiexu.store.schema import statements


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    dependencies: ClassVar[list[tuple[str, str]]] = [("store", "0021_accounts_at_rest")]
    operations: ClassVar[list[object]] = [
        migrations.RunSQL(statements("0022_uploads.sql"), reverse_sql=migrations.RunSQL.noop)
    ]
