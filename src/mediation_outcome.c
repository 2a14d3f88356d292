/* src/mediation_outcome.c: how a complaint ended, and the rates made of it */
#include "postgres.h"

#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "complaint_metrics.h"

/* In the order of outcome_terms */
enum
{
	MEDIATED,
	FAILED,
	SETTLED,
	UNSETTLED,
	WITHDRAWN,
	REJECTED,
	TRANSFERRED,
	PENDING
};

#define BIT(outcome) (1 << (outcome))
#define ALL (BIT(PENDING + 1) - 1)

static const Term outcome_terms[] = {
	{{"mediated", "调解成功", "达成调解协议"}},
	{{"failed", "调解失败", "调解不成", "未达成调解协议", "终止调解"}},
	{{"settled", "和解成功", "和解", "协商和解", "自行和解"}},
	{{"unsettled", "和解失败", "和解不成"}},
	{{"withdrawn", "撤回投诉", "撤回", "撤诉"}},
	{{"rejected", "不予受理", "不受理"}},
	{{"transferred", "移送", "转办"}},
	{{"pending", "办理中", "处理中", "调解中", "待处理", "待办理", "已受理"}}
};

static const Vocabulary outcomes = {"mediation_outcome", outcome_terms, lengthof(outcome_terms)};

/* Any of these words, with space around it and English in any case; else 22P02, softly where asked for. */
PG_FUNCTION_INFO_V1(mediation_outcome_in);
Datum
mediation_outcome_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);

	return vocabulary_in(&outcomes, str, strlen(str), fcinfo->context);
}

/* The English word: the same in every encoding and to every client. */
PG_FUNCTION_INFO_V1(mediation_outcome_out);
Datum
mediation_outcome_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(vocabulary_out(&outcomes, PG_GETARG_TERM(0)));
}

/* Any of the words, as text; else 22P03. */
PG_FUNCTION_INFO_V1(mediation_outcome_recv);
Datum
mediation_outcome_recv(PG_FUNCTION_ARGS)
{
	return vocabulary_recv(&outcomes, (StringInfo) PG_GETARG_POINTER(0));
}

PG_FUNCTION_INFO_V1(mediation_outcome_send);
Datum
mediation_outcome_send(PG_FUNCTION_ARGS)
{
	return vocabulary_send(&outcomes, PG_GETARG_TERM(0));
}

/* mediation_outcome(text), the cast: as text input, errors too. */
PG_FUNCTION_INFO_V1(mediation_outcome_from_text);
Datum
mediation_outcome_from_text(PG_FUNCTION_ARGS)
{
	text	   *word = PG_GETARG_TEXT_PP(0);

	return vocabulary_in(&outcomes, VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word), fcinfo->context);
}

/* label(outcome, lang): its name in 'zh' or 'en'; 22023 for another language. */
PG_FUNCTION_INFO_V1(mediation_outcome_label);
Datum
mediation_outcome_label(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(vocabulary_label(&outcomes, PG_GETARG_TERM(0), PG_GETARG_TEXT_PP(1)));
}

/*
 * The denominators that official reports use.  Of the decided ones a mediator
 * says yes or no; of the accepted ones some were settled, withdrawn or
 * transferred instead; of the closed ones some were never accepted.
 */
typedef struct Basis
{
	const char *name;
	int			length;
	int			counted;		/* a bit for each outcome in the denominator */
} Basis;

#define BASIS(name, counted) {name, sizeof(name) - 1, counted}
#define DECIDED (BIT(MEDIATED) | BIT(FAILED))

static const Basis bases[] = {
	BASIS("decided", DECIDED),
	BASIS("accepted", ALL & ~BIT(REJECTED) & ~BIT(PENDING)),
	BASIS("closed", ALL & ~BIT(PENDING))
};

#define BASIS_HINT "Known are decided (of mediated and failed), " \
	"accepted (of all closed but rejected) and closed (of all but pending)."

/* The outcomes that a basis counts; 22023 where there is none of this name. */
static pg_noinline int
basis_counted(const text *name)
{
	for (int i = 0; i < (int) lengthof(bases); i++)
	{
		if (VARSIZE_ANY_EXHDR(name) == (Size) bases[i].length &&
			memcmp(VARDATA_ANY(name), bases[i].name, bases[i].length) == 0)
			return bases[i].counted;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown basis: \"%s\"", text_to_cstring(name)),
			 errhint(BASIS_HINT)));
}

/* True for mediated, NULL for what is not counted, else false. */
static inline Datum
mediated(FunctionCallInfo fcinfo, int counted)
{
	uint8		outcome = PG_GETARG_TERM(0);

	/* without a branch, which no processor would foresee */
	fcinfo->isnull = (counted >> outcome & 1) == 0;
	return BoolGetDatum(outcome == MEDIATED);
}

/* mediated(outcome, basis): true for mediated, NULL for what the basis leaves out, else false. */
PG_FUNCTION_INFO_V1(mediation_outcome_mediated);
Datum
mediation_outcome_mediated(PG_FUNCTION_ARGS)
{
	return mediated(fcinfo, basis_counted(PG_GETARG_TEXT_PP(1)));
}

/* mediated_decided(outcome): the same on the basis that is the default, with nothing to look up for each row. */
PG_FUNCTION_INFO_V1(mediation_outcome_mediated_decided);
Datum
mediation_outcome_mediated_decided(PG_FUNCTION_ARGS)
{
	return mediated(fcinfo, DECIDED);
}

/* Whether an expression is the constant that names the default basis; any other name is for execution to look up. */
static bool
is_decided(const Node *basis)
{
	return IsA(basis, Const) && !((const Const *) basis)->constisnull &&
		strcmp(TextDatumGetCString(((const Const *) basis)->constvalue), "decided") == 0;
}

static bool
may_execute(Oid function)
{
	return object_aclcheck(ProcedureRelationId, function, GetUserId(), ACL_EXECUTE) == ACLCHECK_OK;
}

/* mediated_support(request): lets the planner put mediated_decided(outcome) in the place of mediated(outcome, 'decided'). */
PG_FUNCTION_INFO_V1(mediation_outcome_mediated_support);
Datum
mediation_outcome_mediated_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	FuncExpr   *call;
	Oid			type;
	Oid			decided;

	if (!IsA(request, SupportRequestSimplify))
		PG_RETURN_POINTER(NULL);
	call = ((SupportRequestSimplify *) request)->fcall;
	if (list_length(call->args) != 2 || !is_decided(lsecond(call->args)))
		PG_RETURN_POINTER(NULL);
	type = exprType(linitial(call->args));
	decided = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum("mediated_decided"),
							  PointerGetDatum(buildoidvector(&type, 1)),
							  ObjectIdGetDatum(get_func_namespace(call->funcid)));
	/* who may call the one need not have a right on the other, and not get one by it */
	if (!OidIsValid(decided) || !may_execute(call->funcid) || !may_execute(decided))
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(makeFuncExpr(decided, BOOLOID, list_make1(linitial(call->args)),
								   InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL));
}

/* One outcome into the rate of `hit` among those counted, or out of it. */
static Datum
outcome_add(FunctionCallInfo fcinfo, int hit, int counted, int sign)
{
	uint8		outcome = PG_GETARG_TERM(1);

	if (!(counted & BIT(outcome)))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	return rate_add(fcinfo, outcome == hit ? sign : 0, sign);
}

/* Transition of mediation_success_rate(outcome) and its inverse; strict, so a NULL is left out. */
PG_FUNCTION_INFO_V1(mediation_accum);
Datum
mediation_accum(PG_FUNCTION_ARGS)
{
	return outcome_add(fcinfo, MEDIATED, DECIDED, 1);
}

PG_FUNCTION_INFO_V1(mediation_accum_inv);
Datum
mediation_accum_inv(PG_FUNCTION_ARGS)
{
	return outcome_add(fcinfo, MEDIATED, DECIDED, -1);
}

/*
 * The same with a basis.  Not strict, since a NULL basis would then count
 * nothing and look like a bureau without cases; it is 22004.
 */
static Datum
mediation_add(FunctionCallInfo fcinfo, int sign)
{
	int			counted;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("basis is null"),
				 errhint(BASIS_HINT)));
	counted = basis_counted(PG_GETARG_TEXT_PP(2));
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	return outcome_add(fcinfo, MEDIATED, counted, sign);
}

PG_FUNCTION_INFO_V1(mediation_accum_basis);
Datum
mediation_accum_basis(PG_FUNCTION_ARGS)
{
	return mediation_add(fcinfo, 1);
}

PG_FUNCTION_INFO_V1(mediation_accum_basis_inv);
Datum
mediation_accum_basis_inv(PG_FUNCTION_ARGS)
{
	return mediation_add(fcinfo, -1);
}

/* Transition of settlement_rate(outcome) and its inverse: settled / (settled + unsettled). */
PG_FUNCTION_INFO_V1(settlement_accum);
Datum
settlement_accum(PG_FUNCTION_ARGS)
{
	return outcome_add(fcinfo, SETTLED, BIT(SETTLED) | BIT(UNSETTLED), 1);
}

PG_FUNCTION_INFO_V1(settlement_accum_inv);
Datum
settlement_accum_inv(PG_FUNCTION_ARGS)
{
	return outcome_add(fcinfo, SETTLED, BIT(SETTLED) | BIT(UNSETTLED), -1);
}
