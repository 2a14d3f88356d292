-- Loads the complaints and prints their league table, in an empty database; run says what is taken from the environment.
\ir start.sql
\set period ''
\getenv period PERIOD

-- Without a period: the last year of the data, as far as they go
SELECT coalesce(nullif(:'period', '')::daterange, period('ytd', max(received)::date)) AS period FROM complaint \gset
\ir league.sql
\ir hot.sql
