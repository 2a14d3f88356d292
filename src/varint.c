/* src/varint.c: numbers in as few bytes as they need: seven bits a byte, the lowest first, the last byte below 128 */
#include "postgres.h"

#include "complaint_metrics.h"

void
varint_write(StringInfo buf, uint64 value)
{
	enlargeStringInfo(buf, VARINT_SIZE);
	buf->len = (char *) varint_put((uint8 *) buf->data + buf->len, value) - buf->data;
}

/* As varint_next(), of any length. */
const uint8 *
varint_next_long(const uint8 *p, const uint8 *end, uint64 *value)
{
	*value = 0;
	for (int shift = 0; shift < 64 && p < end; shift += 7)
	{
		uint8		byte = *p++;

		if (shift == 63 && byte > 1)
			return NULL;
		*value |= (uint64) (byte & 127) << shift;
		if (byte < 128)
			return p;
	}
	return NULL;
}
