/*
 * src/memory.c: memory for very many values
 */
#include "postgres.h"

#include <sys/mman.h>
#include <unistd.h>

#include "utils/memutils.h"

#include "complaint_metrics.h"

/* Less than these is not worth a system call. */
#define POPULATE_MIN (256 * 1024)
#define HUGE_MIN (4 * 1024 * 1024)

/*
 * The pages of memory that is going to be written from end to end come with
 * one system call, and large ones where they are to be had: taken one by one
 * at the first touch, or missed in the TLB when buckets are filled, they cost
 * more than all that is done to them, on a virtual machine many times as much.
 */
void
memory_populate(void *memory, Size size)
{
#ifdef MADV_POPULATE_WRITE
	if (size >= POPULATE_MIN)
	{
		Size		page = sysconf(_SC_PAGESIZE);
		char	   *first = (char *) TYPEALIGN(page, memory);
		char	   *end = (char *) TYPEALIGN_DOWN(page, (char *) memory + size);

		/* only advice: where the kernel does not follow it, all goes on as ever */
		if (size >= HUGE_MIN)
			(void) madvise(first, end - first, MADV_HUGEPAGE);
		(void) madvise(first, end - first, MADV_POPULATE_WRITE);
	}
#endif
}

/* Memory of the current context for so many bytes, all of which are going to be written. */
void *
memory_for(Size size)
{
	void	   *memory = MemoryContextAllocHuge(CurrentMemoryContext, size);

	memory_populate(memory, size);
	return memory;
}
