"""A database's shape from its catalogue: everything that makes writing dearer or cheaper, as names and definitions."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

from jiexu.gateways.postgres.roles import Connections

Shape = Mapping[tuple[str, str], str]
"""What kind of thing and its name → its definition."""

OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
SHAPE = f"""
WITH relation AS (
  SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relacl, c.reltablespace
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}),
function AS (
  SELECT p.oid, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {OURS} AND p.prokind IN ('f', 'p'))
SELECT 'table' AS kind, relname AS name, concat_ws(' ', relkind, relpersistence, relrowsecurity, relforcerowsecurity, reloptions, relacl,
  reltablespace) AS definition FROM relation
UNION ALL SELECT 'column', r.relname || '.' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
  a.attgenerated, a.attstorage, a.attcompression, a.attacl, pg_get_expr(d.adbin, d.adrelid))
  FROM pg_attribute a JOIN relation r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p')
  LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum) WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'constraint', r.relname || '.' || c.conname, concat_ws(' ', pg_get_constraintdef(c.oid), c.convalidated)
  FROM pg_constraint c JOIN relation r ON r.oid = c.conrelid
UNION ALL SELECT 'index', r.relname, concat_ws(' ', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready)
  FROM pg_index i JOIN relation r ON r.oid = i.indexrelid
-- The triggers of a foreign key are named after their number, which no two databases share.
UNION ALL SELECT 'trigger', r.relname || '.' || CASE WHEN t.tgisinternal THEN coalesce(c.conname, '') || ' ' || f.proname ELSE t.tgname END,
  string_agg(concat_ws(' ', t.tgenabled, CASE WHEN NOT t.tgisinternal THEN pg_get_triggerdef(t.oid) END), '; ' ORDER BY t.tgenabled)
  FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid JOIN pg_proc f ON f.oid = t.tgfoid LEFT JOIN pg_constraint c ON c.oid = t.tgconstraint
  GROUP BY 1, 2
UNION ALL SELECT 'event trigger', evtname, concat_ws(' ', evtevent, evtenabled, evtfoid::regproc) FROM pg_event_trigger
UNION ALL SELECT 'rule', r.relname || '.' || w.rulename, concat_ws(' ', pg_get_ruledef(w.oid), w.ev_enabled)
  FROM pg_rewrite w JOIN relation r ON r.oid = w.ev_class
UNION ALL SELECT 'policy', r.relname || '.' || p.polname, concat_ws(' ', p.polcmd, p.polpermissive, p.polroles::regrole[],
  pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
  FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
UNION ALL SELECT 'function', f.name, pg_get_functiondef(f.oid) FROM function f
"""


def shape_of(database: Connections) -> Shape:
    """The shape of a database as its owner sees it."""
    with psycopg.connect(database.owner, autocommit=True) as connection:
        return {(kind, name): definition for kind, name, definition in connection.execute(SHAPE)}


def differing(one: Shape, other: Shape) -> list[tuple[str, str]]:
    """Kind and name of everything that only one of two shapes has, or that they define differently."""
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
