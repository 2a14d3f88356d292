/*
 * src/holiday_clauses.c: the sentences of a holiday notice
 *
 *		preamble	2024年 feasts 放假 … 如下。
 *		clause		numeral 、 feasts ： sentences
 *		sentence	dates 放假调休 and a count, dates 上班, and what the older
 *					notices explain: dates 为法定节假日, dates 公休日调至 dates
 *
 * What stands before the preamble and from 节假日期间 on is passed over; in
 * between every character has to be read, and nothing is guessed.
 */
#include "postgres.h"

#include <ctype.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "holiday_notice.h"

/* No preamble has more between its feasts and 如下. */
#define PREAMBLE_WORDS_MAX 90

/* Feasts, each once, as in 中秋节、国庆节; with their name unless that is not wanted. */
static bool
scan_feasts(char **p, bool *feasts, StringInfo name)
{
	static const char *const separators[] = {"/", ",", "和", "及", "与"};
	char	   *end;

	memset(feasts, 0, FEASTS * sizeof(bool));
	do
	{
		char	   *start = *p;
		int			feast = scan_feast(p);

		if (feast < 0 || feasts[feast])
			return false;
		feasts[feast] = true;
		if (name)
			appendStringInfo(name, "%s%.*s", name->len > 0 ? "、" : "", (int) (*p - start), start);
		end = *p;
	} while (scan_words(p, separators, lengthof(separators)) >= 0);
	*p = end;
	return true;
}

/* Whether text that would be passed over holds a part of the arrangement. */
static bool
holds_arrangement(const char *from, const char *end)
{
	static const char *const words[] = {"放假", "上班", "补休", "调休"};

	for (const char *at = from; at < end; at++)
	{
		for (int i = 0; i < (int) lengthof(words); i++)
		{
			if (strncmp(at, words[i], strlen(words[i])) == 0)
				return true;
		}
	}
	return false;
}

static bool
scan_number_end(char **p)
{
	return scan_word(p, "/") || scan_word(p, ",") || scan_word(p, ".");
}

/* A clause's number with the feast behind it. */
bool
holiday_at_clause(const char *p)
{
	char	   *at = unconstify(char *, p);

	return scan_numeral(&at) > 0 && scan_number_end(&at) && scan_feast(&at) >= 0;
}

/* Where the arrangement ends: what is to be heeded during the holidays, or who signed. */
bool
holiday_at_end(const char *p)
{
	char	   *at = unconstify(char *, p);

	return *p == '\0' || scan_word(&at, "节假日期间") || scan_word(&at, "国务院");
}

/* Days become those of the clause in off or worked; none can be so twice. */
static bool
holiday_mark(HolidayNotice *notice, const HolidayDates *dates, uint8 *marked)
{
	for (int i = 0; i < dates->n; i++)
	{
		int			day = dates->days[i];

		if (marked[day])
			return clause_problem(notice, psprintf("%s comes twice", holiday_day_name(notice, day)));
		marked[day] = notice->nclauses;
	}
	return true;
}

/* Whether each of the days is one of the clause's days off, and of the weekend where that is asked. */
static bool
holiday_all_off(HolidayNotice *notice, const HolidayDates *dates, bool weekend)
{
	for (int i = 0; i < dates->n; i++)
	{
		int			day = dates->days[i];

		if (notice->off[day] != notice->nclauses || (weekend && !holiday_is_weekend(notice, day)))
			return clause_problem(notice, psprintf("%s is no %s off", holiday_day_name(notice, day), weekend ? "weekend day" : "day"));
	}
	return true;
}

/* Whether the count of days that the text gives, where it gives one, is right. */
static bool
scan_count_of_days(HolidayNotice *notice, int ndays)
{
	int			count;
	char	   *start = notice->p;

	if (!scan_digits(&notice->p, 1, 3, &count))
	{
		count = scan_numeral(&notice->p);
		if (count == 0)
			return true;
	}
	if (!scan_word(&notice->p, "天"))
	{
		notice->p = start;
		return true;
	}
	if (count != ndays)
		return clause_problem(notice, psprintf("%d days are not %d", ndays, count));
	return true;
}

/* What follows 放假: the count of days, and how they lie to others. */
static bool
scan_day_off_terms(HolidayNotice *notice, int ndays)
{
	HolidayClause *clause = &notice->clauses[notice->nclauses];

	if (!scan_count_of_days(notice, ndays))
		return false;
	for (;;)
	{
		char	   *start = notice->p;

		scan_word(&notice->p, ",");
		if (scan_word(&notice->p, "共"))
		{
			char	   *count = notice->p;

			if (!scan_count_of_days(notice, ndays) || notice->p == count)
				return false;
		}
		else if (scan_word(&notice->p, "与周末连休"))
			clause->with_weekend = true;
		else if (scan_word(&notice->p, "不调休"))
			clause->unshifted = true;
		else
		{
			notice->p = start;
			return true;
		}
	}
}

static bool
scan_days_off(HolidayNotice *notice, const HolidayDates *dates)
{
	return holiday_mark(notice, dates, notice->off) && scan_day_off_terms(notice, dates->n);
}

static bool
scan_worked_days(HolidayNotice *notice, const HolidayDates *dates)
{
	return holiday_mark(notice, dates, notice->worked);
}

/* 补休: a weekday off for a feast on a weekend. */
static bool
scan_day_in_lieu(HolidayNotice *notice, const HolidayDates *dates)
{
	for (int i = 0; i < dates->n; i++)
	{
		if (holiday_is_weekend(notice, dates->days[i]))
			return clause_problem(notice, psprintf("%s is no weekday", holiday_day_name(notice, dates->days[i])));
	}
	return scan_days_off(notice, dates);
}

/* 照常公休: weekend days among the days off. */
static bool
scan_usual_rest(HolidayNotice *notice, const HolidayDates *dates)
{
	return holiday_all_off(notice, dates, true);
}

/* 为法定节假日: which of the days off the law gives. */
static bool
scan_statutory(HolidayNotice *notice, const HolidayDates *dates)
{
	scan_feast(&notice->p);
	if (scan_word(&notice->p, "公休日"))
		return holiday_all_off(notice, dates, true);
	return scan_word(&notice->p, "法定节假日") && holiday_all_off(notice, dates, false);
}

/* 公休日调至: weekend days that are off on other days, and so worked unless they are off themselves. */
static bool
scan_shifted(HolidayNotice *notice, const HolidayDates *dates)
{
	HolidayDates to;

	if (scan_word(&notice->p, "及") && scan_feast(&notice->p) < 0)
		return false;
	scan_word(&notice->p, "分别");
	if (!scan_word(&notice->p, "调至") || !scan_dates(notice, &to, false) || !holiday_all_off(notice, &to, false))
		return false;
	for (int i = 0; i < dates->n; i++)
	{
		int			day = dates->days[i];

		if (!holiday_is_weekend(notice, day))
			return clause_problem(notice, psprintf("%s is no weekend day", holiday_day_name(notice, day)));
		if (notice->off[day] == 0)
			notice->shifted[day] = notice->nclauses;
	}
	return true;
}

/* What can be said of days; a word comes before those that it begins with. */
static const struct Saying
{
	const char *word;
	int			ndays;			/* that it speaks of, or 0 */
	bool		(*scan) (HolidayNotice *notice, const HolidayDates *dates);
} sayings[] =
{
	{"放假调休", 0, scan_days_off},
	{"放假公休", 0, scan_days_off},
	{"调休放假", 0, scan_days_off},
	{"放假", 0, scan_days_off},
	{"补休", 0, scan_day_in_lieu},
	{"上班", 0, scan_worked_days},
	{"照常公休", 0, scan_usual_rest},
	{"为", 0, scan_statutory},
	{",为", 0, scan_statutory},
	{"公休日", 0, scan_shifted},
	{"两个公休日", 2, scan_shifted},
	{"三个公休日", 3, scan_shifted},
};

/* Days and what is said of them. */
static bool
scan_statement(HolidayNotice *notice)
{
	HolidayDates dates;

	if (scan_word(&notice->p, "其中") && !scan_word(&notice->p, ","))
		scan_word(&notice->p, ":");
	scan_word(&notice->p, "将");
	if (!scan_dates(notice, &dates, true))
		return false;
	for (int i = 0; i < (int) lengthof(sayings); i++)
	{
		if (!scan_word(&notice->p, sayings[i].word))
			continue;
		return (sayings[i].ndays == 0 || sayings[i].ndays == dates.n) && sayings[i].scan(notice, &dates);
	}
	return false;
}

/* Advice to employers frees nobody; it ends with its full stop and cannot hold a part of the arrangement. */
static bool
scan_advice(HolidayNotice *notice)
{
	char	   *end = strchr(notice->p, '.');

	if (strncmp(notice->p, "鼓励", strlen("鼓励")) != 0 || end == NULL || holds_arrangement(notice->p, end))
		return false;
	notice->p = end;
	return true;
}

static bool
scan_sentence(HolidayNotice *notice)
{
	return scan_advice(notice) || scan_statement(notice);
}

/* Sentences up to the next clause or the end. */
static bool
scan_sentences(HolidayNotice *notice)
{
	for (;;)
	{
		bool		stopped;

		CHECK_FOR_INTERRUPTS();
		if (!scan_sentence(notice))
			return false;
		stopped = scan_word(&notice->p, ".") || scan_word(&notice->p, ",");
		if (holiday_at_clause(notice->p) || holiday_at_end(notice->p))
			return true;
		if (!stopped)
			return false;
	}
}

/* What cannot be read, as pasted, up to a dozen characters. */
static char *
holiday_unread(const HolidayNotice *notice)
{
	const char *from = notice->pasted + notice->origin[notice->p - notice->text];
	int			len = 0;

	for (int i = 0; i < 12 && from[len] && from[len] != '\n'; i++)
		len += pg_encoding_mblen(PG_UTF8, from + len);
	return psprintf("nothing is known that goes on with \"%.*s\"", len, from);
}

/* The clause of this number. */
static bool
scan_clause(HolidayNotice *notice, int number)
{
	HolidayClause *clause = &notice->clauses[number];
	StringInfoData name;

	notice->nclauses = number;
	clause->start = notice->p;
	if (scan_numeral(&notice->p) != number)
		return clause_problem(notice, psprintf("it is not number %d", number));
	if (!scan_number_end(&notice->p))
		return false;
	initStringInfo(&name);
	if (!scan_feasts(&notice->p, clause->feasts, &name))
		return false;
	clause->name = name.data;
	scan_word(&notice->p, ":");
	if (!scan_sentences(notice))
		return false;
	for (int day = 0; day < HOLIDAY_DAYS; day++)
	{
		if (notice->shifted[day] == number)
			notice->worked[day] = number;
	}
	return true;
}

/* The year, all seven feasts, and that their arrangement follows. */
static bool
scan_preamble(HolidayNotice *notice)
{
	bool		feasts[FEASTS];
	char	   *end;

	if (!scan_digits(&notice->p, 4, 4, &notice->year) || !scan_word(&notice->p, "年"))
		return false;
	scan_word(&notice->p, ",");
	if (!scan_feasts(&notice->p, feasts, NULL) || !scan_word(&notice->p, "放假"))
		return false;
	for (int i = 0; i < FEASTS; i++)
	{
		if (!feasts[i])
			return false;
	}
	end = strstr(notice->p, "如下");
	if (end == NULL || end - notice->p > PREAMBLE_WORDS_MAX || (int) strcspn(notice->p, ".0123456789") < end - notice->p)
		return false;
	notice->p = end + strlen("如下");
	return (scan_word(&notice->p, ".") || scan_word(&notice->p, ":")) && holiday_at_clause(notice->p);
}

/* Moves to where the arrangement begins; gives the preamble, or NULL. */
static char *
find_preamble(HolidayNotice *notice)
{
	char	   *year = notice->text;

	for (; (year = strstr(year, "年")) != NULL; year += strlen("年"))
	{
		CHECK_FOR_INTERRUPTS();
		if (year - notice->text < 4 || (year - notice->text > 4 && isdigit((unsigned char) year[-5])))
			continue;
		notice->p = year - 4;
		if (scan_preamble(notice))
			return year - 4;
	}
	holiday_problem(notice, NULL, pstrdup("no sentence announces a year's seven feasts"));
	return NULL;
}

/* Whether the heading, where there is one, says the same year. */
static bool
holiday_check_heading(HolidayNotice *notice, const char *preamble)
{
	static const char heading[] = "年部分节假日安排";
	const char *p = notice->text;
	const char *last = NULL;

	for (; (p = strstr(p, heading)) != NULL && p < preamble; p += strlen(heading))
		last = p;
	if (last && (last - notice->text < 4 || memcmp(last - 4, preamble, 4) != 0))
		return holiday_problem(notice, preamble, pstrdup("the heading has another year"));
	return true;
}

/* Whether no clause is outside of the arrangement, which would be passed over. */
static bool
holiday_check_around(HolidayNotice *notice, const char *from, const char *end)
{
	for (; from < end; from += pg_encoding_mblen(PG_UTF8, from))
	{
		CHECK_FOR_INTERRUPTS();
		if (holiday_at_clause(from))
			return holiday_problem(notice, from, pstrdup("a clause is outside of the arrangement"));
	}
	return true;
}

/* Whether the sentence that ends the arrangement is none of it. */
static bool
holiday_check_end(HolidayNotice *notice)
{
	const char *end = strchr(notice->p, '.');

	if (!holds_arrangement(notice->p, end ? end : notice->p + strlen(notice->p)))
		return true;
	return holiday_problem(notice, notice->p, pstrdup("a sentence is outside of the arrangement"));
}

/* Reads the whole notice; false with a problem where it cannot be read. */
bool
holiday_read(HolidayNotice *notice)
{
	char	   *preamble;

	holiday_normalize(notice);
	preamble = find_preamble(notice);
	if (preamble == NULL)
		return false;
	if (notice->year < 2008 || notice->year > 2099)
		return holiday_problem(notice, preamble, psprintf("%d is not from 2008 to 2099", notice->year));
	notice->first = date2j(notice->year - 1, 12, 1);
	if (!holiday_check_heading(notice, preamble) || !holiday_check_around(notice, notice->text, preamble))
		return false;
	for (int number = 1; !holiday_at_end(notice->p); number++)
	{
		if (number > HOLIDAY_CLAUSES)
			return holiday_problem(notice, notice->p, pstrdup("there are more clauses than feasts"));
		if (!scan_clause(notice, number))
			return holiday_problem(notice, notice->clauses[number].start, holiday_unread(notice));
	}
	return holiday_check_end(notice) &&
		holiday_check_around(notice, notice->p, notice->p + strlen(notice->p)) && holiday_check(notice);
}
