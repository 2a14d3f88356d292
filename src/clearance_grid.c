/*
 * src/clearance_grid.c: peaks and periods of very many intervals without sorting most
 *
 * A pass over the intervals in any order counts what falls into each of some
 * thousand equal cells of time.  That bounds the answer in a cell so well that
 * few cells have to be looked into; only what lies in those is gathered and
 * sorted.  Where all of it does, it is the sort that there would have been.
 */
#include "postgres.h"

#include "port/pg_bitutils.h"

#include "complaint_metrics.h"

#define SAMPLE 1024
#define GRID_BITS_MAX 15		/* what a cell takes, times these, should fit a cache */
#define CELL_INTERVALS_BITS 5	/* there should be so many in a cell, 2 to this power */

/* Equal cells of time, but the first begins and the last ends with it. */
typedef struct Grid
{
	TimestampTz least;			/* where the second would begin if the first were like the others */
	int			shift;			/* a cell's width is 2 to this power */
	uint32		last;			/* the number of the last cell */
} Grid;

static inline uint32
cell_of(const Grid *grid, TimestampTz at)
{
	uint64		cell = ((uint64) Max(at, grid->least) - (uint64) grid->least) >> grid->shift;

	return (uint32) Min(cell, grid->last);
}

/* The first instant of a cell, but of the first one, whose bounds nobody needs. */
static inline TimestampTz
cell_start(const Grid *grid, uint32 cell)
{
	return (TimestampTz) ((uint64) grid->least + ((uint64) cell << grid->shift));
}

/* The last instant of a cell. */
static inline TimestampTz
cell_end(const Grid *grid, uint32 cell)
{
	return cell == grid->last ? DT_NOEND : cell_start(grid, cell + 1) - 1;
}

/* Over the time in which nearly all intervals opened, so that a few mistaken years spoil nothing. */
static Grid
grid_over(Datum c)
{
	Grid		grid = {.last = 0};
	int			bits = pg_leftmost_one_pos64(clearance_n(c) | 1) - CELL_INTERVALS_BITS;
	ClearanceInterval *sample;
	SortRun		run;
	uint64		width;
	uint64		margin;

	if (bits <= 0)
		return grid;
	sample = clearance_sample(c, SAMPLE, &run.n);
	run.values = sample;
	sample = sort_runs(&run, 1, sizeof(ClearanceInterval));
	grid.least = sample[run.n / 64].opened;
	width = (uint64) sample[run.n - 1 - run.n / 64].opened - (uint64) grid.least;
	margin = width / 16 + 1;
	grid.least -= margin;
	width = Min(width + 2 * margin, (uint64) DT_NOEND - (uint64) grid.least);
	grid.shift = Max(pg_leftmost_one_pos64(width) + 1 - Min(bits, GRID_BITS_MAX), 0);
	grid.last = (uint32) (width >> grid.shift);
	pfree((void *) run.values);
	pfree(sample);
	return grid;
}

/* What a peak needs to know of a cell. */
typedef struct PeakCell
{
	int32		starts;
	int32		ends;
} PeakCell;

typedef struct Peak
{
	Datum		c;
	TimestampTz from;			/* only what lies in [from, until) counts */
	TimestampTz until;
	Grid		grid;
	PeakCell   *cells;
	bool	   *sought;			/* cells to look into, as the peak may be there */
	SortRun		starts;			/* within those */
	SortRun		ends;
	int64		most;			/* open at once so far */
} Peak;

/* The starts and ends in each cell. */
static void
peak_count(Peak *peak)
{
	ClearanceChunks chunks;

	clearance_chunks(&chunks, peak->c, peak->until);
	while (clearance_next_chunk(&chunks))
	{
		for (int64 i = 0; i < chunks.n; i++)
		{
			ClearanceInterval interval = chunks.intervals[i];

			if (!interval_clip(&interval, peak->from, peak->until))
				continue;
			peak->cells[cell_of(&peak->grid, interval.opened)].starts++;
			peak->cells[cell_of(&peak->grid, interval.cleared)].ends++;
		}
	}
}

/*
 * What is open in the last instant of a cell is so many at least, and no more
 * can be open within one than before it, and all that start there.
 */
static void
peak_bound(Peak *peak)
{
	int64		before = 0;

	for (uint32 cell = 0; cell <= peak->grid.last; cell++)
	{
		before += peak->cells[cell].starts - peak->cells[cell].ends;
		peak->most = Max(peak->most, before);
	}
	before = 0;
	for (uint32 cell = 0; cell <= peak->grid.last; cell++)
	{
		const PeakCell *here = &peak->cells[cell];

		peak->sought[cell] = before + here->starts > peak->most;
		if (peak->sought[cell])
		{
			peak->starts.n += here->starts;
			peak->ends.n += here->ends;
		}
		before += here->starts - here->ends;
	}
}

/* The instants in the cells to look into, in order. */
static void
peak_gather(Peak *peak)
{
	TimestampTz *starts = memory_for((peak->starts.n + 1) * sizeof(TimestampTz));
	TimestampTz *ends = memory_for((peak->ends.n + 1) * sizeof(TimestampTz));
	TimestampTz *start = starts;
	TimestampTz *end = ends;
	ClearanceChunks chunks;

	clearance_chunks(&chunks, peak->c, peak->until);
	while (clearance_next_chunk(&chunks))
	{
		for (int64 i = 0; i < chunks.n; i++)
		{
			ClearanceInterval interval = chunks.intervals[i];

			if (!interval_clip(&interval, peak->from, peak->until))
				continue;
			if (peak->sought[cell_of(&peak->grid, interval.opened)])
				*start++ = interval.opened;
			if (peak->sought[cell_of(&peak->grid, interval.cleared)])
				*end++ = interval.cleared;
		}
	}
	peak->starts.values = starts;
	peak->ends.values = ends;
	starts = sort_runs(&peak->starts, 1, sizeof(TimestampTz));
	pfree((void *) peak->starts.values);
	ends = sort_runs(&peak->ends, 1, sizeof(TimestampTz));
	pfree((void *) peak->ends.values);
	peak->starts.values = starts;
	peak->ends.values = ends;
}

/* In each cell to look into: at each start, those that ended by then go. */
static void
peak_sweep(Peak *peak)
{
	const TimestampTz *starts = peak->starts.values;
	const TimestampTz *ends = peak->ends.values;
	int64		before = 0;

	for (uint32 cell = 0; cell <= peak->grid.last; cell++)
	{
		const PeakCell *here = &peak->cells[cell];
		int64		ended = 0;

		if (peak->sought[cell])
		{
			for (int64 started = 0; started < here->starts; started++)
			{
				while (ended < here->ends && ends[ended] <= starts[started])
					ended++;
				peak->most = Max(peak->most, before + started + 1 - ended);
			}
			starts += here->starts;
			ends += here->ends;
		}
		before += here->starts - here->ends;
	}
}

/* The most that are open at once at an instant in [from, until). */
int64
clearance_peak(Datum c, TimestampTz from, TimestampTz until)
{
	Peak		peak = {.c = c, .from = from, .until = until, .grid = grid_over(c)};

	peak.cells = palloc0((peak.grid.last + 1) * sizeof(PeakCell));
	peak.sought = palloc0((peak.grid.last + 1) * sizeof(bool));
	peak_count(&peak);
	peak_bound(&peak);
	if (peak.starts.n > 0)
	{
		peak_gather(&peak);
		peak_sweep(&peak);
	}
	return peak.most;
}

/* What the outline needs to know of the intervals that opened in a cell. */
typedef struct OutlineCell
{
	TimestampTz most;			/* when the last one cleared; DT_NOBEGIN where they add nothing */
	int64		n;				/* how many are to be gathered */
} OutlineCell;

static OutlineCell *
outline_count(Datum c, const Grid *grid)
{
	OutlineCell *cells = palloc((grid->last + 1) * sizeof(OutlineCell));
	ClearanceChunks chunks;

	for (uint32 cell = 0; cell <= grid->last; cell++)
		cells[cell] = (OutlineCell) {DT_NOBEGIN, 0};
	clearance_chunks(&chunks, c, DT_NOEND);
	while (clearance_next_chunk(&chunks))
	{
		for (int64 i = 0; i < chunks.n; i++)
		{
			const ClearanceInterval *interval = &chunks.intervals[i];
			OutlineCell *cell = &cells[cell_of(grid, interval->opened)];

			if (interval->opened == interval->cleared)
				continue;
			cell->most = Max(cell->most, interval->cleared);
			cell->n++;
		}
	}
	return cells;
}

/*
 * Where a cell is open all through by what opened before, one interval can
 * stand for all that opened in it.  Returns how many are left, at most.
 */
static int64
outline_cover(OutlineCell *cells, const Grid *grid)
{
	TimestampTz reach = DT_NOBEGIN;
	int64		left = 0;

	for (uint32 cell = 0; cell <= grid->last; cell++)
	{
		OutlineCell *here = &cells[cell];

		if (here->n > 0 && reach >= cell_end(grid, cell))
		{
			here->n = 0;
			if (here->most <= reach)
				here->most = DT_NOBEGIN;
			else
				left++;
		}
		left += here->n;
		reach = Max(reach, here->most);
	}
	return left;
}

/* Those that stand for a cell, and those of all other cells. */
static int64
outline_fill(Datum c, const Grid *grid, const OutlineCell *cells, ClearanceInterval *to)
{
	ClearanceInterval *next = to;
	bool		gather = false;
	ClearanceChunks chunks;

	for (uint32 cell = 0; cell <= grid->last; cell++)
	{
		gather |= cells[cell].n > 0;
		if (cells[cell].n == 0 && cells[cell].most != DT_NOBEGIN)
			*next++ = (ClearanceInterval) {cell_start(grid, cell), cells[cell].most};
	}
	clearance_chunks(&chunks, c, DT_NOEND);
	while (gather && clearance_next_chunk(&chunks))
	{
		for (int64 i = 0; i < chunks.n; i++)
		{
			const ClearanceInterval *interval = &chunks.intervals[i];

			if (cells[cell_of(grid, interval->opened)].n > 0 && interval->opened < interval->cleared)
				*next++ = *interval;
		}
	}
	return next - to;
}

/* A few intervals, in order, at least one of which is open whenever one of c is. */
ClearanceInterval *
clearance_outline(Datum c, int64 *n)
{
	Grid		grid = grid_over(c);
	OutlineCell *cells = outline_count(c, &grid);
	ClearanceInterval *few = memory_for((outline_cover(cells, &grid) + 1) * sizeof(ClearanceInterval));
	SortRun		run = {few, outline_fill(c, &grid, cells, few)};
	ClearanceInterval *outline = sort_runs(&run, 1, sizeof(ClearanceInterval));

	*n = run.n;
	pfree(few);
	pfree(cells);
	return outline;
}
