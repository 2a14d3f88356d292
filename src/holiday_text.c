/*
 * src/holiday_text.c: the words of a holiday notice: characters, numbers, dates
 *
 * A notice is read in UTF-8, after space and quotation marks are left out and
 * full-width forms, commas and dashes have become ASCII, so that it does not
 * matter from where it was pasted.  The scan_ functions move past
 * what they took and say whether it was there.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "holiday_notice.h"

/* What may stand in brackets beside the weekday: lunar dates and names of days. */
static const char remark_characters[] =
	"农历即除夕正月腊月初一二三四五六七八九十廿卅至大小新年"
	"元旦春节清明劳动端午中秋国庆国际当日";

static const char *const numerals[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};

static const char *const weekday_signs[] = {"日", "一", "二", "三", "四", "五", "六", "天"};

static const char *const feast_words[] = {
	"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节", "国际劳动节", "五一国际劳动节"
};
static const Feast feast_of_word[] = {
	FEAST_NEW_YEAR, FEAST_SPRING, FEAST_QINGMING, FEAST_LABOUR, FEAST_DRAGON_BOAT, FEAST_MID_AUTUMN, FEAST_NATIONAL,
	FEAST_LABOUR, FEAST_LABOUR
};

/* What a character is read as: another one, itself, or 0 for nothing. */
static pg_wchar
char_meaning(pg_wchar c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFF01 - '!';
	if (c <= ' ' || (c >= 0x7F && c <= 0xA0) || (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F))
		return 0;
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x2500 || c == 0x301C || c == '~')
		return '-';
	if ((c >= 0x2018 && c <= 0x201F) || (c >= 0x300C && c <= 0x300F) || c == '"' || c == '\'')
		return 0;
	switch (c)
	{
		case 0x00AD:			/* soft hyphen */
		case 0x2060:			/* word joiner */
		case 0x3000:			/* ideographic space */
		case 0xFEFF:			/* byte order mark */
			return 0;
		case 0x3001:			/* ideographic comma, which stands between the members of a list */
		case 0xFF64:
			return '/';
		case 0x3002:			/* ideographic full stop */
		case 0xFF61:
		case ';':
			return '.';
		case 0x2236:			/* ratio */
			return ':';
		default:
			return c;
	}
}

/* Sets text and origin, in memory of the size of what was pasted. */
void
holiday_normalize(HolidayNotice *notice)
{
	const char *from = notice->pasted;
	char	   *to;

	notice->text = notice->p = to = palloc(strlen(from) + 1);
	notice->origin = palloc((strlen(from) + 1) * sizeof(int));
	while (*from)
	{
		pg_wchar	c = utf8_to_unicode((const unsigned char *) from);
		pg_wchar	meaning = char_meaning(c);
		int			len = pg_encoding_mblen(PG_UTF8, from);
		int			kept = meaning == c ? len : meaning != 0;

		for (int i = 0; i < kept; i++)
		{
			notice->origin[to - notice->text] = from - notice->pasted;
			*to++ = meaning == c ? from[i] : (char) meaning;
		}
		from += len;
	}
	*to = '\0';
	notice->origin[to - notice->text] = from - notice->pasted;
}

/* Keeps the first problem, the one nearest to its cause. */
bool
holiday_problem(HolidayNotice *notice, const char *place, char *problem)
{
	if (notice->problem == NULL)
	{
		notice->problem = problem;
		notice->place = place;
	}
	return false;
}

/* A problem of the clause that is being read. */
bool
clause_problem(HolidayNotice *notice, char *problem)
{
	return holiday_problem(notice, notice->clauses[notice->nclauses].start, problem);
}

/* As in 2024-02-04. */
char *
holiday_day_name(const HolidayNotice *notice, int day)
{
	int			year;
	int			month;
	int			mday;

	j2date(notice->first + day, &year, &month, &mday);
	return psprintf("%04d-%02d-%02d", year, month, mday);
}

bool
scan_word(char **p, const char *word)
{
	size_t		len = strlen(word);

	if (strncmp(*p, word, len) != 0)
		return false;
	*p += len;
	return true;
}

/* The place in the list of the word that is there, or -1. */
int
scan_words(char **p, const char *const *words, int nwords)
{
	for (int i = 0; i < nwords; i++)
	{
		if (scan_word(p, words[i]))
			return i;
	}
	return -1;
}

/* A Chinese number from 1 to 10, or 0. */
int
scan_numeral(char **p)
{
	return scan_words(p, numerals, lengthof(numerals)) + 1;
}

/* A feast, or -1. */
int
scan_feast(char **p)
{
	int			word = scan_words(p, feast_words, lengthof(feast_words));

	return word < 0 ? -1 : (int) feast_of_word[word];
}

/* Digits and the sign of what they count; the text is left alone where they are not there. */
static bool
scan_counted(char **p, int least, int most, const char *sign, int *value)
{
	char	   *start = *p;

	if (scan_digits(p, least, most, value) && scan_word(p, sign))
		return true;
	*p = start;
	return false;
}

/* The weekday of the day, or lunar dates and names of days. */
static bool
scan_remark(HolidayNotice *notice, int day)
{
	static const char *const weekdays[] = {"星期", "周", "礼拜"};
	char	   *start = notice->p;
	int			weekday;

	if (scan_words(&notice->p, weekdays, lengthof(weekdays)) < 0)
	{
		while (IS_HIGHBIT_SET(*notice->p))
		{
			char		sign[MAX_MULTIBYTE_CHAR_LEN + 1] = {0};

			memcpy(sign, notice->p, pg_encoding_mblen(PG_UTF8, notice->p));
			if (strstr(remark_characters, sign) == NULL)
				return false;
			notice->p += strlen(sign);
		}
		return notice->p > start;
	}
	weekday = scan_words(&notice->p, weekday_signs, lengthof(weekday_signs));
	if (weekday < 0)
		return false;
	if (weekday % 7 != holiday_weekday(notice, day))
		return clause_problem(notice, psprintf("%s is a %s", holiday_day_name(notice, day), days[holiday_weekday(notice, day)]));
	return true;
}

/* Remarks in brackets behind a day, or none. */
static bool
scan_remarks(HolidayNotice *notice, int day)
{
	if (!scan_word(&notice->p, "("))
		return true;
	do
	{
		if (!scan_remark(notice, day))
			return false;
	} while (scan_word(&notice->p, "/") || scan_word(&notice->p, ","));
	return scan_word(&notice->p, ")");
}

/* Whether there is such a day and the clause may speak of it: of the year before, only the New Year's of December. */
static bool
holiday_day(HolidayNotice *notice, const CalendarDay *date, int *day)
{
	const HolidayClause *clause = &notice->clauses[notice->nclauses];
	CalendarDay same;

	if (date->month >= 1 && date->month <= 12 && date->day >= 1 && date->day <= 31)
	{
		*day = date2j(date->year, date->month, date->day) - notice->first;
		j2date(notice->first + *day, &same.year, &same.month, &same.day);
		if (same.month == date->month &&
			(date->year == notice->year ||
			 (date->year == notice->year - 1 && date->month == 12 && clause->feasts[FEAST_NEW_YEAR])))
			return true;
	}
	return clause_problem(notice, psprintf("%04d-%02d-%02d is no day of %d", date->year, date->month, date->day, notice->year));
}

/*
 * A day, with what is left out taken from the date before; where no year is
 * given, the December of the New Year is that of the year before.
 */
static bool
scan_day(HolidayNotice *notice, CalendarDay *date, int *day)
{
	const HolidayClause *clause = &notice->clauses[notice->nclauses];
	int			year;
	int			month;
	bool		has_year = scan_counted(&notice->p, 4, 4, "年", &year);

	if (scan_counted(&notice->p, 1, 2, "月", &month))
	{
		date->month = month;
		date->year = notice->year - (clause->feasts[FEAST_NEW_YEAR] && month == 12);
		if (has_year)
			date->year = year;
	}
	else if (has_year || date->month == 0)
		return false;
	return scan_counted(&notice->p, 1, 2, "日", &date->day) && holiday_day(notice, date, day) && scan_remarks(notice, *day);
}

static bool
scan_dash(char **p)
{
	static const char *const dashes[] = {"---", "--", "-", "至", "到"};

	return scan_words(p, dashes, lengthof(dashes)) >= 0;
}

/* Whether another date of the same list follows; a comma ends lists that have no word behind them. */
static bool
scan_next_date(char **p, bool commas)
{
	static const char *const separators[] = {"/", "和", "及", "与", ","};
	char	   *start = *p;

	if (scan_words(p, separators, lengthof(separators) - !commas) >= 0 && **p >= '0' && **p <= '9')
		return true;
	*p = start;
	return false;
}

/* Days and ranges of them, in any number, with commas between them or not. */
bool
scan_dates(HolidayNotice *notice, HolidayDates *dates, bool commas)
{
	CalendarDay date = {0};

	dates->n = 0;
	do
	{
		int			from;
		int			to;

		CHECK_FOR_INTERRUPTS();
		if (!scan_day(notice, &date, &from))
			return false;
		to = from;
		if (scan_dash(&notice->p) && !scan_day(notice, &date, &to))
			return false;
		if (to < from)
			return clause_problem(notice, psprintf("%s is before %s", holiday_day_name(notice, to), holiday_day_name(notice, from)));
		for (; from <= to; from++)
		{
			if (dates->n == HOLIDAY_DAYS)
				return false;
			dates->days[dates->n++] = from;
		}
	} while (scan_next_date(&notice->p, commas));
	return true;
}
