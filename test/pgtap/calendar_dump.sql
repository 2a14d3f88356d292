-- The tables of the calendar through pg_dump and back: rows that were added, changed and deleted, and no other
\set made `createdb cm_source && psql -qX -d cm_source -v ON_ERROR_STOP=1 -f test/helper/calendar_changes.sql && echo made`
\set plain `createdb cm_plain && pg_dump cm_source | psql -qXAt -d cm_plain -v ON_ERROR_STOP=1 >/dev/null && echo restored`
\set custom `createdb cm_custom && pg_dump -Fc cm_source | pg_restore --exit-on-error --no-owner -d cm_custom && echo restored`
\set again `createdb cm_again && pg_dump cm_plain | psql -qXAt -d cm_again -v ON_ERROR_STOP=1 >/dev/null && echo restored`
\set fingerprint 'SELECT (SELECT md5(string_agg(e::text, $$,$$ ORDER BY day)) FROM working_day_exception AS e) || (SELECT md5(string_agg(e::text, $$,$$ ORDER BY stage COLLATE "C", in_force)) FROM statutory_deadline AS e)'
\setenv FINGERPRINT :fingerprint
\set source `psql -qXAt -d cm_source -c "$FINGERPRINT"`
\set of_plain `psql -qXAt -d cm_plain -c "$FINGERPRINT"`
\set of_custom `psql -qXAt -d cm_custom -c "$FINGERPRINT"`
\set of_again `psql -qXAt -d cm_again -c "$FINGERPRINT"`
\set rows `psql -qXAt -d cm_plain -c "SELECT count(*), count(*) FILTER (WHERE name = 'mine') FROM working_day_exception"`
\set answers `psql -qXAt -d cm_plain -c "SELECT is_working_day('2030-05-01'), is_working_day('2023-10-07'), is_working_day('2023-10-08')"`
\set due `psql -qXAt -d cm_plain -c "SELECT count(*), due_date('回访', '2030-04-29'), due_date('petition', '2022-05-05') FROM statutory_deadline"`
\set changed `psql -qXAt -d cm_plain -c "SELECT is_working_day('2023-10-08'); INSERT INTO working_day_exception VALUES ('2023-10-08', true, NULL); SELECT is_working_day('2023-10-08')" | tr '\n' ' '`
\set dropped `for name in cm_source cm_plain cm_custom cm_again; do dropdb --if-exists $name; done`

BEGIN;
SELECT plan(12);
SELECT is(:'made'::text, 'made', 'a database with changes');
SELECT is(:'plain'::text, 'restored', 'restored from plain text');
SELECT is(:'custom'::text, 'restored', 'restored from the custom format');
SELECT is(:'again'::text, 'restored', 'dumped and restored once more');
SELECT is(:'of_plain'::text, :'source', 'the same rows');
SELECT is(:'of_custom'::text, :'source', 'the same rows from the custom format');
SELECT is(:'of_again'::text, :'source', 'the same rows once more');
SELECT isnt(:'source'::text, (:fingerprint), 'not those of a new extension');
SELECT is(:'rows'::text, '223|2', 'one row less, one more');
SELECT is(:'answers'::text, 'f|f|f', 'answers by the rows that were added, changed and deleted');
SELECT is(:'due'::text, '14|2030-05-03|2022-05-10', 'and due dates');
SELECT is(:'changed'::text, 'f t ', 'the triggers are there too');
SELECT * FROM finish();
ROLLBACK;
