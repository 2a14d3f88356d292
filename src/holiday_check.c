/*
 * src/holiday_check.c: whether a holiday notice that could be read can be right
 *
 * A damaged digit often leaves a text that reads well.  So each feast has to be
 * where the calendar has it, its days off have to be one piece, what is worked
 * for it has to be near, and all of them together have to be the days that the
 * law gives.  All notices from 2008 on pass.
 */
#include "postgres.h"

#include <math.h>

#include "holiday_notice.h"

/* Mean new moons, by local noon in China (UTC+8); the true ones are within 0.6 days. */
#define NEW_MOON_EPOCH (2451550.09766 + 8.0 / 24)
#define SYNODIC_MONTH 29.530588861
#define NEW_MOON_TOLERANCE 1.2

/* When a feast can be, in month times 100 and day; and on which day of a lunar month, 0 where it follows the sun. */
static const struct
{
	const char *name;
	int			earliest;
	int			latest;
	int			lunar;
} feast_times[FEASTS] =
{
	{"New Year", 101, 101, 0},
	{"the Spring Festival", 120, 222, 1},
	{"Qingming", 404, 405, 0},
	{"Labour Day", 501, 501, 0},
	{"the Dragon Boat Festival", 526, 627, 5},
	{"the Mid-Autumn Festival", 906, 1010, 15},
	{"National Day", 1001, 1001, 0}
};

/* What the law frees: 全国年节及纪念日放假办法, as of 2008 and of 2025. */
static int
holiday_statutory_days(int year)
{
	return year < 2025 ? 11 : 13;
}

/* 5 April, or the 4th: the sun's 15 degrees after the equinox; the usual formula, right from 2000 to 2099. */
static int
qingming(int year)
{
	return 400 + ((year - 2000) * 2422 + 48100) / 10000 - (year - 2000) / 4;
}

static bool
near_lunar_day(int julian, int lunar)
{
	double		moons = (julian - (lunar - 1) - NEW_MOON_EPOCH) / SYNODIC_MONTH;

	return fabs(moons - rint(moons)) * SYNODIC_MONTH <= NEW_MOON_TOLERANCE;
}

static bool
is_feast_day(const HolidayNotice *notice, Feast feast, int day)
{
	int			year;
	int			month;
	int			mday;
	int			time;

	j2date(notice->first + day, &year, &month, &mday);
	time = month * 100 + mday;
	if (year != notice->year || time < feast_times[feast].earliest || time > feast_times[feast].latest)
		return false;
	if (feast == FEAST_QINGMING)
		return time == qingming(year);
	return feast_times[feast].lunar == 0 || near_lunar_day(notice->first + day, feast_times[feast].lunar);
}

/* Whether one of the clause's days off can be the feast. */
static bool
check_feast(HolidayNotice *notice, int number, Feast feast)
{
	for (int day = 0; day < HOLIDAY_DAYS; day++)
	{
		if (notice->off[day] == number && is_feast_day(notice, feast, day))
			return true;
	}
	return holiday_problem(notice, notice->clauses[number].start,
						   psprintf("%s is not among the days off", feast_times[feast].name));
}

/* Whether each feast has its clause, and only one. */
static bool
check_feasts(HolidayNotice *notice)
{
	for (int feast = 0; feast < FEASTS; feast++)
	{
		int			times = 0;

		for (int number = 1; number <= notice->nclauses; number++)
		{
			if (!notice->clauses[number].feasts[feast])
				continue;
			if (++times > 1)
				return holiday_problem(notice, notice->clauses[number].start,
									   psprintf("%s comes twice", feast_times[feast].name));
			if (!check_feast(notice, number, feast))
				return false;
		}
		if (times == 0)
			return holiday_problem(notice, NULL, psprintf("the clause of %s is missing", feast_times[feast].name));
	}
	return true;
}

/* Whether there is nothing to work between the first and the last day off; sets both. */
static bool
check_days_off(HolidayNotice *notice, int number, int *first, int *last)
{
	*first = *last = -1;
	for (int day = 0; day < HOLIDAY_DAYS; day++)
	{
		if (notice->off[day] != number)
			continue;
		for (int between = *last + 1; *last >= 0 && between < day; between++)
		{
			if (notice->off[between] == 0 && (!holiday_is_weekend(notice, between) || notice->worked[between]))
				return holiday_problem(notice, notice->clauses[number].start,
									   psprintf("%s lies between days off", holiday_day_name(notice, between)));
		}
		if (*first < 0)
			*first = day;
		*last = day;
	}
	return true;
}

/* 与周末连休: whether a weekend is next to the days off, which are none themselves. */
static bool
check_with_weekend(HolidayNotice *notice, int number, int first, int last)
{
	if (!notice->clauses[number].with_weekend ||
		(!holiday_is_weekend(notice, first) && !holiday_is_weekend(notice, last) &&
		 (holiday_is_weekend(notice, first - 1) || holiday_is_weekend(notice, last + 1))))
		return true;
	return holiday_problem(notice, notice->clauses[number].start, pstrdup("no weekend is next to the days off"));
}

static bool
is_free_weekend(const HolidayNotice *notice, int day)
{
	return day >= 0 && day < HOLIDAY_DAYS && holiday_is_weekend(notice, day) && !notice->off[day] && !notice->worked[day];
}

/*
 * Whether the day is one to be worked for these days off: a weekend day that
 * is not off, with no weekend in between that is.  A single one is not farther
 * than the next on the other side.
 */
static bool
check_worked_day(HolidayNotice *notice, int day, int first, int last, bool single)
{
	int			distance = day < first ? first - day : day - last;
	int			nearer = 0;

	if (!holiday_is_weekend(notice, day))
		return holiday_problem(notice, notice->clauses[notice->worked[day]].start,
							   psprintf("%s is no weekend day", holiday_day_name(notice, day)));
	if (notice->off[day])
		return holiday_problem(notice, notice->clauses[notice->worked[day]].start,
							   psprintf("%s is worked and off", holiday_day_name(notice, day)));
	for (int i = 1; i < distance; i++)
	{
		nearer += is_free_weekend(notice, day < first ? first - i : last + i);
		nearer += single ? 2 * is_free_weekend(notice, day < first ? last + i : first - i) : 0;
	}
	if (nearer > 1)
		return holiday_problem(notice, notice->clauses[notice->worked[day]].start,
							   psprintf("%s is far from the days off", holiday_day_name(notice, day)));
	return true;
}

static bool
check_worked_days(HolidayNotice *notice, int number, int first, int last)
{
	int			nworked = 0;

	for (int day = 0; day < HOLIDAY_DAYS; day++)
		nworked += notice->worked[day] == number;
	if (nworked > 0 && notice->clauses[number].unshifted)
		return holiday_problem(notice, notice->clauses[number].start, pstrdup("no day can be worked for it"));
	for (int day = 0; day < HOLIDAY_DAYS; day++)
	{
		if (notice->worked[day] == number && !check_worked_day(notice, day, first, last, nworked == 1))
			return false;
	}
	return true;
}

/* Weekdays off less weekend days worked: shifting days neither gives nor takes any. */
static bool
check_sum(HolidayNotice *notice)
{
	int			given = 0;

	for (int day = 0; day < HOLIDAY_DAYS; day++)
	{
		given += notice->off[day] && !holiday_is_weekend(notice, day);
		given -= notice->worked[day] > 0;
	}
	if (given == holiday_statutory_days(notice->year))
		return true;
	return holiday_problem(notice, NULL,
						   psprintf("weekdays off less weekend days worked are %d, and the law gives %d",
									given, holiday_statutory_days(notice->year)));
}

/* Whether what was read can be right. */
bool
holiday_check(HolidayNotice *notice)
{
	if (!check_feasts(notice))
		return false;
	for (int number = 1; number <= notice->nclauses; number++)
	{
		int			first;
		int			last;

		if (!check_days_off(notice, number, &first, &last) ||
			!check_with_weekend(notice, number, first, last) ||
			!check_worked_days(notice, number, first, last))
			return false;
	}
	return check_sum(notice);
}
