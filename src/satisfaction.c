/* src/satisfaction.c: what complainants answer when asked how satisfied they are */
#include "postgres.h"

#include "complaint_metrics.h"

/* In the order of satisfaction_terms: the better the greater, as the stars and the comparisons read */
enum
{
	VERY_DISSATISFIED,
	DISSATISFIED,
	NEUTRAL,
	FAIRLY_SATISFIED,
	SATISFIED,
	VERY_SATISFIED
};

static const Term satisfaction_terms[] = {
	{{"very_dissatisfied", "非常不满意"}},
	{{"dissatisfied", "不满意"}},
	{{"neutral", "一般"}},
	{{"fairly_satisfied", "基本满意"}},
	{{"satisfied", "满意"}},
	{{"very_satisfied", "非常满意"}}
};

static const Vocabulary answers = {"satisfaction", satisfaction_terms, lengthof(satisfaction_terms)};

/* Any of these words, with space around it and English in any case; else 22P02, softly where asked for. */
PG_FUNCTION_INFO_V1(satisfaction_in);
Datum
satisfaction_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);

	return vocabulary_in(&answers, str, strlen(str), fcinfo->context);
}

/* The English word: the same in every encoding and to every client. */
PG_FUNCTION_INFO_V1(satisfaction_out);
Datum
satisfaction_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(vocabulary_out(&answers, PG_GETARG_TERM(0)));
}

/* Any of the words, as text; else 22P03. */
PG_FUNCTION_INFO_V1(satisfaction_recv);
Datum
satisfaction_recv(PG_FUNCTION_ARGS)
{
	return vocabulary_recv(&answers, (StringInfo) PG_GETARG_POINTER(0));
}

PG_FUNCTION_INFO_V1(satisfaction_send);
Datum
satisfaction_send(PG_FUNCTION_ARGS)
{
	return vocabulary_send(&answers, PG_GETARG_TERM(0));
}

/* satisfaction(text), the cast: as text input, errors too. */
PG_FUNCTION_INFO_V1(satisfaction_from_text);
Datum
satisfaction_from_text(PG_FUNCTION_ARGS)
{
	text	   *word = PG_GETARG_TEXT_PP(0);

	return vocabulary_in(&answers, VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word), fcinfo->context);
}

/* label(answer, lang): its name in 'zh' or 'en'; 22023 for another language. */
PG_FUNCTION_INFO_V1(satisfaction_label);
Datum
satisfaction_label(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(vocabulary_label(&answers, PG_GETARG_TERM(0), PG_GETARG_TEXT_PP(1)));
}

/* stars(answer): one to five, the scale of 好差评, which has no place of its own for neutral. */
PG_FUNCTION_INFO_V1(satisfaction_stars);
Datum
satisfaction_stars(PG_FUNCTION_ARGS)
{
	static const int stars[] = {1, 2, 3, 3, 4, 5};

	PG_RETURN_INT32(stars[PG_GETARG_TERM(0)]);
}

static bool
is_satisfied(uint8 answer)
{
	return answer >= FAIRLY_SATISFIED;
}

/* satisfied(answer): at least fairly so. */
PG_FUNCTION_INFO_V1(satisfaction_satisfied);
Datum
satisfaction_satisfied(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(is_satisfied(PG_GETARG_TERM(0)));
}

/* Transition of satisfaction_rate(answer) and its inverse; strict, so who did not answer is left out. */
PG_FUNCTION_INFO_V1(satisfaction_accum);
Datum
satisfaction_accum(PG_FUNCTION_ARGS)
{
	return rate_add(fcinfo, is_satisfied(PG_GETARG_TERM(1)), 1);
}

PG_FUNCTION_INFO_V1(satisfaction_accum_inv);
Datum
satisfaction_accum_inv(PG_FUNCTION_ARGS)
{
	return rate_add(fcinfo, -is_satisfied(PG_GETARG_TERM(1)), -1);
}
