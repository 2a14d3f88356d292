/* src/holiday_notice.c: the State Council's yearly notice into the table working_day_exception */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "holiday_notice.h"

/* A notice has some 2 kB, a page from the web with all around it less than this. */
#define NOTICE_MAX_BYTES (1024 * 1024)

/* What is quoted of a clause, in bytes of UTF-8. */
#define QUOTE_MAX_BYTES 400

#define NEW_YEAR "元旦"
#define EXAMPLE "\"四、劳动节：5月1日至5日放假调休，共5天。5月9日（周六）上班。\""

/* Rows to be written. */
typedef struct NoticeRows
{
	int			n;
	Datum		days[HOLIDAY_DAYS];
	Datum		is_working[HOLIDAY_DAYS];
	Datum		names[HOLIDAY_DAYS];
} NoticeRows;

/* As pasted, in the server's encoding: from the place to the next clause, or the sentence's end before the first. */
static char *
notice_quote(const HolidayNotice *notice)
{
	const char *end = notice->place;
	const char *from = notice->pasted + notice->origin[notice->place - notice->text];
	int			len;

	do
		end += pg_encoding_mblen(PG_UTF8, end);
	while (!holiday_at_clause(end) && !holiday_at_end(end) && end - notice->place < QUOTE_MAX_BYTES);
	len = notice->pasted + notice->origin[end - notice->text] - from;
	while (len > 0 && strchr(" \t\r\n", from[len - 1]))
		len--;
	return pg_any_to_server(pnstrdup(from, len), len, PG_UTF8);
}

/* The one error of a notice: 22023, why, the clause, and what is read. */
static void
notice_raise(const HolidayNotice *notice)
{
	char	   *example = chinese_to_server(EXAMPLE);
	char	   *problem = pg_any_to_server(notice->problem, strlen(notice->problem), PG_UTF8);

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot read the holiday notice: %s", problem),
			 notice->place ? errdetail("It is in \"%s\".", notice_quote(notice)) : 0,
			 errhint("Paste the State Council's yearly notice whole; its clauses read %s. "
					 "If it does say so, or to change a year already arranged, write the days into the table working_day_exception.",
					 example ? example : "as in the documentation")));
}

static void
notice_read(HolidayNotice *notice, const text *argument)
{
	int			len = VARSIZE_ANY_EXHDR(argument);

	if (len > NOTICE_MAX_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("holiday notice too long: %d bytes", len),
				 errhint("Paste the notice alone: it has some 2000 bytes.")));
	memset(notice, 0, sizeof(HolidayNotice));
	notice->pasted = text_to_cstring(argument);
	notice->pasted = pg_server_to_any(notice->pasted, len, PG_UTF8);
	if (!holiday_read(notice))
		notice_raise(notice);
}

/* The weekdays off and the weekend days worked. */
static void
notice_rows(const HolidayNotice *notice, NoticeRows *rows)
{
	rows->n = 0;
	for (int day = 0; day < HOLIDAY_DAYS; day++)
	{
		int			clause = notice->worked[day];
		char	   *name;

		if (notice->off[day] && !holiday_is_weekend(notice, day))
			clause = notice->off[day];
		if (clause == 0)
			continue;
		name = notice->clauses[clause].name;
		name = pg_any_to_server(name, strlen(name), PG_UTF8);
		rows->days[rows->n] = DateADTGetDatum(notice->first + day - POSTGRES_EPOCH_JDATE);
		rows->is_working[rows->n] = BoolGetDatum(notice->worked[day] > 0);
		rows->names[rows->n++] = CStringGetTextDatum(name);
	}
}

/*
 * Deletes what an earlier load of this year's notice may have written: the
 * year's days, but in December not those of the next New Year, and in the
 * December before those of this New Year.
 */
static void
notice_delete(const HolidayNotice *notice, const char *table)
{
	Oid			types[] = {DATEOID, DATEOID, TEXTOID};
	Datum		values[3];
	char	   *new_year = pg_any_to_server(NEW_YEAR, strlen(NEW_YEAR), PG_UTF8);
	char	   *command;

	command = psprintf("DELETE FROM %s WHERE day OPERATOR(pg_catalog.>=) ($1 OPERATOR(pg_catalog.-) 31)"
					   " AND day OPERATOR(pg_catalog.<=) ($2 OPERATOR(pg_catalog.+) 30)"
					   " AND CASE WHEN day OPERATOR(pg_catalog.<) $1 THEN name OPERATOR(pg_catalog.=) $3"
					   " ELSE day OPERATOR(pg_catalog.<) $2 OR name IS NULL OR name OPERATOR(pg_catalog.<>) $3 END", table);
	values[0] = DateADTGetDatum(date2j(notice->year, 1, 1) - POSTGRES_EPOCH_JDATE);
	values[1] = DateADTGetDatum(date2j(notice->year, 12, 1) - POSTGRES_EPOCH_JDATE);
	values[2] = CStringGetTextDatum(new_year);
	if (SPI_execute_with_args(command, lengthof(types), types, values, NULL, false, 0) != SPI_OK_DELETE)
		elog(ERROR, "SPI_execute_with_args failed: %s", command);
}

/* Writes the rows, and reads them as they are then, by day. */
static void
notice_insert(NoticeRows *rows, const char *table)
{
	Oid			types[] = {DATEARRAYOID, BOOLARRAYOID, TEXTARRAYOID};
	Datum		values[3];
	char	   *command;

	command = psprintf("WITH written AS (INSERT INTO %s AS exception (day, is_working, name)"
					   " SELECT * FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3)) AS new"
					   " ON CONFLICT (day) DO UPDATE SET is_working = excluded.is_working, name = excluded.name"
					   " RETURNING exception.day, exception AS line) SELECT line FROM written ORDER BY day", table);
	values[0] = PointerGetDatum(construct_array(rows->days, rows->n, DATEOID, sizeof(DateADT), true, TYPALIGN_INT));
	values[1] = PointerGetDatum(construct_array(rows->is_working, rows->n, BOOLOID, sizeof(bool), true, TYPALIGN_CHAR));
	values[2] = PointerGetDatum(construct_array(rows->names, rows->n, TEXTOID, -1, false, TYPALIGN_INT));
	if (SPI_execute_with_args(command, lengthof(types), types, values, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed: %s", command);
}

/* The table's name, qualified; the function returns its rows, and so it is there. */
static char *
notice_table(FunctionCallInfo fcinfo)
{
	Oid			table = get_typ_typrelid(get_func_rettype(fcinfo->flinfo->fn_oid));

	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)), get_rel_name(table));
}

static void
notice_return(ReturnSetInfo *rsinfo)
{
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		isnull;
		HeapTupleHeader line = DatumGetHeapTupleHeader(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull));
		HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(line), .t_data = line};

		tuplestore_puttuple(rsinfo->setResult, &tuple);
	}
}

/*
 * load_holiday_notice(notice): reads the State Council's arrangement of a year
 * (国务院办公厅关于…年部分节假日安排的通知), of 2008 to 2099, and puts it in
 * the place of that year's rows in working_day_exception, as the calling user.
 * The days of a New Year that begins in the December before replace those of
 * that New Year.  Returns the rows written, by day.
 *
 * No rows, and nothing written, for NULL.  22023 for what it cannot read or
 * what cannot be right, 54000 past 1 MB; and the table's own errors.
 */
PG_FUNCTION_INFO_V1(holiday_notice_load);
Datum
holiday_notice_load(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	text	   *pasted = PG_GETARG_TEXT_PP(0);
	char	   *table = notice_table(fcinfo);
	HolidayNotice notice;
	NoticeRows	rows;

	InitMaterializedSRF(fcinfo, 0);
	notice_read(&notice, pasted);
	SPI_connect();
	notice_rows(&notice, &rows);
	notice_delete(&notice, table);
	notice_insert(&rows, table);
	notice_return(rsinfo);
	SPI_finish();
	return (Datum) 0;
}
