/* src/holiday_notice.h: a notice while it is read, for holiday_text.c, holiday_clauses.c, holiday_check.c, holiday_notice.c */
#ifndef HOLIDAY_NOTICE_H
#define HOLIDAY_NOTICE_H

#include "complaint_metrics.h"
#include "utils/datetime.h"

/* In the order of the year, as the law lists them. */
typedef enum Feast
{
	FEAST_NEW_YEAR,
	FEAST_SPRING,
	FEAST_QINGMING,
	FEAST_LABOUR,
	FEAST_DRAGON_BOAT,
	FEAST_MID_AUTUMN,
	FEAST_NATIONAL,
	FEASTS
} Feast;

/* The most clauses, a feast each. */
#define HOLIDAY_CLAUSES FEASTS

/* The days that a notice may speak of: its year, and before it a December for the New Year. */
#define HOLIDAY_DAYS (31 + 366)

typedef struct HolidayClause
{
	const char *start;			/* in the notice's text */
	bool		feasts[FEASTS];
	char	   *name;			/* of these, in UTF-8 */
	bool		with_weekend;	/* a weekend follows, or comes before */
	bool		unshifted;		/* no day is worked for it */
} HolidayClause;

/* A notice while it is read; days are counted from 1 December of the year before. */
typedef struct HolidayNotice
{
	const char *pasted;			/* in UTF-8 */
	char	   *text;			/* the same without space, in one kind of punctuation */
	int		   *origin;			/* of every byte of text, and of its end, the place in pasted */
	char	   *p;				/* how far it is read */
	int			year;
	int			first;			/* Julian day of day 0 */
	int			nclauses;
	HolidayClause clauses[HOLIDAY_CLAUSES + 1]; /* from 1 on; the last is being read */
	uint8		off[HOLIDAY_DAYS];	/* the clause that frees the day, or 0 */
	uint8		worked[HOLIDAY_DAYS];	/* the clause for which it is worked, or 0 */
	uint8		shifted[HOLIDAY_DAYS];	/* the clause that frees another day for it, or 0 */
	char	   *problem;		/* why it cannot be read */
	const char *place;			/* in text, the sentence or clause that has the problem; NULL for all of it */
} HolidayNotice;

typedef struct HolidayDates
{
	int			n;
	int			days[HOLIDAY_DAYS];
} HolidayDates;

static inline int
holiday_weekday(const HolidayNotice *notice, int day)
{
	return j2day(notice->first + day);
}

static inline bool
holiday_is_weekend(const HolidayNotice *notice, int day)
{
	return holiday_weekday(notice, day) == 0 || holiday_weekday(notice, day) == 6;
}

extern void holiday_normalize(HolidayNotice *notice);
extern bool holiday_problem(HolidayNotice *notice, const char *place, char *problem);
extern bool clause_problem(HolidayNotice *notice, char *problem);
extern char *holiday_day_name(const HolidayNotice *notice, int day);
extern bool scan_word(char **p, const char *word);
extern int	scan_words(char **p, const char *const *words, int nwords);
extern int	scan_numeral(char **p);
extern int	scan_feast(char **p);
extern bool scan_dates(HolidayNotice *notice, HolidayDates *dates, bool commas);
extern bool holiday_at_clause(const char *p);
extern bool holiday_at_end(const char *p);
extern bool holiday_read(HolidayNotice *notice);
extern bool holiday_check(HolidayNotice *notice);

#endif
