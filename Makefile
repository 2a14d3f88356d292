# make, make install, make installcheck, make clean   as with every PGXS extension; PG_CONFIG=… chooses the server
# make test                   all tests, on a throw-away server; with TESTS="rate trend" the ones of these names
# make test-on VERSION=17     the same on 17, 18 or 19, in a tree of the Debian release that has it (as root)
# make demo [DATA=file.csv]   the league table of the county bureaus, on a throw-away server
# make bulletin [OUT=file]    the monthly bulletin of the same complaints as a page, bulletin.html
# make bench [SIZE=200000]    how fast and how large, beside SQL and DuckDB; with 5000000 complaints into docs/performance.md
# make bench-ivm              live rollups beside pg_ivm, on PostgreSQL 18 as make test-on; into docs/live-rollups.md (as root)
# make scale                  aggregates over several throw-away servers: postgres_fdw, and Citus where it is installed
# make live                   live rollups under load, across crashes, dumps and replication, for some minutes
# make docs                   write into the documentation what its examples print
# The last nine install the Debian packages that they miss.

EXTENSION = complaint_metrics
MODULE_big = complaint_metrics

# src/NAME.sql in the order of installation: a type before the functions that take it
PARTS = rate inference funnel mediation_outcome satisfaction period delta trend comparison alerts sparkline clearance scorecard tally working_day statutory_deadline holiday_notice assessment live_rollup

OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))
INSTALL_SQL := sql/$(EXTENSION)--$(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(EXTENSION).control).sql
DATA_built = $(INSTALL_SQL)
PG_CFLAGS = -Wall -Wextra
# Its headers are not ours to warn about.
PG_CPPFLAGS = -isystem $(includedir_server)

# pg_regress would take sql/NAME.sql before test/sql/NAME.sql, so sql/ holds nothing but install scripts.
REGRESS = $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test
# Tests of several sessions; they too find ./expected, by the folder for output.
ISOLATION = $(patsubst test/specs/%.spec,%,$(sort $(wildcard test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test --outputdir=.

PG_CONFIG ?= pg_config
# There may be no pg_config, or the one of libpq-dev; and Debian's client brings PGXS without the headers that it needs.
PGXS := $(if $(wildcard $(shell $(PG_CONFIG) --includedir-server 2>/dev/null)/postgres.h),$(shell $(PG_CONFIG) --pgxs))

ifneq ($(PGXS),)
# No bitcode: JIT calls our functions all the same. Where it inlines but does not optimize it would inline them, and since 16
# end the session, as what other files hide "could not be resolved".
override with_llvm = no
include $(PGXS)
# Their loops over the three or six counters of a day are what merging a state takes; as PostgreSQL builds its checksums
src/days.o src/days_pack.o: CFLAGS += $(CFLAGS_UNROLL_LOOPS)
else
PACKAGE = postgresql-server-dev-$(or $(shell $(PG_CONFIG) --version 2>/dev/null | sed -n 's/^PostgreSQL \([0-9]*\).*/\1/p'),all)
all install installcheck clean:
	@echo '$(PACKAGE) is missing: "apt-get install $(PACKAGE)" brings it, and so does "make test"' >&2; exit 1
endif

$(OBJS): $(wildcard src/*.h)

$(INSTALL_SQL): $(wildcard $(PARTS:%=src/%.sql)) $(EXTENSION).control Makefile
	@mkdir -p sql
	{ printf '%s\n' '\echo Use "CREATE EXTENSION $(EXTENSION)" to load this file. \quit'; cat $(filter %.sql,$^); } >$@

test:
	test/run

docs:
	test/run --fix-docs

test-on:
	test/on $(VERSION)

demo:
	test/demo/run

bulletin:
	test/demo/run bulletin

bench:
	test/bench/run

bench-ivm:
	test/bench/pg_ivm

scale:
	test/scale/run

live:
	test/live/run

.PHONY: test docs test-on demo bulletin bench bench-ivm scale live
.DELETE_ON_ERROR:
